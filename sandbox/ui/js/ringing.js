/** Whose phone rings or is in use, from what the control API says of the phones. */

import { world } from "./store.js";

const RINGING = new Set(["ringing", "initiated"]);
const TALKING = new Set(["in-progress", "answered"]);

/** "waiting", "ringing", "talking" or "over", of a call made by the bot or to it. */
export function stage(call) {
  if (call.status === "queued") return "waiting";
  if (RINGING.has(call.status)) return "ringing";
  return TALKING.has(call.status) ? "talking" : "over";
}

/** The call that occupies a phone now, if any. */
export const liveCall = (phone) => phone.calls.findLast((call) => ["ringing", "talking"].includes(stage(call)));

const phoneOf = (person) => world.phones.find((phone) => phone.user === person);

export function isRinging(person) {
  const phone = phoneOf(person);
  const call = phone && liveCall(phone);
  return Boolean(call) && stage(call) === "ringing";
}
