/** A thread beside its channel: the first message, its replies, and a composer of its own. */

import { get } from "./api.js";
import { composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { messageList } from "./list.js";
import { attempt } from "./overlay.js";
import { channelTitle } from "./people.js";
import { closeThread } from "./route.js";
import { messages as shaped } from "./shape.js";
import { channel, messagesOf, on, place } from "./store.js";

export function thread(node) {
  const title = h("div", { class: "thread-title" }, h("h2", {}, "Thread"), h("span", { class: "muted" }));
  const shut = h("button", { type: "button", class: "icon-button", "aria-label": "Close thread", "data-testid": "thread-close", onclick: closeThread }, icon("close"));
  const list = messageList({ label: "Thread", inThread: true, testid: "thread-messages" });
  const write = composer(where, { testid: "thread-composer", sent: () => list.toEnd() });
  fill(node, h("header", { class: "pane-head" }, title, shut), list.node, write.node);
  node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && closeThread());
  let shown = "";
  let all = [];

  function where() {
    const found = channel(place.channel);
    const readOnly = !found || found.isArchived || !found.members.includes(place.me);
    return { channel: place.channel, thread: place.thread, placeholder: "Reply…", readOnly };
  }

  function draw(fresh) {
    const mine = all.filter((m) => !m.ephemeral_to || m.ephemeral_to === place.me);
    const count = mine.length - 1;
    const sig = `${count}`;
    const divider = { key: "replies", sig, build: () => h("div", { class: "replies-mark" }, h("span", {}, `${count} ${count === 1 ? "reply" : "replies"}`)) };
    list.draw(mine, { fresh, divider: count > 0 ? divider : null });
  }

  async function load(fresh) {
    const key = `${place.channel}/${place.thread}`;
    const answer = await attempt(() => get("messages", { channel: place.channel, thread_ts: place.thread }));
    if (!answer || key !== `${place.channel}/${place.thread}`) return;
    all = shaped(answer);
    draw(fresh);
  }

  function follow() {
    const key = place.thread ? `${place.me}/${place.channel}/${place.thread}` : "";
    node.hidden = !key;
    document.body.dataset.thread = key ? "open" : "closed";
    if (!key) return void (shown = "");
    title.lastChild.textContent = channel(place.channel) ? channelTitle(channel(place.channel)) : "";
    write.follow();
    if (key === shown) return;
    shown = key;
    all = messagesOf(place.channel).filter((m) => m.ts === place.thread || m.thread_ts === place.thread);
    draw(true);
    load(true);
    write.focus();
  }

  on("place", follow);
  on("me", follow);
  on("channel", (id) => id === place.channel && place.thread && load(false));
}
