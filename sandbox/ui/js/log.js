/** The log: every API call, callback and envelope, newest last, to filter and to unfold. */

import { fill, h, keyed } from "./dom.js";
import { hintOf, isBad, outcome } from "./log_entry.js";
import { json } from "./json.js";
import { on, place, world, zone } from "./store.js";
import { timeWithSeconds } from "./when.js";
import { chips, empty, iconButton } from "./widgets.js";

const MOST_ROWS = 400;
const NEAR_END = 60;
const KINDS = {
  all: { label: "All", fits: () => true },
  api: { label: "API calls", fits: (entry) => entry.kind === "call" && entry.target === "slack" },
  socket: { label: "Envelopes", fits: (entry) => entry.kind === "envelope" },
  phone: { label: "Phone & mail", fits: (entry) => ["twilio", "smtp", "callback"].includes(entry.target) },
  sheet: { label: "Sheet", fits: (entry) => entry.target === "google" },
  bad: { label: "Problems", fits: isBad },
};

export class LogPanel {
  constructor() {
    this.kind = "all";
    this.words = "";
    this.hidden = 0;
    this.unfolded = new Set();
    this.chips = h("div", { class: "chips", role: "radiogroup", "aria-label": "Kind" });
    this.list = h("div", { class: "log-list", role: "log", "aria-label": "Log", tabindex: "0", "data-testid": "log" });
    const clear = iconButton("trash", "Hide what is here", "log-clear", () => this.hide());
    const head = h("header", { class: "panel-head" }, h("h2", {}, "Log"), clear);
    const tools = h("div", { class: "log-tools" }, this.search(), this.chips);
    this.node = h("section", { class: "log", "aria-label": "Log" }, head, tools, this.list);
    on("log", () => this.draw());
    on("reset", () => this.startOver());
  }

  search() {
    const marks = { "aria-label": "Filter the log", "data-testid": "log-filter" };
    const input = h("input", {
      class: "input",
      type: "search",
      placeholder: "Filter: method, channel, text…",
      ...marks,
    });
    input.addEventListener("input", () => this.change({ words: input.value.trim().toLowerCase() }));
    return input;
  }

  change(what) {
    Object.assign(this, what);
    this.draw();
  }

  hide() {
    this.change({ hidden: world.log.at(-1)?.n ?? 0 });
  }

  startOver() {
    this.unfolded.clear();
    this.change({ hidden: 0 });
  }

  draw() {
    if (place.panel !== "log") return;
    const kinds = Object.entries(KINDS).map(([name, { label }]) => [name, label]);
    fill(
      this.chips,
      chips(kinds, this.kind, (kind) => this.change({ kind }), "log"),
    );
    const near = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
    const rows = this.shown().map((entry) => ({
      key: entry.n,
      sig: `${outcome(entry)}${entry.ms}${zone()}`,
      build: () => this.row(entry),
    }));
    keyed(this.list, rows.length ? rows : [this.nothing()]);
    if (near) this.list.scrollTop = this.list.scrollHeight;
  }

  shown() {
    const { fits } = KINDS[this.kind];
    const has = (entry) => !this.words || JSON.stringify(entry).toLowerCase().includes(this.words);
    return world.log.filter((entry) => entry.n > this.hidden && fits(entry) && has(entry)).slice(-MOST_ROWS);
  }

  nothing() {
    const words = this.words || this.kind !== "all" ? "Nothing fits this filter." : "Nothing was said yet.";
    return { key: "none", sig: words, build: () => empty("log", words) };
  }

  row(entry) {
    const marks = { "data-testid": "log-row", "data-n": entry.n, "data-method": entry.method, "data-kind": entry.kind };
    const classes = `log-row ${entry.target}${isBad(entry) ? " bad" : ""}`;
    const node = h("details", { class: classes, ...marks, open: this.unfolded.has(entry.n) }, summary(entry));
    node.addEventListener("toggle", () => this.unfold(node, entry));
    if (node.open) node.append(body(entry));
    return node;
  }

  unfold(node, entry) {
    if (!node.open) return void this.unfolded.delete(entry.n);
    this.unfolded.add(entry.n);
    if (!node.querySelector(".log-body")) node.append(body(entry));
    node.scrollIntoView({ block: "nearest" });
  }
}

function summary(entry) {
  const sign = entry.kind === "envelope" ? "⇠" : entry.target === "callback" ? "←" : "→";
  return h(
    "summary",
    {},
    h("time", { class: "log-time" }, timeWithSeconds(Date.parse(entry.at), zone())),
    h("span", { class: "log-sign", "aria-hidden": "true" }, sign),
    h("span", { class: "log-method" }, entry.method),
    h("span", { class: "log-hint" }, hintOf(entry)),
    h("span", { class: "log-outcome" }, outcome(entry)),
    h("span", { class: "log-ms" }, entry.ms == null ? "" : `${Math.round(entry.ms)} ms`),
  );
}

const SHOWN_ABOVE = new Set(["n", "at", "kind", "target", "method", "status", "ms", "waiting"]);

function body(entry) {
  const what = entry.kind === "envelope" ? "envelope to the bot" : entry.method;
  const facts = [`#${entry.n}`, entry.target, what, entry.at].join(" · ");
  const parts = Object.entries(entry).filter(([name, value]) => !SHOWN_ABOVE.has(name) && value !== "");
  const shown = parts.map(([name, value]) => h("div", { class: "log-part" }, h("h4", {}, name), json(value)));
  return h("div", { class: "log-body" }, h("div", { class: "muted" }, facts), shown);
}
