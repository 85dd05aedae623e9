/** What an entry of the log says in short: how it ended, and whom or what it was about. */

import { world } from "./store.js";

export function isBad(entry) {
  if (entry.kind === "envelope") return entry.waiting;
  return entry.status == null || entry.status >= 400 || entry.answer?.ok === false;
}

/** One word for how an entry ended: an HTTP status, Slack's error, "ack", or that nothing came. */
export function outcome(entry) {
  if (entry.kind === "envelope") return entry.waiting ? "no ack" : "ack";
  if (entry.answer?.ok === false) return entry.answer.error ?? "error";
  return entry.status == null ? "no answer" : String(entry.status);
}

export const hintOf = (entry) =>
  entry.kind === "envelope" ? envelopeHint(entry.payload) : callHint(entry.arguments ?? {});

const firstText = (...values) => values.find((value) => typeof value === "string" && value) ?? "";

function callHint(given) {
  const id = firstText(given.channel, given.channel_id, given.To, given.to, given.user, given.user_id);
  return world.channels.get(id)?.name || world.users.get(id)?.name || id;
}

/** Who did it, and with which control. */
function envelopeHint({ user, user_id, event = {}, actions = [], view, callback_id, text }) {
  const by = world.users.get(firstText(user?.id, user_id, event.user))?.name;
  const what = firstText(actions[0]?.action_id, view?.callback_id, callback_id, event.reaction, text);
  return [by, what].filter(Boolean).join(" · ");
}
