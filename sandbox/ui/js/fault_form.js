/** The form that orders a fault, ready-made troubles, and a fault in words. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { attempt, notify } from "./overlay.js";
import { refresh } from "./store.js";

const TARGETS = { slack: "Slack", twilio: "Phones (Twilio)", smtp: "Mail (SMTP)" };
const METHODS = {
  slack: ["*", "chat.postMessage", "chat.update", "conversations.create", "conversations.invite", "conversations.open", "pins.add", "bookmarks.add", "reactions.add", "views.open", "views.publish", "files.completeUploadExternal", "auth.test"],
  twilio: ["*", "messages.create", "calls.create", "messages.list"],
  smtp: ["*", "connect", "mail", "rcpt", "data"],
};
/** Kinds with the extra field each takes: [label, field, input type, default]. */
const KINDS = {
  error: ["answers with an error", "error", "text", "internal_error"],
  rate_limited: ["is rate limited (429)", "retry_after", "number", 5],
  http: ["answers with HTTP status", "status", "number", 503],
  timeout_before: ["times out, nothing happens"],
  timeout_after: ["happens, but the answer never comes"],
  reset_before: ["is cut off, nothing happens"],
  reset_after: ["happens, but the line is cut"],
  delay: ["is slow, by seconds", "seconds", "number", 2],
  garbage: ["answers nonsense"],
};

const LABELS = { error: "Error", retry_after: "Seconds", status: "Status", seconds: "Seconds" };

const READY = [
  ["Slack is down", { target: "slack", method: "*", kind: "http", status: 503, times: null }],
  ["Channels cannot be created", { target: "slack", method: "conversations.create", kind: "error", error: "restricted_action", times: null }],
  ["Posts answered late once", { target: "slack", method: "chat.postMessage", kind: "timeout_after", times: 1 }],
  ["Slack says slow down", { target: "slack", method: "chat.postMessage", kind: "rate_limited", retry_after: 5, times: 3 }],
  ["Texts cannot be sent", { target: "twilio", method: "*", kind: "http", status: 503, times: null }],
  ["Mail is refused", { target: "smtp", method: "*", kind: "error", times: null }],
];

/** Resolves true when the fault is in force. */
async function order(fault) {
  const made = await attempt(() => post("faults", fault));
  if (!made) return false;
  notify(`In force: ${sentence(fault)}.`);
  refresh("faults");
  return true;
}

export function sentence(fault) {
  const [label, field] = KINDS[fault.kind] ?? [fault.kind];
  const value = field && fault[field] !== undefined ? ` ${fault[field]}` : "";
  const what = !fault.method || fault.method === "*" ? `Everything at ${TARGETS[fault.target] ?? fault.target}` : fault.method;
  return `${what} ${label}${value}`;
}

export function presets() {
  return h("div", { class: "chips" }, READY.map(([label, fault]) => h("button", { type: "button", class: "chip", "data-testid": "fault-preset", "data-preset": label, onclick: () => order(fault) }, label)));
}

export function faultForm() {
  const target = h("select", { class: "input", "aria-label": "Where", "data-testid": "fault-target" }, Object.entries(TARGETS).map(([value, label]) => h("option", { value }, label)));
  const methods = h("datalist", { id: "fault-methods" });
  const method = h("input", { class: "input", value: "*", list: "fault-methods", "aria-label": "Method", "data-testid": "fault-method" });
  const kind = h("select", { class: "input", "aria-label": "What happens", "data-testid": "fault-kind" }, Object.entries(KINDS).map(([value, [label]]) => h("option", { value }, label)));
  const extra = h("div", { class: "fault-line", hidden: true });
  const times = h("input", { class: "input short", type: "number", min: 1, placeholder: "always", value: 1, "aria-label": "How many times", "data-testid": "fault-times" });
  const match = h("input", { class: "input", placeholder: "channel=C0INCIDENTS", "aria-label": "Only calls whose argument is", "data-testid": "fault-match" });

  const drawMethods = () => fill(methods, METHODS[target.value].map((value) => h("option", { value })));
  const drawExtra = () => {
    const [, field, type, value] = KINDS[kind.value];
    extra.hidden = !field;
    const box = field ? h("input", { class: "input", type, value, "data-field": field, "aria-label": LABELS[field], "data-testid": "fault-extra" }) : null;
    fill(extra, h("span", { class: "field-label" }, LABELS[field] ?? ""), h("span", { class: "fault-fields" }, box));
  };
  target.addEventListener("change", () => ((method.value = "*"), drawMethods()));
  kind.addEventListener("change", drawExtra);
  drawMethods();
  drawExtra();

  function read() {
    const fault = { target: target.value, method: method.value.trim() || "*", kind: kind.value, times: times.value ? Number(times.value) : null };
    const field = extra.querySelector("input");
    if (field) fault[field.dataset.field] = field.type === "number" ? Number(field.value) : field.value;
    const [name, ...rest] = match.value.split("=");
    if (rest.length) fault.match = { [name.trim()]: rest.join("=").trim() };
    return fault;
  }

  const row = (label, ...fields) => h("div", { class: "fault-line" }, h("span", { class: "field-label" }, label), h("span", { class: "fault-fields" }, fields));
  const form = h("form", { class: "fault-form", "data-testid": "fault-form" }, methods, row("Where", target, method), row("What", kind), extra, row("Times", times, h("span", { class: "hint" }, "empty: always")), row("Only if", match), h("button", { type: "submit", class: "button primary", "data-testid": "fault-add" }, "Make it fail"));
  form.addEventListener("submit", (event) => (event.preventDefault(), order(read())));
  return form;
}
