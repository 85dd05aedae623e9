/** Where one is, kept in the address: `#C0INCIDENTS?thread=…&at=…&as=U0BOB&panel=mail`. */

import { post } from "./api.js";
import { announce, botDm, channel, on, people, place, refresh, world } from "./store.js";

export const HOME = "home";
const PANELS = new Set(["phones", "mail", "sheet", "log", "faults", "none"]);

function parse() {
  const [target, query = ""] = decodeURIComponent(location.hash.slice(1)).split("?");
  return { target, params: new URLSearchParams(query) };
}

function remembered(key) {
  try {
    return localStorage.getItem(`sandbox.${key}`);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(`sandbox.${key}`, value);
  } catch {
    /* A browser that keeps nothing still works; it only starts at the first person. */
  }
}

/** Reads person, place and panel from the address, or from the last visit. */
export function arrive() {
  const { params } = parse();
  const wish = params.get("as") ?? remembered("me");
  place.me = world.users.has(wish) ? wish : (people()[0]?.id ?? "");
  const panel = params.get("panel") ?? remembered("panel");
  place.panel = PANELS.has(panel) ? panel : innerWidth < 1100 ? "none" : "phones";
  follow();
}

function follow() {
  const { target, params } = parse();
  const person = params.get("as");
  if (person && person !== place.me && world.users.has(person)) switchPerson(person, false);
  if (PANELS.has(params.get("panel"))) showPanel(params.get("panel"));
  const holder = holderOf(target);
  if (holder)
    return go(holder.channel, { at: holder.ts, thread: holder.thread_ts === holder.ts ? "" : holder.thread_ts });
  const was = place.channel;
  place.channel = target === HOME || canOpen(target) ? target : firstChannel();
  place.thread = params.get("thread") ?? "";
  place.at = params.get("at") ?? "";
  if (place.channel !== was) place.tab = "chat";
  if (place.channel !== HOME && !world.messages.has(place.channel)) refresh(`channel:${place.channel}`);
  announce("place");
}

/** The message that shows the file of this id, for a link to a file. */
function holderOf(id) {
  if (!id.startsWith("F")) return null;
  const all = [...world.messages.values()].flat();
  return all.find((message) => message.files?.some((file) => file.id === id));
}

function canOpen(id) {
  const found = channel(id);
  return Boolean(found) && (found.members.includes(place.me) || !(found.isPrivate || found.isIm));
}

function firstChannel() {
  const last = remembered(`at.${place.me}`);
  if (last === HOME || (last && canOpen(last) && channel(last).members.includes(place.me))) return last;
  const mine = [...world.channels.values()].filter((c) => !c.isIm && !c.isArchived && c.members.includes(place.me));
  return (mine.find((c) => c.name === "incidents") ?? mine[0])?.id ?? HOME;
}

addEventListener("hashchange", follow);
on("reset", follow);
on("state", () => place.channel && place.channel !== HOME && !canOpen(place.channel) && follow());

function go(target, params = {}) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString();
  const next = `#${target}${query ? `?${query}` : ""}`;
  remember(`at.${place.me}`, target);
  if (location.hash === next) follow();
  else location.hash = next;
}

export function openChannel(id, at = "") {
  place.tab = "chat";
  document.body.dataset.pane = "main";
  go(id, { at });
}

export const openHome = () => ((document.body.dataset.pane = "main"), go(HOME));
export const openThread = (id, ts) => ((document.body.dataset.pane = "main"), go(id, { thread: ts }));
export const closeThread = () => go(place.channel);

/** Opens the conversation with the app; it is made by opening it the first time. Who went elsewhere meanwhile stays. */
export async function openBotMessages() {
  const dm = botDm(place.me);
  if (dm) return openChannel(dm.id);
  const here = location.hash;
  const { channel: id } = await post("home", { user: place.me, tab: "messages" });
  await refresh("state");
  if (location.hash === here) openChannel(id);
}

/** Become someone else: their channels, badges, modals and home; the place is theirs from last time. */
export function switchPerson(id, move = true) {
  place.me = id;
  remember("me", id);
  refresh(`views:${id}`);
  announce("me");
  if (!move) return;
  const here = place.channel;
  go(here === HOME || (canOpen(here) && channel(here).members.includes(id)) ? here : firstChannel());
}

export function showPanel(name) {
  place.panel = name;
  remember("panel", name);
  document.body.dataset.panel = name;
  announce("panel");
}
