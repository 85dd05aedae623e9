/** A call on a phone's screen: ringing, spoken words as they come, the keypad, and its trace afterwards. */

import { post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { stage } from "./ringing.js";
import { timeOf } from "./when.js";

const act = (call, action, digits) => attempt(() => post("call", { sid: call.sid, action, digits }));

/** The full-screen view of a call that rings or is under way. */
export function callScreen(call) {
  const ringing = stage(call) === "ringing";
  const face = h(
    "div",
    { class: "call-face" },
    h("span", { class: "call-rings", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    h("span", { class: "call-bell" }, "🔔"),
  );
  const head = h(
    "div",
    { class: "call-head" },
    face,
    h("strong", {}, "Tocsin"),
    h("span", { class: "call-state", role: "status" }, ringing ? "Incoming call" : "On the line"),
  );
  const attributes = {
    class: `call ${ringing ? "is-ringing" : "is-talking"}`,
    "data-testid": "call",
    "data-sid": call.sid,
    "data-status": call.status,
  };
  return ringing
    ? h("div", attributes, head, ringButtons(call))
    : h("div", attributes, head, captions(call), keypad(call));
}

const round = (label, sign, cls, run, testid) =>
  h(
    "button",
    { type: "button", class: `round ${cls}`, "data-testid": testid, onclick: run },
    h("span", { class: "round-face" }, icon(sign, 24)),
    h("span", {}, label),
  );

function ringButtons(call) {
  return h(
    "div",
    { class: "call-buttons" },
    round("Decline", "call", "decline", () => act(call, "busy"), "call-decline"),
    round("Voicemail", "voicemail", "quiet", () => act(call, "voicemail"), "call-voicemail"),
    round("Ignore", "close", "quiet", () => act(call, "no_answer"), "call-ignore"),
    round("Answer", "call", "answer", () => act(call, "answer"), "call-answer"),
  );
}

const WHO = { bot: "spoken", person: "pressed", network: "network" };

function captions(call) {
  const lines = call.spoken.map(({ by, text }) =>
    h("p", { class: `caption ${WHO[by] ?? ""}` }, by === "person" ? `Pressed ${text}` : text),
  );
  const box = h(
    "div",
    { class: "captions", role: "log", "aria-label": "What the call says", "data-testid": "call-spoken", tabindex: "0" },
    lines.length ? lines : h("p", { class: "caption network" }, "…"),
  );
  queueMicrotask(() => requestAnimationFrame(() => (box.scrollTop = box.scrollHeight)));
  return box;
}

const MEANS = { 4: "ack", 6: "decline", 8: "escalate", "*": "repeat" };

function keypad(call) {
  const key = (digit) =>
    h(
      "button",
      {
        type: "button",
        class: "key",
        "data-testid": "key",
        "data-digit": digit,
        "aria-label": MEANS[digit] ? `${digit}, ${MEANS[digit]}` : digit,
        onclick: () => act(call, "keys", digit),
      },
      digit,
      h("small", {}, MEANS[digit] ?? ""),
    );
  const keys = h("div", { class: `keys${call.awaits_keys ? " awaited" : ""}` }, [..."123456789*0#"].map(key));
  return h(
    "div",
    { class: "call-foot" },
    keys,
    round("Hang up", "call", "decline", () => act(call, "hangup"), "call-hangup"),
  );
}

const ENDED = {
  completed: "Call",
  busy: "Declined call",
  "no-answer": "Missed call",
  failed: "Failed call",
  canceled: "Cancelled call",
};

/** What a call left in the list of messages. */
export function callCard(call, zone) {
  const machine = call.answered_by && call.answered_by !== "human";
  const title = machine ? "Voicemail" : (ENDED[call.status] ?? call.status);
  const length = call.seconds ? ` · ${call.seconds} s` : "";
  const missed = ["busy", "no-answer", "failed"].includes(call.status);
  const words = call.spoken.map(({ by, text }) =>
    h("p", { class: `caption ${WHO[by] ?? ""}` }, by === "person" ? `Pressed ${text}` : text),
  );
  const summary = h(
    "summary",
    {},
    icon(machine ? "voicemail" : "call", 15),
    h("strong", {}, title),
    h("span", { class: "muted" }, `${timeOf(Date.parse(call.at), zone)}${length}`),
  );
  return h(
    "details",
    {
      class: `call-card${missed ? " missed" : ""}`,
      "data-testid": "call-card",
      "data-status": call.status,
      "data-sid": call.sid,
    },
    summary,
    words.length ? words : h("p", { class: "caption network" }, "Nothing was said."),
  );
}
