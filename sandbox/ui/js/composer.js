/** Where one types: a growing box with completion of commands, people, channels and emoji, and a draft per place. */

import { post } from "./api.js";
import { completion } from "./complete.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./overlay.js";
import { emojiPicker } from "./picker.js";
import { place, world } from "./store.js";
import { runCommand, runShortcut } from "./shortcuts.js";

const drafts = new Map();

/** A composer for `where()` = {channel, thread, placeholder, readOnly}; `sent` is called after a message left. */
export function composer(where, { testid, sent }) {
  const box = h("textarea", { class: "composer-text", rows: 1, "aria-label": "Message", "data-testid": testid, spellcheck: "true" });
  const problem = h("div", { class: "composer-problem", role: "alert", "data-testid": `${testid}-problem`, hidden: true });
  const sendButton = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send", "data-testid": `${testid}-send`, disabled: true }, icon("send"));
  const bar = h("div", { class: "composer-bar" });
  const frame = h("div", { class: "composer" }, box, bar);
  const node = h("div", { class: "composer-frame" }, problem, frame);
  const typing = completion(box, frame);
  let at = "";
  const keyNow = () => [place.me, where().channel, where().thread ?? ""].join("/");

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
    sendButton.disabled = !box.value.trim();
    if (at) drafts.set(at, box.value);
  }

  /** Shows the draft of the present place and person; the one before is kept. */
  function follow() {
    const key = keyNow();
    const { placeholder, readOnly } = where();
    box.placeholder = placeholder;
    frame.hidden = Boolean(readOnly);
    if (key === at) return;
    at = key;
    problem.hidden = true;
    box.value = drafts.get(key) ?? "";
    typing.close();
    grow();
  }

  function insert(text) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.focus();
    box.dispatchEvent(new Event("input"));
  }

  async function send() {
    const text = box.value.trim();
    if (!text) return;
    const mine = at;
    box.value = "";
    problem.hidden = true;
    typing.close();
    grow();
    const trouble = await deliver(text, where());
    if (trouble) giveBack(mine, text, trouble);
    else sent?.();
  }

  function giveBack(key, text, trouble) {
    if (key !== at || box.value) return void drafts.set(key, drafts.get(key) || text);
    box.value = text;
    fill(problem, icon("warn", 16), h("span", {}, trouble));
    problem.hidden = false;
    grow();
  }

  box.addEventListener("input", () => ((problem.hidden = true), grow()));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    send();
  });
  sendButton.addEventListener("click", send);
  fill(bar, tools(insert, testid), sendButton);
  return { node, follow, focus: () => box.focus() };
}

function tools(insert, testid) {
  const tool = (label, face, run, name) => h("button", { type: "button", class: "tool", title: label, "aria-label": label, "data-testid": `${testid}-${name}`, onclick: (event) => run(event.currentTarget) }, face);
  return [
    tool("Shortcuts and commands", icon("plus"), (anchor) => shortcutMenu(anchor, insert), "shortcuts"),
    tool("Emoji", icon("smile"), (anchor) => emojiPicker(anchor, (name) => insert(`:${name}: `)), "emoji"),
    tool("Mention someone", icon("at"), () => insert("@"), "mention"),
  ];
}

function shortcutMenu(anchor, insert) {
  const shortcuts = world.shortcuts.filter((one) => one.type === "global");
  menu(anchor, [
    { heading: "Shortcuts" },
    ...shortcuts.map((one) => ({ label: one.name, hint: world.bot.name, icon: "bolt", testid: "global-shortcut", data: { "data-callback-id": one.callback_id }, run: () => runShortcut(one) })),
    shortcuts.length ? null : { label: "This app has no shortcuts", disabled: true },
    { heading: "Slash commands" },
    ...world.commands.map((one) => ({ label: one.command, hint: one.description, icon: "right", testid: "command", data: { "data-command": one.command }, run: () => setTimeout(() => insert(`${one.command} `)) })),
  ].filter((row) => row !== null), { label: "Shortcuts" });
}

/** Sends a message or a command; resolves to what went wrong, or "". */
async function deliver(text, { channel, thread }) {
  const command = /^(\/[a-z0-9_-]+)(?:\s+([\s\S]*))?$/i.exec(text);
  if (command && thread) return "Slash commands cannot be used in threads. Use the channel's own box.";
  if (command && world.commands.some((one) => one.command === command[1])) return runCommand(channel, command[1], command[2] ?? "");
  if (command) return `${command[1]} is not a command of this workspace. Known: ${world.commands.map((one) => one.command).join(", ")}.`;
  try {
    await post("message", { user: place.me, channel, text, thread_ts: thread || undefined });
    return "";
  } catch (trouble) {
    return trouble.message;
  }
}
