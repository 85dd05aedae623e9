/** A thread beside its channel: the first message, its replies, and a composer of its own. */

import { get } from "./api.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { messageList } from "./list.js";
import { attempt } from "./overlay.js";
import { channelTitle } from "./people.js";
import { closeThread } from "./route.js";
import { messages as shaped } from "./shape.js";
import { channel, messagesOf, on, place } from "./store.js";

const here = () => `${place.channel}/${place.thread}`;

function where() {
  const found = channel(place.channel);
  const readOnly = !found || found.isArchived || !found.members.includes(place.me);
  return { channel: place.channel, thread: place.thread, placeholder: "Reply…", readOnly };
}

export class Thread {
  constructor(node) {
    this.node = node;
    this.shown = "";
    this.all = [];
    this.title = h("span", { class: "muted" });
    this.list = messageList({ label: "Thread", inThread: true, testid: "thread-messages" });
    this.write = new Composer(where, { testid: "thread-composer", sent: () => this.list.toEnd() });
    fill(node, this.head(), this.list.node, this.write.node);
    node.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && closeThread());
    on("place", () => this.follow());
    on("me", () => this.follow());
    on("channel", (id) => id === place.channel && place.thread && this.load(false));
  }

  head() {
    const label = { "aria-label": "Close thread", "data-testid": "thread-close" };
    const shut = h("button", { type: "button", class: "icon-button", ...label, onclick: closeThread }, icon("close"));
    return h(
      "header",
      { class: "pane-head" },
      h("div", { class: "thread-title" }, h("h2", {}, "Thread"), this.title),
      shut,
    );
  }

  follow() {
    const key = place.thread ? `${place.me}/${here()}` : "";
    this.node.hidden = !key;
    document.body.dataset.thread = key ? "open" : "closed";
    if (key) this.open(key);
    else this.shown = "";
  }

  open(key) {
    const found = channel(place.channel);
    this.title.textContent = found ? channelTitle(found) : "";
    this.write.follow();
    if (key === this.shown) return;
    this.shown = key;
    this.all = messagesOf(place.channel).filter((m) => m.ts === place.thread || m.thread_ts === place.thread);
    this.draw(true);
    this.load(true);
    this.write.focus();
  }

  async load(fresh) {
    const key = here();
    const answer = await attempt(() => get("messages", { channel: place.channel, thread_ts: place.thread }));
    if (!answer || key !== here()) return;
    this.all = shaped(answer);
    this.draw(fresh);
    if (place.at && this.list.show(place.at)) place.at = "";
  }

  draw(fresh) {
    const mine = this.all.filter((m) => !m.ephemeral_to || m.ephemeral_to === place.me);
    const count = mine.length - 1;
    const words = `${count} ${count === 1 ? "reply" : "replies"}`;
    const build = () => h("div", { class: "replies-mark" }, h("span", {}, words));
    this.list.draw(mine, { fresh, divider: count > 0 ? { key: "replies", sig: words, build } : null });
  }
}
