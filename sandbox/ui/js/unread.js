/** What a person has not read: the server counts, this page tells it what was in sight and which messages name someone. */

import { post } from "./api.js";
import { messagesOf, place, world } from "./store.js";

const told = new Map();

const counted = (message, person) =>
  message.user !== person && !message.ephemeral_to && (!message.thread_ts || message.thread_ts === message.ts);

/** The messages above the last one read, oldest first. */
export function fresh(found, person = place.me) {
  const count = found.unread[person] ?? 0;
  if (!count) return [];
  return messagesOf(found.id)
    .filter((message) => counted(message, person))
    .slice(-count);
}

function mentions(message, person) {
  const said = message.text + JSON.stringify(message.blocks ?? "");
  if (
    said.includes(`<@${person}`) ||
    said.includes(`"user_id":"${person}"`) ||
    /<!(here|channel|everyone)|"broadcast"/.test(said)
  )
    return true;
  return [...said.matchAll(/subteam\^(\w+)|"usergroup_id":"(\w+)"/g)].some(([, a, b]) => {
    const group = world.usergroups.get(a ?? b);
    return !group?.disabled && group?.users?.includes(person);
  });
}

/** {bold, badge} of a conversation for a person: unread at all, and how many messages speak to that person. */
export function unread(found, person = place.me) {
  const count = found.unread[person] ?? 0;
  if (!count || found.isIm) return { bold: count > 0, badge: count };
  return { bold: true, badge: fresh(found, person).filter((message) => mentions(message, person)).length };
}

/** All badges of a person together, for the switcher. */
export function badgeOf(person) {
  const rooms = [...world.channels.values()].filter((found) => found.members.includes(person) && !found.isArchived);
  return rooms.reduce((sum, found) => sum + unread(found, person).badge, 0);
}

/** Tells the sandbox that `place.me` has everything of conversation `found` in sight. */
export function markRead(found) {
  const person = place.me;
  const newest = messagesOf(found?.id).at(-1)?.ts ?? "";
  if (!found?.unread[person] || !found.members.includes(person)) return;
  const key = `${person}/${found.id}`;
  if (told.get(key) === newest) return;
  told.set(key, newest);
  post("seen", { user: person, channel: found.id }).catch(() => told.delete(key));
}
