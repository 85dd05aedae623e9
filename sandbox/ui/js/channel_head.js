/** The head of a channel: name, topic, members, pins and its menu; the bookmarks bar; the tabs of an app. */

import { post } from "./api.js";
import { h, link } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { icon } from "./icons.js";
import { flat, mrkdwn } from "./mrkdwn.js";
import { ask, attempt, menu, popover } from "./overlay.js";
import { avatar, channelIcon, channelTitle, nameOf } from "./people.js";
import { select, filtered } from "./picker.js";
import { HOME, openBotMessages, openChannel, openHome } from "./route.js";
import { channel, me, messagesOf, people, place, user, world, zone } from "./store.js";
import { full } from "./when.js";

export function header() {
  const found = channel(place.channel);
  const back = h(
    "button",
    {
      type: "button",
      class: "icon-button only-narrow",
      "aria-label": "Back to channels",
      onclick: () => (document.body.dataset.pane = "side"),
    },
    icon("left"),
  );
  if (place.channel === HOME || (found?.isIm && found.withBot)) return [back, appHead()];
  if (!found) return [back];
  return [back, ...(found.isIm ? dmHead(found) : channelHead(found))];
}

function appHead() {
  const home = place.channel === HOME;
  const tab = (label, on, run, testid) =>
    h(
      "button",
      { type: "button", role: "tab", class: "tab", "aria-selected": String(on), "data-testid": testid, onclick: run },
      label,
    );
  const tabs = h(
    "div",
    { class: "tabs", role: "tablist" },
    tab("Home", home, openHome, "tab-home"),
    tab("Messages", !home, openBotMessages, "tab-messages"),
  );
  return h(
    "div",
    { class: "app-head" },
    h(
      "div",
      { class: "pane-title" },
      avatar(world.bot.id, 24, world.bot.name),
      h("h1", { "data-testid": "channel-title" }, world.bot.name),
      h("span", { class: "app-badge" }, "APP"),
    ),
    tabs,
  );
}

const dmHead = (found) => [
  h("div", { class: "pane-title" }, h("h1", { "data-testid": "channel-title" }, channelTitle(found))),
];

function channelHead(found) {
  const name = h(
    "button",
    {
      type: "button",
      class: "title-button",
      "aria-haspopup": "menu",
      "data-testid": "channel-menu",
      onclick: (event) => channelMenu(event.currentTarget, found),
    },
    channelIcon(found, 18),
    h("h1", { "data-testid": "channel-title" }, found.name),
    icon("chevron", 16),
  );
  const topic = h("div", { class: "topic", "data-testid": "topic", title: found.topic }, mrkdwn(found.topic || ""));
  return [
    h("div", { class: "pane-title" }, name),
    topic,
    h("div", { class: "head-tools" }, pinsButton(found), membersButton(found)),
  ];
}

function membersButton(found) {
  const faces = found.members.slice(0, 3).map((id) => avatar(id, 22));
  const label = `${found.members.length} members`;
  return h(
    "button",
    {
      type: "button",
      class: "head-button",
      "aria-label": label,
      title: label,
      "data-testid": "members",
      onclick: (event) => members(event.currentTarget, found),
    },
    h("span", { class: "faces" }, faces),
    String(found.members.length),
  );
}

function members(anchor, found) {
  const row = (id) =>
    h(
      "li",
      { class: "person-row" },
      avatar(id, 28),
      h("span", {}, h("strong", {}, nameOf(id)), h("span", { class: "muted" }, user(id)?.title ?? "")),
      user(id)?.isBot ? h("span", { class: "app-badge" }, "APP") : null,
    );
  popover(
    anchor,
    h(
      "div",
      { class: "card-list", "data-testid": "members-list" },
      h("h3", {}, "Members"),
      h("ul", {}, found.members.map(row)),
    ),
    { align: "end", focus: false },
  );
}

function pinsButton(found) {
  if (!found.pins.length) return null;
  const label = `${found.pins.length} pinned`;
  return h(
    "button",
    {
      type: "button",
      class: "head-button",
      "aria-label": label,
      title: label,
      "data-testid": "pins",
      onclick: (event) => pins(event.currentTarget, found),
    },
    icon("pin", 15),
    String(found.pins.length),
  );
}

function pins(anchor, found) {
  let layer = null;
  const row = (pin) => {
    const message = messagesOf(found.id).find((one) => one.ts === pin.ts);
    const words = message ? message.text || "A message with blocks" : "A message";
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "pin-row", onclick: () => (layer.close(), openChannel(found.id, pin.ts)) },
        h("strong", {}, message ? nameOf(message.user) : ""),
        h("span", { class: "muted" }, full(pin.ts, zone())),
        h("span", { class: "pin-text" }, mrkdwn(words)),
      ),
    );
  };
  layer = popover(
    anchor,
    h(
      "div",
      { class: "card-list", "data-testid": "pins-list" },
      h("h3", {}, "Pinned messages"),
      h("ul", {}, found.pins.map(row)),
    ),
    { align: "end", focus: false },
  );
}

export function bookmarksBar(found) {
  return found.bookmarks.map((mark) => {
    const sign = mark.emoji ? emojiNode(mark.emoji.replaceAll(":", "")) : icon("bookmark", 14);
    const own = mark.link?.startsWith("/")
      ? h("span", {}, sign, mark.title)
      : link(mark.link, sign, h("span", {}, mark.title));
    own.classList.add("bookmark");
    own.dataset.testid = "bookmark";
    return own;
  });
}

function channelMenu(anchor, found) {
  const body = { user: place.me, channel: found.id };
  const member = found.members.includes(place.me);
  menu(
    anchor,
    [
      { heading: `#${found.name}` },
      member
        ? { label: "Add people", icon: "people", testid: "add-people", run: () => invite(anchor, found) }
        : { label: "Join channel", icon: "plus", run: () => attempt(() => post("join", body)) },
      {
        label: "Edit topic",
        icon: "edit",
        testid: "edit-topic",
        disabled: !member || found.isArchived,
        run: () => retopic(found),
      },
      {
        label: "Rename channel",
        icon: "edit",
        testid: "rename-channel",
        disabled: !member || found.isArchived,
        run: () => rename(found),
      },
      member
        ? {
            label: "Leave channel",
            icon: "right",
            danger: true,
            testid: "leave-channel",
            disabled: found.isGeneral,
            run: () => attempt(() => post("leave", body)),
          }
        : undefined,
      found.isArchived
        ? { label: "Unarchive channel", icon: "archive", run: () => attempt(() => post("unarchive", body)) }
        : {
            label: "Archive channel",
            icon: "archive",
            danger: true,
            testid: "archive-channel",
            disabled: found.isGeneral || me().isGuest,
            run: () => attempt(() => post("archive", body)),
          },
    ].filter((row) => row !== undefined),
    { label: "Channel" },
  );
}

async function retopic(found) {
  const topic = await ask({
    title: "Edit topic",
    label: "Topic",
    value: flat(found.topic),
    hint: "What is happening here right now; at most 250 characters.",
  });
  if (topic !== null) attempt(() => post("topic", { user: place.me, channel: found.id, topic }));
}

async function rename(found) {
  const name = await ask({
    title: "Rename this channel",
    label: "New name",
    value: found.name,
    hint: "Lower-case letters, numbers, hyphens and underscores; at most 80 characters.",
  });
  if (name && name !== found.name) attempt(() => post("rename", { user: place.me, channel: found.id, name }));
}

function invite(anchor, found) {
  const options = people()
    .filter((one) => !found.members.includes(one.id))
    .map((one) => ({
      value: one.id,
      text: one.display,
      label: h("span", { class: "with-face" }, avatar(one.id, 20), one.display),
    }));
  let layer = null;
  const add = (picked) => (
    layer.close(),
    attempt(() => post("invite", { user: place.me, channel: found.id, users: picked.map((one) => one.value) }))
  );
  const control = select({
    placeholder: "Choose someone",
    load: filtered(options),
    changed: add,
    attributes: { "data-testid": "invite-select" },
  });
  layer = popover(anchor, h("div", { class: "card-list" }, h("h3", {}, `Add people to #${found.name}`), control.node));
}
