/** Turns the control API's JSON into the few fields the page draws from; the only file that knows the wire's names. */

export const NOBODY = { id: "", name: "nobody", display: "Nobody", tz: "UTC", isBot: false, deleted: false };

const list = (value) => (Array.isArray(value) ? value : Object.values(value ?? {}));
const textOf = (value) => (typeof value === "string" ? value : (value?.value ?? ""));

export function world(raw) {
  const bot = {
    id: raw.bot.user_id,
    appId: raw.bot.app_id,
    name: raw.bot.name,
    homeTab: raw.app_home.home_tab,
    messagesTab: raw.app_home.messages_tab,
    readOnly: Boolean(raw.app_home.messages_tab_read_only),
  };
  return {
    team: raw.team ?? { name: "" },
    bot,
    users: new Map(list(raw.users).map((u) => [u.id, user(u)])),
    channels: new Map(list(raw.channels).map((c) => [c.id, channel(c, bot.id)])),
    usergroups: new Map(list(raw.usergroups).map((g) => [g.id, g])),
    commands: list(raw.commands),
    shortcuts: list(raw.shortcuts),
    emoji: raw.emoji ?? {},
    switches: raw.switches ?? {},
    sockets: list(raw.sockets),
    clock: clock(raw),
    process: raw.process ?? null,
    logLast: raw.log?.last ?? 0,
  };
}

export function clock(raw) {
  return { offset_seconds: 0, version: 0, ...(raw.clock ?? raw) };
}

function user(raw) {
  const profile = raw.profile ?? {};
  return {
    id: raw.id,
    name: raw.name,
    display: profile.display_name || raw.display_name || raw.real_name || raw.name,
    title: raw.title ?? profile.title ?? "",
    email: raw.email ?? profile.email ?? "",
    phone: raw.phone ?? profile.phone ?? "",
    tz: raw.tz || "UTC",
    isBot: Boolean(raw.is_bot) || raw.id === "USLACKBOT",
    isGuest: Boolean(raw.is_restricted || raw.is_ultra_restricted),
    isAdmin: Boolean(raw.is_admin),
    deleted: Boolean(raw.deleted),
  };
}

function channel(raw, botId) {
  const members = list(raw.members);
  return {
    id: raw.id,
    name: raw.name ?? "",
    isIm: Boolean(raw.is_im) || raw.kind === "im",
    isPrivate: Boolean(raw.is_private),
    isArchived: Boolean(raw.is_archived),
    isGeneral: Boolean(raw.is_general),
    withBot: members.includes(botId),
    members,
    topic: textOf(raw.topic),
    purpose: textOf(raw.purpose),
    bookmarks: list(raw.bookmarks),
    pins: list(raw.pins),
    unread: raw.unread ?? {},
  };
}

export function messages(raw) {
  return list(raw.messages);
}

export function views(raw) {
  return { stack: list(raw.stack), home: raw.home ?? null };
}

export function phones(raw) {
  return list(raw.phones ?? raw);
}

export function mail(raw) {
  return list(raw.messages ?? raw.mail ?? raw);
}

export function sheets(raw) {
  return { title: raw.title ?? "", access: raw.access ?? "writer", sheets: list(raw.sheets) };
}

export function faults(raw) {
  return list(raw.faults ?? raw);
}

export function log(raw) {
  return list(raw.entries ?? raw.log ?? raw).map((entry) => ({
    ...entry,
    waiting: entry.kind === "envelope" && entry.ack == null,
  }));
}
