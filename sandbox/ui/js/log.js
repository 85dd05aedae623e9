/** The log: every API call, callback and envelope, newest last, to filter and to unfold. */

import { fill, h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { json } from "./json.js";
import { on, place, world, zone } from "./store.js";
import { timeWithSeconds } from "./when.js";

const MOST_ROWS = 400;
const KINDS = [
  ["all", "All", () => true],
  ["api", "API calls", (entry) => entry.kind === "call" && entry.target === "slack"],
  ["socket", "Envelopes", (entry) => entry.kind === "envelope"],
  ["phone", "Phone & mail", (entry) => ["twilio", "smtp", "callback"].includes(entry.target)],
  ["bad", "Problems", (entry) => isBad(entry)],
];
const unfolded = new Set();
let kind = "all";
let words = "";
let cleared = 0;

function isBad(entry) {
  if (entry.kind === "envelope") return entry.waiting;
  if (entry.status === null || entry.status === undefined || entry.status >= 400) return true;
  return entry.answer?.ok === false;
}

/** One word for how an entry ended: an HTTP status, Slack's error, "acked", or that nothing came. */
function outcome(entry) {
  if (entry.kind === "envelope") return entry.waiting ? "no ack" : "ack";
  if (entry.answer?.ok === false) return entry.answer.error ?? "error";
  return entry.status === null || entry.status === undefined ? "no answer" : String(entry.status);
}

export function logPanel() {
  const search = h("input", { class: "input", type: "search", placeholder: "Filter: method, channel, text…", "aria-label": "Filter the log", "data-testid": "log-filter" });
  const chips = h("div", { class: "chips", role: "radiogroup", "aria-label": "Kind" });
  const list = h("div", { class: "log-list", role: "log", "aria-label": "Log", tabindex: "0", "data-testid": "log" });
  const clear = h("button", { type: "button", class: "icon-button", title: "Hide what is here", "aria-label": "Hide what is here", "data-testid": "log-clear", onclick: () => ((cleared = world.log.at(-1)?.n ?? 0), draw()) }, icon("trash"));
  const node = h("section", { class: "log", "aria-label": "Log" }, h("header", { class: "panel-head" }, h("h2", {}, "Log"), clear), h("div", { class: "log-tools" }, search, chips), list);
  search.addEventListener("input", () => ((words = search.value.trim().toLowerCase()), draw()));

  function draw() {
    if (place.panel !== "log") return;
    fill(chips, KINDS.map(([name, label]) => h("button", { type: "button", role: "radio", class: "chip", "aria-checked": String(kind === name), "data-testid": `log-${name}`, onclick: () => ((kind = name), draw()) }, label)));
    const near = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    const fits = KINDS.find(([name]) => name === kind)[2];
    const shown = world.log.filter((entry) => entry.n > cleared && fits(entry) && matches(entry)).slice(-MOST_ROWS);
    const rows = shown.map((entry) => ({ key: entry.n, sig: `${outcome(entry)}${entry.ms}${zone()}`, build: () => row(entry) }));
    keyed(list, rows.length ? rows : [{ key: "none", sig: kind + words, build: () => h("div", { class: "empty" }, icon("log", 32), h("p", {}, words || kind !== "all" ? "Nothing fits this filter." : "Nothing was said yet.")) }]);
    if (near) list.scrollTop = list.scrollHeight;
  }

  on("log", draw);
  on("reset", () => ((cleared = 0), unfolded.clear(), draw()));
  return { node, draw };
}

function matches(entry) {
  return !words || JSON.stringify(entry).toLowerCase().includes(words);
}

function row(entry) {
  const bad = isBad(entry);
  const out = entry.kind === "envelope" ? "down" : entry.target === "callback" ? "back" : "up";
  const sign = { up: "→", down: "⇠", back: "←" }[out];
  const attributes = { class: `log-row ${entry.target}${bad ? " bad" : ""}`, "data-testid": "log-row", "data-n": entry.n, "data-method": entry.method, "data-kind": entry.kind, open: unfolded.has(entry.n) };
  const at = h("time", { class: "log-time" }, timeWithSeconds(Date.parse(entry.at), zone()));
  const summary = h("summary", {}, at, h("span", { class: "log-sign", "aria-hidden": "true" }, sign), h("span", { class: "log-method" }, entry.method), h("span", { class: "log-hint" }, hintOf(entry)), h("span", { class: "log-outcome" }, outcome(entry)), h("span", { class: "log-ms" }, entry.ms == null ? "" : `${Math.round(entry.ms)} ms`));
  const node = h("details", attributes, summary);
  const unfold = () => {
    if (node.open) unfolded.add(entry.n);
    else unfolded.delete(entry.n);
    if (node.open && !node.querySelector(".log-body")) node.append(body(entry));
    if (node.open && node.isConnected) node.scrollIntoView({ block: "nearest" });
  };
  node.addEventListener("toggle", unfold);
  if (node.open) unfold();
  return node;
}

function hintOf(entry) {
  const given = entry.arguments ?? entry.payload ?? {};
  if (entry.kind === "envelope") return envelopeHint(given);
  const id = given.channel ?? given.channel_id ?? given.To ?? given.to ?? given.user ?? given.user_id ?? "";
  return world.channels.get(id)?.name ?? world.users.get(id)?.name ?? (typeof id === "string" ? id : "");
}

/** Who did it, and with which control. */
function envelopeHint(payload) {
  const by = payload.user?.id ?? payload.user_id ?? payload.event?.user ?? "";
  const what = payload.actions?.[0]?.action_id ?? payload.view?.callback_id ?? payload.callback_id ?? payload.event?.reaction ?? payload.text ?? "";
  return [world.users.get(by)?.name, what].filter(Boolean).join(" · ");
}

function body(entry) {
  const { n, at, kind: what, target, method, status: _status, ms: _ms, waiting: _waiting, ...rest } = entry;
  const facts = [`#${n}`, target, what === "envelope" ? "envelope to the bot" : method, at].join(" · ");
  const parts = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "");
  return h("div", { class: "log-body" }, h("div", { class: "muted" }, facts), parts.map(([name, value]) => h("div", { class: "log-part" }, h("h4", {}, name), json(value))));
}
