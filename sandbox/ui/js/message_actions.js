/** What can be done to a message: react, reply, message shortcuts, copy its link or text, edit, delete. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { icon } from "./icons.js";
import { flat } from "./mrkdwn.js";
import { attempt, confirm, menu, notify } from "./overlay.js";
import { emojiPicker } from "./picker.js";
import { announce, channel, place, world } from "./store.js";
import { openThread } from "./route.js";
import { runShortcut } from "./shortcuts.js";

const QUICK = ["eyes", "white_check_mark", "medal"];
let editing = null;

const keyOf = (message) => `${message.channel}/${message.ts}`;
export const isEditing = (message) => editing === keyOf(message);

const of = (message) => ({ user: place.me, channel: message.channel, ts: message.ts });
const pinned = (message) => Boolean(channel(message.channel)?.pins.some((pin) => pin.ts === message.ts));

export const react = (message, name, remove) =>
  attempt(() => post("react", { ...of(message), name, remove: Boolean(remove) }));

/** The bar that appears on the message under the pointer or the focus. */
export function tools(message, inThread) {
  if (message.ephemeral_to || message.is_ephemeral || channel(message.channel)?.isArchived) return null;
  const quick = QUICK.map((name) => {
    const mine = message.reactions?.some((one) => one.name === name && one.users?.includes(place.me));
    return tool(`React with ${name}`, emojiNode(name), () => react(message, name, mine), { "data-quick": name });
  });
  const actions = actionsOf(message);
  const add = tool("Add reaction", icon("smile"), (event) => actions.pickReaction(event.currentTarget), {
    "data-testid": "message-react",
  });
  const reply = inThread
    ? null
    : tool("Reply in thread", icon("reply"), () => openThread(message.channel, message.thread_ts || message.ts), {
        "data-testid": "message-reply",
      });
  const more = tool("More actions", icon("more"), (event) => actions.more(event.currentTarget), {
    "data-testid": "message-more",
    "aria-haspopup": "menu",
  });
  return h(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    quick,
    add,
    reply,
    more,
  );
}

function tool(label, face, run, marks = {}) {
  return h(
    "button",
    { type: "button", class: "tool", title: label, "aria-label": label, ...marks, onclick: run },
    face,
  );
}

export function actionsOf(message) {
  return {
    pickReaction: (anchor) => emojiPicker(anchor, (name) => react(message, name, false)),
    more: (anchor) => menu(anchor, rows(message), { label: "More actions", align: "end" }),
  };
}

function rows(message) {
  const own = message.user === place.me && !message.bot_id && !message.subtype;
  const shortcuts = world.shortcuts.filter((one) => one.type === "message");
  return [
    {
      label: pinned(message) ? "Un-pin from channel" : "Pin to channel",
      icon: "pin",
      testid: "pin-message",
      run: () => attempt(() => post("pin", { ...of(message), remove: pinned(message) })),
    },
    { label: "Copy link", icon: "copy", testid: "copy-link", run: () => copy(permalink(message), "Link copied.") },
    { label: "Copy text", icon: "copy", testid: "copy-text", run: () => copy(flat(message.text), "Text copied.") },
    own ? { label: "Edit message", icon: "edit", testid: "edit-message", run: () => startEdit(message) } : undefined,
    own
      ? { label: "Delete message", icon: "trash", danger: true, testid: "delete-message", run: () => erase(message) }
      : undefined,
    shortcuts.length ? null : undefined,
    shortcuts.length ? { heading: "Shortcuts" } : undefined,
    ...shortcuts.map((one) => shortcutRow(one, message)),
  ].filter((row) => row !== undefined);
}

function shortcutRow(shortcut, message) {
  const where = { channel: message.channel, ts: message.ts };
  return {
    label: shortcut.name,
    hint: world.bot.name,
    icon: "bolt",
    testid: "message-shortcut",
    data: { "data-callback-id": shortcut.callback_id },
    run: () => runShortcut(shortcut, where),
  };
}

const permalink = (message) => `${location.origin}${location.pathname}#${message.channel}?at=${message.ts}`;

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    notify(said);
  } catch {
    notify(text, "info", 10000);
  }
}

async function erase(message) {
  const sure = await confirm({
    title: "Delete message",
    text: "Delete this message? It cannot be brought back.",
    yes: "Delete",
    danger: true,
  });
  if (sure) attempt(() => post("delete", of(message)));
}

function startEdit(message) {
  editing = keyOf(message);
  announce(`channel:${message.channel}`);
  announce("channel", message.channel);
}

function stopEdit(message) {
  editing = null;
  announce(`channel:${message.channel}`);
  announce("channel", message.channel);
}

/** What the client made of links and of @here goes back to what was typed. */
const asTyped = (text) =>
  text
    .replace(/<(https?:[^|>]+)>/g, "$1")
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** The text of one's own message in a box: Enter saves, Esc leaves it as it was. */
export function editor(message) {
  const box = h("textarea", {
    class: "input edit-box",
    rows: 2,
    "aria-label": "Edit message",
    "data-testid": "edit-box",
    value: asTyped(message.text),
  });
  const save = async () => {
    const text = box.value.trim();
    if (text) await attempt(() => post("edit", { ...of(message), text }));
    stopEdit(message);
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stopEdit(message);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  setTimeout(() => box.focus());
  return fill(
    h("div", { class: "editor" }),
    box,
    h(
      "div",
      { class: "editor-foot" },
      h("button", { type: "button", class: "button", onclick: () => stopEdit(message) }, "Cancel"),
      h("button", { type: "button", class: "button primary", "data-testid": "edit-save", onclick: save }, "Save"),
    ),
  );
}
