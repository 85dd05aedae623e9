/** The text messages of a phone, with the calls it had in between. */

import { callCard } from "./call.js";
import { h, keyed, linked } from "./dom.js";
import { stage } from "./ringing.js";
import { timeOf } from "./when.js";

const NEAR_END = 60;
const ARRIVED = new Set(["delivered", "received", "sent", "read"]);
const LOST = new Set(["undelivered", "failed"]);

/** Draws messages and calls of `phone` into `box`, and stays at the end if the end was in sight. */
export function drawThread(box, phone, zone, other) {
  const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  const calls = phone.calls.filter((call) => stage(call) === "over");
  const all = [
    ...phone.messages.map((one) => ({ ...one, build: bubble })),
    ...calls.map((one) => ({ ...one, build: callCard })),
  ];
  all.sort((a, b) => (a.at < b.at ? -1 : 1));
  const rows = all.map((one) => ({
    key: one.sid,
    sig: JSON.stringify(one),
    build: () => one.build(one, zone, phone.user),
  }));
  const words = "No messages yet. Pages arrive here, and can be answered.";
  const nothing = { key: "none", sig: "none", build: () => h("p", { class: "sms-empty" }, words) };
  keyed(box, rows.length ? rows : [nothing]);
  if (other || near) box.scrollTop = box.scrollHeight;
}

function bubble(sms, zone, owner) {
  const lost = LOST.has(sms.status);
  const underway = sms.direction === "in" && !ARRIVED.has(sms.status) ? sms.status : "";
  const note = [timeOf(Date.parse(sms.at), zone), lost ? `not received (${sms.status})` : underway].filter(Boolean);
  const marks = {
    "data-testid": "sms",
    "data-direction": sms.direction,
    "data-status": sms.status,
    "data-sid": sms.sid,
  };
  const words = [
    h("div", { class: "bubble-text" }, linked(sms.body, owner)),
    h("div", { class: "bubble-note" }, note.join(" · ")),
  ];
  return h("div", { class: `bubble ${sms.direction}${lost ? " lost" : ""}`, ...marks }, words);
}
