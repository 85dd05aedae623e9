/** Which text messages and mails were looked at, remembered by this browser so that badges mean something. */

import { announce } from "./store.js";

const KEY = "sandbox.seen";
const seen = new Set(load());

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

export const isSeen = (id) => seen.has(id);

export function see(ids) {
  const fresh = ids.filter((id) => !seen.has(id));
  if (!fresh.length) return;
  for (const id of fresh) seen.add(id);
  try {
    localStorage.setItem(KEY, JSON.stringify([...seen].slice(-2000)));
  } catch {
    /* Without storage the badges come back at a reload. */
  }
  announce("devices");
}

export function forgetSeen() {
  seen.clear();
  localStorage.removeItem(KEY);
}
