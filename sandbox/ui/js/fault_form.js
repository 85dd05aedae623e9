/** The form that orders a fault, ready-made troubles, and a fault in words. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { attempt, notify } from "./overlay.js";
import { refresh } from "./store.js";
import { optionsOf } from "./widgets.js";

const TARGETS = { slack: "Slack", twilio: "Phones (Twilio)", smtp: "Mail (SMTP)", google: "Google Sheets" };
const METHODS = {
  slack: [
    "*",
    "chat.postMessage",
    "chat.update",
    "conversations.create",
    "conversations.invite",
    "conversations.open",
    "pins.add",
    "bookmarks.add",
    "reactions.add",
    "views.open",
    "views.publish",
    "files.completeUploadExternal",
    "auth.test",
  ],
  twilio: ["*", "messages.create", "calls.create", "messages.list"],
  smtp: ["*", "connect", "mail", "rcpt", "data"],
  google: ["*", "token", "spreadsheets.get", "spreadsheets.batchUpdate", "values.batchGet", "values.get", "values.batchUpdate"],
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
  [
    "Channels cannot be created",
    { target: "slack", method: "conversations.create", kind: "error", error: "restricted_action", times: null },
  ],
  ["Posts answered late once", { target: "slack", method: "chat.postMessage", kind: "timeout_after", times: 1 }],
  [
    "Slack says slow down",
    { target: "slack", method: "chat.postMessage", kind: "rate_limited", retry_after: 5, times: 3 },
  ],
  ["Texts cannot be sent", { target: "twilio", method: "*", kind: "http", status: 503, times: null }],
  [
    "Google's quota is used up",
    { target: "google", method: "*", kind: "rate_limited", times: null },
  ],
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
  const what =
    !fault.method || fault.method === "*" ? `Everything at ${TARGETS[fault.target] ?? fault.target}` : fault.method;
  return `${what} ${label}${value}`;
}

export function presets() {
  return h(
    "div",
    { class: "chips" },
    READY.map(([label, fault]) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "data-testid": "fault-preset",
          "data-preset": label,
          onclick: () => order(fault),
        },
        label,
      ),
    ),
  );
}

/** The form that orders any fault. */
export class FaultForm {
  constructor() {
    this.target = pick("Where", "fault-target", Object.entries(TARGETS));
    this.method = field("Method", "fault-method", { value: "*", list: "fault-methods" });
    this.kind = pick(
      "What happens",
      "fault-kind",
      Object.entries(KINDS).map(([value, [label]]) => [value, label]),
    );
    this.times = field("How many times", "fault-times", { type: "number", min: 1, placeholder: "always", value: 1 });
    this.match = field("Only calls whose argument is", "fault-match", { placeholder: "channel=C0INCIDENTS" });
    this.methods = h("datalist", { id: "fault-methods" });
    this.extra = h("div", {});
    this.times.classList.add("short");
    this.target.addEventListener("change", () => this.drawMethods());
    this.kind.addEventListener("change", () => this.drawExtra());
    this.node = this.form();
    this.drawMethods();
    this.drawExtra();
  }

  form() {
    const submit = h("button", { type: "submit", class: "button primary", "data-testid": "fault-add" }, "Make it fail");
    const rows = [
      line("Where", this.target, this.method),
      line("What", this.kind),
      this.extra,
      line("Times", this.times, h("span", { class: "hint" }, "empty: always")),
      line("Only if", this.match),
    ];
    const form = h("form", { class: "fault-form", "data-testid": "fault-form" }, this.methods, rows, submit);
    form.addEventListener("submit", (event) => (event.preventDefault(), order(this.read())));
    return form;
  }

  drawMethods() {
    this.method.value = "*";
    fill(
      this.methods,
      METHODS[this.target.value].map((value) => h("option", { value })),
    );
  }

  /** The one value that some kinds take besides. */
  drawExtra() {
    const [, name, type, value] = KINDS[this.kind.value];
    const box = name ? field(LABELS[name], "fault-extra", { type, value, "data-field": name }) : null;
    fill(this.extra, box ? line(LABELS[name], box) : null);
    this.extra.hidden = !box;
  }

  read() {
    const fault = { target: this.target.value, method: this.method.value.trim() || "*", kind: this.kind.value };
    fault.times = this.times.value ? Number(this.times.value) : null;
    const box = this.extra.querySelector("input");
    if (box) fault[box.dataset.field] = box.type === "number" ? Number(box.value) : box.value;
    const [name, ...rest] = this.match.value.split("=");
    if (rest.length) fault.match = { [name.trim()]: rest.join("=").trim() };
    return fault;
  }
}

const field = (label, testid, attributes) =>
  h("input", { class: "input", "aria-label": label, "data-testid": testid, ...attributes });

const pick = (label, testid, choices) =>
  h("select", { class: "input", "aria-label": label, "data-testid": testid }, optionsOf(choices));

const line = (label, ...fields) =>
  h(
    "div",
    { class: "fault-line" },
    h("span", { class: "field-label" }, label),
    h("span", { class: "fault-fields" }, fields),
  );
