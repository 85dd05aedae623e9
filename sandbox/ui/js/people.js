/** Faces and names: initials on a colour that belongs to the id, and mentions as Slack draws them. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { channel, place, user, world } from "./store.js";

const HUES = [
  "#2f6fde",
  "#c2541b",
  "#177a52",
  "#8b3fb8",
  "#b8325a",
  "#1a7f93",
  "#7a5c13",
  "#5463c9",
  "#a33d2f",
  "#3d7a2a",
];
const KNOWN = { U0ALICE: 0, U0BOB: 2, U0CAROL: 3, U0DAVE: 1, U0GINA: 5 };

function hue(id) {
  if (id in KNOWN) return HUES[KNOWN[id]];
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return HUES[sum % HUES.length];
}

const initials = (name) =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");

/** A square portrait of `size` pixels: the app's bell, or the person's initials. */
export function avatar(id, size = 36, name = "") {
  const person = user(id);
  const box = h("span", { class: "avatar", "aria-hidden": "true" });
  box.style.setProperty("--size", `${size}px`);
  if (person?.isBot || (!person && name)) {
    box.classList.add("app");
    box.append(id === "USLACKBOT" ? "🤖" : "🔔");
    return box;
  }
  box.style.background = hue(id);
  box.append(initials(person?.display || name || "?"));
  return box;
}

export const nameOf = (id) => user(id)?.display ?? id;

/** "@Alice Chen", highlighted when it means the person who is looking. */
export function mention(id, fallback = "") {
  const mine = id === place.me;
  const label = user(id)?.display ?? fallback ?? id;
  return h("span", { class: `mention${mine ? " mine" : ""}`, "data-user": id }, `@${label || id}`);
}

export function groupMention(id, fallback = "") {
  const group = world.usergroups.get(id);
  const mine = !group?.disabled && group?.users?.includes(place.me);
  const label = group?.handle ?? (fallback.replace(/^@/, "") || id);
  return h("span", { class: `mention${mine ? " mine" : ""}`, "data-usergroup": id }, `@${label}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mine" }, `@${range}`);
}

/** A channel's name as a link to it; one that the person cannot see is only named as private. */
export function channelLink(id, fallback = "") {
  const found = channel(id);
  if (!found && !fallback) return h("span", { class: "mention" }, icon("lock", 13), "private-channel");
  const hidden = found?.isPrivate && !found.members.includes(place.me);
  if (hidden) return h("span", { class: "mention" }, icon("lock", 13), "private-channel");
  return h("a", { class: "mention", href: `#${id}`, "data-channel": id }, `#${found?.name ?? fallback}`);
}

/** What a conversation is called in a list: "#incidents" without the sign, or the other person's name. */
export function channelTitle(found) {
  if (!found) return "";
  if (!found.isIm) return found.name;
  const others = found.members.filter((id) => id !== place.me);
  return others.map(nameOf).join(", ") || nameOf(place.me);
}

export function channelIcon(found, size = 16) {
  if (found.isArchived) return icon("archive", size);
  return icon(found.isPrivate ? "lock" : "hash", size);
}
