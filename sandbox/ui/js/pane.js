/** The middle of the page: a channel's header, bookmarks, messages and composer; or the app's Home. */

import { bookmarksBar, header } from "./channel_head.js";
import { post } from "./api.js";
import { composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { homeView } from "./home.js";
import { messageList } from "./list.js";
import { attempt } from "./overlay.js";
import { channelIcon, channelTitle } from "./people.js";
import { HOME } from "./route.js";
import { channel, messagesOf, on, place, world } from "./store.js";
import { fresh, markRead } from "./unread.js";

/** Top-level messages of a conversation, as its main pane shows them. */
const isTop = (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";

export function pane(node) {
  const head = h("header", { class: "pane-head" });
  const marks = h("div", { class: "bookmarks", "data-testid": "bookmarks", hidden: true });
  const list = messageList({ label: "Messages", testid: "messages", read: () => visible() && markRead(channel(place.channel)) });
  const home = homeView();
  const write = composer(where, { testid: "composer", sent: () => list.toEnd() });
  const foot = h("div", { class: "pane-foot" });
  fill(node, head, marks, home.node, list.node, write.node, foot);
  let shown = "";
  let newFrom = "";

  const visible = () => !document.hidden && place.channel !== HOME && shown === `${place.me}/${place.channel}`;

  function where() {
    const found = channel(place.channel);
    const name = found ? channelTitle(found) : "";
    const readOnly = !found || found.isArchived || !found.members.includes(place.me) || (found.withBot && found.isIm && world.bot.readOnly);
    return { channel: place.channel, thread: "", placeholder: `Message ${found?.isIm ? name : `#${name}`}`, readOnly };
  }

  function drawHead() {
    fill(head, header());
    const found = channel(place.channel);
    marks.hidden = place.channel === HOME || !found?.bookmarks.length;
    fill(marks, found ? bookmarksBar(found) : null);
    fill(foot, footNotice(found));
  }

  function drawList() {
    const found = channel(place.channel);
    if (!found) return;
    const key = `${place.me}/${place.channel}`;
    const entered = key !== shown;
    if (entered) newFrom = fresh(found)[0]?.ts ?? "";
    shown = key;
    const mine = messagesOf(place.channel).filter((m) => isTop(m) && (!m.ephemeral_to || m.ephemeral_to === place.me));
    list.draw(mine, { fresh: entered, intro: intro(found), newFrom });
    if (place.at && list.show(place.at)) place.at = "";
  }

  function draw() {
    const atHome = place.channel === HOME;
    drawHead();
    home.node.hidden = !atHome;
    list.node.hidden = atHome;
    write.node.hidden = atHome;
    write.follow();
    if (atHome) {
      shown = "";
      home.draw();
    } else drawList();
  }

  on("place", draw);
  on("me", draw);
  on("state", draw);
  on("channel", (id) => id === place.channel && (drawList(), drawHead()));
  on("views", () => place.channel === HOME && home.draw());
  on("clock", () => place.channel !== HOME && drawList());
  document.addEventListener("visibilitychange", () => visible() && markRead(channel(place.channel)));
  return { focus: () => write.focus() };
}

/** The first row of a channel: what it is called and for. */
function intro(found) {
  if (!found) return null;
  const name = channelTitle(found);
  const words = found.isIm
    ? `This is the beginning of your direct messages with ${name}.`
    : `This is the very beginning of the ${found.isPrivate ? "private " : ""}channel. ${found.purpose}`;
  const build = () => h("div", { class: "intro" }, h("h2", {}, found.isIm ? null : channelIcon(found, 26), name), h("p", {}, words));
  return { sig: name + words + found.isArchived, build };
}

function footNotice(found) {
  if (!found || place.channel === HOME) return null;
  const act = (label, path, testid) => h("button", { type: "button", class: "button primary", "data-testid": testid, onclick: () => attempt(() => post(path, { user: place.me, channel: found.id })) }, label);
  if (found.isArchived) return h("div", { class: "foot-notice", "data-testid": "archived-notice" }, h("span", {}, "You are viewing ", h("strong", {}, `#${found.name}`), ", an archived channel."), act("Unarchive", "unarchive", "unarchive"));
  if (!found.members.includes(place.me)) return h("div", { class: "foot-notice" }, h("span", {}, h("strong", {}, `#${found.name}`), ` — ${found.purpose || "you are not a member"}`), act("Join channel", "join", "join-channel"));
  if (found.isIm && found.withBot && world.bot.readOnly) return h("div", { class: "foot-notice" }, "Sending messages to this app has been turned off. Use its buttons and commands.");
  return null;
}
