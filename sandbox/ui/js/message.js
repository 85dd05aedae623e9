/** One message as Slack draws it: author, time, text, blocks, attachments, files, reactions, thread, and its tools. */

import { post } from "./api.js";
import { blocks } from "./blocks.js";
import { context } from "./context.js";
import { h, link, safeUrl } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { fileCard } from "./files.js";
import { icon } from "./icons.js";
import { actionsOf, editor, isEditing, react, tools } from "./message_actions.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { attempt, tooltip } from "./overlay.js";
import { avatar, nameOf } from "./people.js";
import { channel, now, place, user, world, zone } from "./store.js";
import { openThread } from "./route.js";
import { ago, full, time } from "./when.js";

const memories = new Map();

/** Values picked in a message's selects, kept by message and person while the page lives. */
function memoryOf(message) {
  const key = `${place.me}/${message.channel}/${message.ts}`;
  if (!memories.has(key)) memories.set(key, new Map());
  return memories.get(key);
}

export const isEphemeral = (message) =>
  Boolean(message.ephemeral_to || message.is_ephemeral || message.subtype === "ephemeral");
const isFromApp = (message) => Boolean(message.bot_id) || user(message.user)?.isBot;
const QUIET = new Set([
  "channel_join",
  "channel_leave",
  "channel_topic",
  "channel_purpose",
  "channel_name",
  "channel_archive",
  "channel_unarchive",
  "group_join",
  "group_leave",
  "bot_add",
  "pinned_item",
  "bookmark_add",
]);
export const isQuiet = (message) => QUIET.has(message.subtype);

/** `compact` leaves out author and portrait, as for the second of two in a row; `inThread` hides the thread's foot. */
export function messageNode(message, { compact = false, inThread = false } = {}) {
  const classes = [
    "message",
    compact && "compact",
    isEphemeral(message) && "ephemeral",
    isQuiet(message) && "quiet",
    isPinned(message) && "pinned",
  ];
  const attributes = {
    class: classes.filter(Boolean).join(" "),
    role: "article",
    tabindex: "-1",
    "data-testid": "message",
  };
  const marks = {
    "data-ts": message.ts,
    "data-user": message.user ?? "",
    "data-ephemeral": isEphemeral(message) ? "true" : null,
  };
  return h(
    "div",
    { ...attributes, ...marks, "aria-label": `${author(message)}, ${time(message.ts, zone())}` },
    gutter(message, compact),
    body(message, compact, inThread),
    tools(message, inThread),
  );
}

const author = (message) => message.username || nameOf(message.user) || "App";
const pinOf = (message) => channel(message.channel)?.pins.find((pin) => pin.ts === message.ts);
const pinFlag = (message) =>
  h(
    "div",
    { class: "message-flag" },
    icon("pin", 13),
    `Pinned by ${pinOf(message).by === place.me ? "you" : nameOf(pinOf(message).by)}`,
  );
const isPinned = (message) => Boolean(pinOf(message));

function gutter(message, compact) {
  if (compact) return h("div", { class: "gutter" }, stamp(message, "gutter-time"));
  const size = isQuiet(message) ? 20 : 36;
  return h("div", { class: "gutter" }, icons(message) ?? avatar(message.user, size, message.username));
}

function icons(message) {
  const emoji = message.icons?.emoji;
  return emoji ? h("span", { class: "avatar emoji-avatar" }, emojiNode(emoji.replaceAll(":", ""))) : null;
}

function stamp(message, cls) {
  const at = time(message.ts, zone());
  const target = `#${message.channel}?at=${message.ts}`;
  return tooltip(h("a", { class: cls, href: target, "data-testid": "permalink" }, h("time", {}, at)), () => [
    full(message.ts, zone()),
    zone() === "UTC" ? null : h("div", { class: "muted" }, `${time(message.ts, "UTC")} UTC`),
  ]);
}

function body(message, compact, inThread) {
  const out = h("div", { class: "message-body" });
  if (isPinned(message)) out.append(pinFlag(message));
  if (isEphemeral(message)) out.append(ephemeralFlag(message));
  if (message.subtype === "thread_broadcast" && !inThread) out.append(broadcastFlag(message));
  if (!compact && !isQuiet(message)) out.append(byline(message));
  if (isEditing(message)) out.append(editor(message));
  else out.append(content(message));
  const below = [reactions(message), inThread ? null : threadFoot(message)].filter(Boolean);
  out.append(...below);
  return out;
}

function ephemeralFlag(message) {
  const dismiss = () => attempt(() => post("delete", { user: place.me, channel: message.channel, ts: message.ts }));
  return h(
    "div",
    { class: "message-flag" },
    icon("eye", 13),
    "Only visible to you",
    h("button", { type: "button", class: "linkish", "data-testid": "dismiss", onclick: dismiss }, "Dismiss"),
  );
}

function broadcastFlag(message) {
  return h(
    "div",
    { class: "message-flag" },
    icon("reply", 13),
    h(
      "button",
      { type: "button", class: "linkish", onclick: () => openThread(message.channel, message.thread_ts) },
      "replied to a thread",
    ),
  );
}

function byline(message) {
  const badge = isFromApp(message) ? h("span", { class: "app-badge" }, "APP") : null;
  const name = h("strong", { class: "author", "data-testid": "author" }, author(message));
  return h("div", { class: "byline" }, name, badge, stamp(message, "message-time"));
}

function content(message) {
  const ctx = context({ channel: message.channel, ts: message.ts }, { memory: memoryOf(message) });
  const typed = message.client_msg_id && !message.bot_id;
  const words = message.blocks?.length && !typed ? blocks(message.blocks, ctx) : textOf(message);
  const below = [(message.attachments ?? []).map((one) => attachment(one, ctx)), (message.files ?? []).map(fileCard)];
  return h("div", { class: "message-content", "data-testid": "message-content" }, words, below);
}

/** What a person typed is drawn from the text, which holds their `*marks*`; the blocks Slack adds to it do not. */
function textOf(message) {
  if (!message.text) return null;
  if (isQuiet(message)) return noticeOf(message);
  return h("div", { class: "message-text" }, mrkdwn(message.text), edited(message));
}

/** "Alice joined", "the app set the topic": one line with author and time, so that many do not push the talk away. */
function noticeOf(message) {
  const words = message.text.replace(`<@${message.user}> `, "");
  const name = h("strong", { "data-testid": "author" }, author(message));
  return h("div", { class: "message-text" }, name, " ", mrkdwn(words), " ", stamp(message, "message-time"));
}

const edited = (message) =>
  message.edited ? h("span", { class: "edited", title: full(message.edited.ts, zone()) }, " (edited)") : null;

const COLOURS = { good: "#2eb67d", warning: "#daa038", danger: "#e01e5a" };

/** A legacy attachment: a coloured bar beside blocks, or beside title, text and fields. */
function attachment(raw, ctx) {
  const inner = h("div", { class: "attachment-body" });
  if (raw.blocks?.length) inner.append(blocks(raw.blocks, ctx));
  else inner.append(...attachmentParts(raw));
  const bar = h("span", { class: "attachment-bar" });
  const colour =
    COLOURS[raw.color] ?? (/^#?[0-9a-f]{6}$/i.test(raw.color ?? "") ? `#${raw.color.replace("#", "")}` : "#ddd");
  bar.style.background = colour;
  const pretext = raw.pretext ? h("div", { class: "message-text" }, mrkdwn(raw.pretext)) : null;
  return h("div", {}, pretext, h("div", { class: "attachment", "data-testid": "attachment" }, bar, inner));
}

function attachmentParts(raw) {
  const heading = raw.title
    ? h(
        "div",
        { class: "attachment-title" },
        raw.title_link && safeUrl(raw.title_link) ? link(raw.title_link, textObject(raw.title)) : textObject(raw.title),
      )
    : null;
  const by = raw.author_name ? h("div", { class: "muted" }, raw.author_name) : null;
  const text = raw.text ? h("div", { class: "message-text" }, mrkdwn(raw.text)) : null;
  const fields = (raw.fields ?? []).map((f) =>
    h("div", { class: f.short ? "short" : "long" }, h("strong", {}, f.title), h("div", {}, mrkdwn(f.value))),
  );
  const picture = raw.image_url
    ? h("img", { class: "block-image", src: raw.image_url, alt: raw.fallback ?? "" })
    : null;
  const foot = raw.footer
    ? h("div", { class: "attachment-foot" }, mrkdwn(raw.footer), raw.ts ? ` | ${time(raw.ts, zone())}` : null)
    : null;
  return [
    by,
    heading,
    text,
    fields.length ? h("div", { class: "attachment-fields" }, fields) : null,
    picture,
    foot,
  ].filter(Boolean);
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  const row = h(
    "div",
    { class: "reactions" },
    message.reactions.map((one) => reaction(message, one)),
  );
  row.append(
    h(
      "button",
      {
        type: "button",
        class: "reaction add",
        "aria-label": "Add reaction",
        "data-testid": "reaction-add",
        onclick: (event) => actionsOf(message).pickReaction(event.currentTarget),
      },
      icon("smile", 16),
    ),
  );
  return row;
}

function reaction(message, one) {
  const users = one.users ?? [];
  const mine = users.includes(place.me);
  const who = users.map((id) => (id === place.me ? "You" : nameOf(id))).join(", ");
  const attributes = {
    type: "button",
    class: `reaction${mine ? " mine" : ""}`,
    "aria-pressed": String(mine),
    "aria-label": `${one.name}, ${users.length}`,
    "data-testid": "reaction",
    "data-emoji": one.name,
  };
  const pill = h(
    "button",
    { ...attributes, onclick: () => react(message, one.name, mine) },
    emojiNode(one.name),
    h("span", { class: "count" }, String(one.count ?? users.length)),
  );
  return tooltip(pill, () => [
    h("div", { class: "tooltip-emoji" }, emojiNode(one.name)),
    `${who} reacted with :${one.name}:`,
  ]);
}

function threadFoot(message) {
  const count = message.reply_count ?? 0;
  if (!count || (message.thread_ts && message.thread_ts !== message.ts)) return null;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, 22));
  const last = message.latest_reply
    ? h("span", { class: "muted" }, `Last reply ${ago(message.latest_reply, now())}`)
    : null;
  return h(
    "button",
    {
      type: "button",
      class: "thread-foot",
      "data-testid": "thread-open",
      onclick: () => openThread(message.channel, message.ts),
    },
    faces,
    h("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    last,
    icon("right", 14),
  );
}

/** What decides whether a drawn message is still right. */
export function signature(message, { compact, inThread } = {}) {
  return JSON.stringify([
    message,
    compact,
    inThread,
    place.me,
    zone(),
    isPinned(message),
    isEditing(message),
    world.users.size,
  ]);
}
