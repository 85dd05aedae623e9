/** The left side: workspace, who one is, channels, direct messages and apps, with what is unread. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { ask, attempt, dialog, menu } from "./overlay.js";
import { avatar, channelIcon, channelTitle, nameOf } from "./people.js";
import { isRinging } from "./ringing.js";
import { HOME, openBotMessages, openChannel, openHome, switchPerson } from "./route.js";
import { botDm, me, on, people, place, refresh, world } from "./store.js";
import { badgeOf, unread } from "./unread.js";

export function sidebar(node) {
  const head = h("div", { class: "side-head" });
  const who = h("div", { class: "who", role: "radiogroup", "aria-label": "You are", "data-testid": "people" });
  const rooms = h("nav", { class: "rooms", "aria-label": "Channels" });
  fill(node, head, h("div", { class: "who-label" }, "You are"), who, rooms);
  let due = 0;
  const later = () => (due ||= setTimeout(draw, 20));
  const draw = () => {
    due = 0;
    fill(
      head,
      h("div", { class: "workspace" }, h("strong", {}, world.team.name), h("span", { class: "muted" }, botState())),
    );
    redraw(who, people().map(personButton));
    redraw(rooms, [channels(), directs(), apps(), groups()]);
  };
  for (const topic of ["state", "me", "place", "channel", "unread", "phones", "live"]) on(topic, later);
}

/** Fills `node` anew and gives the focus back to the row that had it. */
function redraw(node, content) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const top = node.scrollTop;
  fill(node, content);
  node.scrollTop = top;
  if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

function botState() {
  const count = world.sockets.length;
  const words = count ? `${world.bot.name} is connected` : `${world.bot.name} is not connected`;
  return h(
    "span",
    { class: `bot-state ${count ? "up" : "down"}`, "data-testid": "bot-state", "data-sockets": count },
    h("span", { class: "dot" }),
    words,
  );
}

function personButton(person) {
  const mine = person.id === place.me;
  const badge = badgeOf(person.id);
  const ringing = isRinging(person.id);
  const attributes = {
    type: "button",
    role: "radio",
    "aria-checked": String(mine),
    class: `person${mine ? " on" : ""}${ringing ? " ringing" : ""}`,
    "data-testid": "person",
    "data-user": person.id,
    "data-key": person.id,
  };
  const note = person.isGuest ? "guest" : person.isAdmin ? "admin" : "";
  const first = person.display.split(" ")[0];
  const label = [person.display, person.title, note, badge ? `${badge} unread` : "", ringing ? "phone ringing" : ""]
    .filter(Boolean)
    .join(", ");
  return h(
    "button",
    { ...attributes, "aria-label": label, title: label, onclick: () => switchPerson(person.id) },
    h(
      "span",
      { class: "person-face" },
      avatar(person.id, 34),
      badge && !mine ? h("span", { class: "badge" }, String(badge)) : null,
      ringing ? h("span", { class: "ring-mark" }, icon("call", 11)) : null,
    ),
    h("span", { class: "person-name" }, first),
  );
}

const section = (title, rows, tool) =>
  h(
    "section",
    { class: "room-section" },
    h("div", { class: "section-head" }, h("h2", {}, title), tool),
    h("ul", {}, rows),
  );

function channels() {
  const mine = [...world.channels.values()].filter((c) => !c.isIm && c.members.includes(place.me));
  const shown = mine.filter((c) => !c.isArchived || c.id === place.channel || unread(c).bold);
  shown.sort((a, b) => a.isArchived - b.isArchived || a.name.localeCompare(b.name));
  const visiting = world.channels.get(place.channel);
  if (visiting && !visiting.isIm && !mine.includes(visiting)) shown.push(visiting);
  const add = h(
    "button",
    {
      type: "button",
      class: "side-tool",
      "aria-label": "Add channels",
      title: "Add channels",
      "data-testid": "add-channels",
      "data-key": "add",
      onclick: (event) => addMenu(event.currentTarget),
    },
    icon("plus", 16),
  );
  return section("Channels", shown.map(channelRow), add);
}

function channelRow(found) {
  const { bold, badge } = unread(found);
  const on = found.id === place.channel;
  const classes = ["room", on && "on", bold && !on && "unread", found.isArchived && "archived"]
    .filter(Boolean)
    .join(" ");
  const attributes = {
    type: "button",
    class: classes,
    "aria-current": on ? "page" : null,
    "data-testid": "channel",
    "data-channel": found.id,
    "data-name": found.name,
    "data-unread": String(bold && !on),
    "data-key": found.id,
  };
  return h(
    "li",
    {},
    h(
      "button",
      {
        ...attributes,
        title: found.isArchived ? `${found.name} (archived)` : found.name,
        onclick: () => openChannel(found.id),
      },
      channelIcon(found),
      h("span", { class: "room-name" }, found.name),
      badge && !on ? h("span", { class: "badge" }, String(badge)) : null,
    ),
  );
}

function directs() {
  const mine = [...world.channels.values()].filter((c) => c.isIm && c.members.includes(place.me) && !c.withBot);
  if (!mine.length) return null;
  return section(
    "Direct messages",
    mine.map((found) => {
      const { bold, badge } = unread(found);
      const on = found.id === place.channel;
      const other = found.members.find((id) => id !== place.me) ?? place.me;
      const attributes = {
        type: "button",
        class: `room${on ? " on" : ""}${bold && !on ? " unread" : ""}`,
        "data-testid": "channel",
        "data-channel": found.id,
        "data-key": found.id,
      };
      return h(
        "li",
        {},
        h(
          "button",
          { ...attributes, onclick: () => openChannel(found.id) },
          avatar(other, 20),
          h("span", { class: "room-name" }, channelTitle(found)),
          badge && !on ? h("span", { class: "badge" }, String(badge)) : null,
        ),
      );
    }),
  );
}

function apps() {
  const dm = botDm(place.me);
  const on = place.channel === HOME || place.channel === dm?.id;
  const { bold, badge } = dm ? unread(dm) : { bold: false, badge: 0 };
  const open = () => (badge ? openBotMessages() : openHome());
  const attributes = {
    type: "button",
    class: `room${on ? " on" : ""}${bold && !on ? " unread" : ""}`,
    "data-testid": "app",
    "data-channel": dm?.id ?? "",
    "data-key": "app",
  };
  return section(
    "Apps",
    h(
      "li",
      {},
      h(
        "button",
        { ...attributes, onclick: open },
        avatar(world.bot.id, 20, world.bot.name),
        h("span", { class: "room-name" }, world.bot.name),
        badge ? h("span", { class: "badge" }, String(badge)) : null,
      ),
    ),
  );
}

/** Who is in each user group: nothing to press, but there to be seen changing. */
function groups() {
  const found = [...world.usergroups.values()].sort((a, b) => a.handle.localeCompare(b.handle));
  return found.length ? section("User groups", found.map(groupRow)) : null;
}

function groupRow(group) {
  const members = group.disabled ? [] : group.users;
  const says = group.disabled ? "disabled" : members.map(nameOf).join(", ") || "nobody";
  const attributes = {
    class: `room group${group.disabled ? " archived" : ""}`,
    title: `${group.name}: ${says}`,
    "data-testid": "usergroup",
    "data-usergroup": group.id,
    "data-members": members.join(" "),
  };
  return h(
    "li",
    { ...attributes, "aria-label": `@${group.handle}, ${says}` },
    icon("people", 16),
    h("span", { class: "room-name" }, `@${group.handle}`),
    members.length
      ? h("span", { class: "group-faces" }, members.slice(0, 3).map((id) => avatar(id, 18)))
      : h("span", { class: "group-off" }, says),
    members.length > 3 ? h("span", { class: "group-off" }, `+${members.length - 3}`) : null,
  );
}

function addMenu(anchor) {
  menu(
    anchor,
    [
      { label: "Browse channels", icon: "search", testid: "browse-channels", run: browse },
      {
        label: "Create a channel",
        icon: "plus",
        testid: "create-channel",
        disabled: me().isGuest,
        run: () => create(false),
      },
      {
        label: "Create a private channel",
        icon: "lock",
        testid: "create-private-channel",
        disabled: me().isGuest,
        run: () => create(true),
      },
    ],
    { label: "Add channels" },
  );
}

async function create(isPrivate) {
  const name = await ask({
    title: isPrivate ? "Create a private channel" : "Create a channel",
    label: "Name",
    hint: "Lower-case letters, numbers, hyphens and underscores; at most 80 characters.",
    yes: "Create",
  });
  if (!name) return;
  const made = await attempt(() => post("create", { user: place.me, name, is_private: isPrivate }));
  if (!made) return;
  await refresh("state");
  openChannel(made.channel);
}

function browse() {
  let layer = null;
  const visible = [...world.channels.values()].filter(
    (c) => !c.isIm && (!c.isPrivate || c.members.includes(place.me)) && (!me().isGuest || c.members.includes(place.me)),
  );
  visible.sort((a, b) => a.isArchived - b.isArchived || a.name.localeCompare(b.name));
  const row = (found) => {
    const facts = [found.isArchived ? "archived" : null, `${found.members.length} members`, found.purpose]
      .filter(Boolean)
      .join(" · ");
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "browse-row",
          "data-testid": "browse-row",
          "data-channel": found.id,
          onclick: () => (layer.close(), openChannel(found.id)),
        },
        channelIcon(found, 18),
        h("span", {}, h("strong", {}, found.name), h("span", { class: "muted" }, facts)),
        found.members.includes(place.me) ? h("span", { class: "joined" }, icon("check", 14), "Joined") : null,
      ),
    );
  };
  layer = dialog({ title: "Channels", body: h("ul", { class: "browse" }, visible.map(row)), testid: "browse" });
}
