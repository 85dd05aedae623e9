/** What the page knows of the sandbox, fetched by key ("channel:C1", "phones", …) and announced to whoever draws it. */

import { get, listen } from "./api.js";
import * as shape from "./shape.js";

export const world = {
  ready: false,
  live: false,
  team: { name: "" },
  bot: { id: "", appId: "", name: "Tocsin", homeTab: true },
  users: new Map(),
  channels: new Map(),
  usergroups: new Map(),
  commands: [],
  shortcuts: [],
  emoji: {},
  switches: {},
  sockets: [],
  clock: { offset_seconds: 0, version: 0 },
  messages: new Map(),
  views: new Map(),
  phones: [],
  mail: [],
  sheets: { title: "", access: "writer", sheets: [] },
  log: [],
  faults: [],
  process: null,
};

/** Who is looking, and at what: channel id or "home", an open thread's ts, the panel at the side. */
export const place = { me: "", channel: "", thread: "", panel: "phones", tab: "chat" };

const listeners = new Map();
const flights = new Map();
const wanted = new Set(["phones", "mail", "sheets", "clock", "faults", "state"]);

/** Calls `fn(detail)` whenever `topic` is announced. */
export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(fn);
}

export function announce(topic, detail) {
  for (const fn of listeners.get(topic) ?? []) fn(detail);
}

export const me = () => world.users.get(place.me) ?? shape.NOBODY;
export const user = (id) => world.users.get(id);
export const channel = (id) => world.channels.get(id);
export const now = () => Date.now() + world.clock.offset_seconds * 1000;
export const zone = () => me().tz || "UTC";
export const messagesOf = (id) => world.messages.get(id) ?? [];
export const viewsOf = (id) => world.views.get(id) ?? { stack: [], home: null };

/** The people one can be: not bots, not those who left. */
export const people = () => [...world.users.values()].filter((u) => !u.isBot && !u.deleted);

/** The conversation of `person` with the app, when there is one. */
export function botDm(person) {
  return [...world.channels.values()].find((c) => c.isIm && c.members.includes(person) && c.withBot);
}

const LOADERS = {
  state: loadState,
  phones: async () => void (world.phones = shape.phones(await get("phones"))),
  mail: async () => void (world.mail = shape.mail(await get("mail"))),
  sheets: async () => void (world.sheets = shape.sheets(await get("sheets"))),
  clock: async () => void (world.clock = shape.clock(await get("state"))),
  log: loadLog,
  faults: async () => void (world.faults = shape.faults(await get("faults"))),
};

async function loadState() {
  const answer = await get("state");
  Object.assign(world, shape.world(answer), { ready: true });
}

async function loadLog() {
  const last = world.log.at(-1)?.n ?? 0;
  const fresh = shape.log(await get("log", { after: Math.max(0, openEntries(last)) }));
  const kept = world.log.filter((entry) => !fresh.some((one) => one.n === entry.n));
  world.log = [...kept, ...fresh].sort((a, b) => a.n - b.n).slice(-2000);
}

/** The number to read the log from: an envelope that still waits for its ack is read again. */
function openEntries(last) {
  const waiting = world.log.slice(-50).find((entry) => entry.waiting);
  return waiting ? waiting.n - 1 : last;
}

async function loadChannel(id) {
  const answer = await get("messages", { channel: id });
  world.messages.set(id, shape.messages(answer));
}

async function loadViews(id) {
  world.views.set(id, shape.views(await get("views", { user: id })));
}

function loader(key) {
  const [kind, id] = key.split(/:(.*)/);
  if (kind === "channel") return () => loadChannel(id);
  if (kind === "views") return () => loadViews(id);
  return LOADERS[kind];
}

/** Fetches `key` again and announces it; calls made while one is under way become one more. */
export function refresh(key) {
  const flight = flights.get(key);
  if (flight) {
    flight.again = true;
    return flight.done;
  }
  const load = loader(key);
  if (!load) return Promise.resolve();
  const started = { again: false };
  flights.set(key, started);
  started.done = fly(key, load, started);
  return started.done;
}

async function fly(key, load, flight) {
  try {
    do {
      flight.again = false;
      await load();
    } while (flight.again);
  } catch (problem) {
    announce("trouble", problem);
    return;
  } finally {
    flights.delete(key);
  }
  announce(key);
  if (key.startsWith("channel:")) announce("channel", key.slice(8));
  if (key.startsWith("views:")) announce("views", key.slice(6));
}

/** From now on `key` is kept fresh (the log only while it is looked at). */
export function keep(key) {
  wanted.add(key);
  refresh(key);
}

export function drop(key) {
  wanted.delete(key);
}

function isWanted(key) {
  if (key.startsWith("channel:")) return true;
  if (key.startsWith("views:")) return key === `views:${place.me}`;
  return wanted.has(key);
}

async function changed(keys) {
  if (keys.includes("reset")) return startOver();
  for (const key of keys.filter(isWanted)) refresh(key);
}

async function startOver() {
  for (const part of ["messages", "views"]) world[part].clear();
  Object.assign(world, { log: [], mail: [], phones: [] });
  await refreshAll();
  announce("reset");
}

/** Everything that is shown or counted, fetched afresh. */
export async function refreshAll() {
  await refresh("state");
  const rooms = [...world.channels.values()].filter((c) => !c.isArchived || c.id === place.channel);
  const views = place.me ? [`views:${place.me}`] : [];
  const keys = [...wanted, ...rooms.map((c) => `channel:${c.id}`), ...views];
  await Promise.all(keys.filter((key) => key !== "state").map(refresh));
}

/** Opens the stream of changes; resolves when the first full picture is there. */
export function connect() {
  return new Promise((resolve) => {
    listen({
      changed,
      opened: () => {
        world.live = true;
        announce("live");
        refreshAll().then(resolve);
      },
      lost: () => {
        world.live = false;
        announce("live");
      },
    });
  });
}
