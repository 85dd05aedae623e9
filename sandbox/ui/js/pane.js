/** The middle of the page: a channel's header, bookmarks, messages and composer; or the app's Home. */

import { bookmarksBar, header } from "./channel_head.js";
import { post } from "./api.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { homeView } from "./home.js";
import { messageList } from "./list.js";
import { attempt } from "./overlay.js";
import { channelIcon, channelTitle } from "./people.js";
import { HOME } from "./route.js";
import { channel, messagesOf, on, place, world } from "./store.js";
import { fresh, markRead } from "./unread.js";

/** Top-level messages of a conversation, as its main pane shows them. */
const isTop = (message) =>
  !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";

function where() {
  const found = channel(place.channel);
  const name = found ? channelTitle(found) : "";
  return {
    channel: place.channel,
    thread: "",
    placeholder: `Message ${found?.isIm ? name : `#${name}`}`,
    readOnly: !maySpeak(found),
  };
}

function maySpeak(found) {
  if (!found || found.isArchived || !found.members.includes(place.me)) return false;
  return !(found.isIm && found.withBot && world.bot.readOnly);
}

export class Pane {
  constructor(node) {
    this.shown = "";
    this.newFrom = "";
    this.head = h("header", { class: "pane-head" });
    this.marks = h("div", { class: "bookmarks", "data-testid": "bookmarks", hidden: true });
    this.list = messageList({ label: "Messages", testid: "messages", read: () => this.read() });
    this.home = homeView();
    this.write = new Composer(where, { testid: "composer", sent: () => this.list.toEnd() });
    this.foot = h("div", { class: "pane-foot" });
    fill(node, this.head, this.marks, this.home.node, this.list.node, this.write.node, this.foot);
    this.heed();
  }

  heed() {
    for (const topic of ["place", "me", "state"]) on(topic, () => this.draw());
    on("channel", (id) => id === place.channel && this.draw());
    on("views", () => place.channel === HOME && this.home.draw());
    on("clock", () => place.channel !== HOME && this.drawList());
    document.addEventListener("visibilitychange", () => this.read());
  }

  /** Everything is in sight of the person: it counts as read. */
  read() {
    const visible = !document.hidden && place.channel !== HOME && this.shown === `${place.me}/${place.channel}`;
    if (visible) markRead(channel(place.channel));
  }

  draw() {
    const atHome = place.channel === HOME;
    this.drawHead(channel(place.channel), atHome);
    this.home.node.hidden = !atHome;
    this.list.node.hidden = atHome;
    this.write.node.hidden = atHome;
    this.write.follow();
    if (!atHome) return this.drawList();
    this.shown = "";
    this.home.draw();
  }

  drawHead(found, atHome) {
    fill(this.head, header());
    this.marks.hidden = atHome || !found?.bookmarks.length;
    fill(this.marks, found ? bookmarksBar(found) : null);
    fill(this.foot, atHome || !found ? null : footNotice(found));
  }

  drawList() {
    const found = channel(place.channel);
    if (!found) return;
    const key = `${place.me}/${place.channel}`;
    const entered = key !== this.shown;
    if (entered) this.newFrom = fresh(found)[0]?.ts ?? "";
    this.shown = key;
    const mine = messagesOf(found.id).filter((m) => isTop(m) && (!m.ephemeral_to || m.ephemeral_to === place.me));
    this.list.draw(mine, { fresh: entered, intro: intro(found), newFrom: this.newFrom });
    if (place.at && this.list.show(place.at)) place.at = "";
  }
}

/** The first row of a channel: what it is called and for. */
function intro(found) {
  if (!found) return null;
  const name = channelTitle(found);
  const words = found.isIm
    ? `This is the beginning of your direct messages with ${name}.`
    : `This is the very beginning of the ${found.isPrivate ? "private " : ""}channel. ${found.purpose}`;
  const build = () =>
    h("div", { class: "intro" }, h("h2", {}, found.isIm ? null : channelIcon(found, 26), name), h("p", {}, words));
  return { sig: name + words + found.isArchived, build };
}

function footNotice(found) {
  const act = (label, path, testid) =>
    h(
      "button",
      {
        type: "button",
        class: "button primary",
        "data-testid": testid,
        onclick: () => attempt(() => post(path, { user: place.me, channel: found.id })),
      },
      label,
    );
  if (found.isArchived)
    return h(
      "div",
      { class: "foot-notice", "data-testid": "archived-notice" },
      h("span", {}, "You are viewing ", h("strong", {}, `#${found.name}`), ", an archived channel."),
      act("Unarchive", "unarchive", "unarchive"),
    );
  if (!found.members.includes(place.me))
    return h(
      "div",
      { class: "foot-notice" },
      h("span", {}, h("strong", {}, `#${found.name}`), ` — ${found.purpose || "you are not a member"}`),
      act("Join channel", "join", "join-channel"),
    );
  if (found.isIm && found.withBot && world.bot.readOnly)
    return h(
      "div",
      { class: "foot-notice" },
      "Sending messages to this app has been turned off. Use its buttons and commands.",
    );
  return null;
}
