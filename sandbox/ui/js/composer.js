/** Where one types: a growing box with completion of commands, people, channels and emoji, and a draft per place. */

import { post } from "./api.js";
import { Completion } from "./complete.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./overlay.js";
import { emojiPicker } from "./picker.js";
import { place, world } from "./store.js";
import { runCommand, runShortcut } from "./shortcuts.js";

const TALLEST = 220;
const drafts = new Map();

/** A composer for `where()` = {channel, thread, placeholder, readOnly}; `sent` is called after a message left. */
export class Composer {
  constructor(where, { testid, sent }) {
    this.where = where;
    this.sent = sent;
    this.at = "";
    this.box = h("textarea", { class: "composer-text", rows: 1, "aria-label": "Message", "data-testid": testid });
    this.problem = h("div", {
      class: "composer-problem",
      role: "alert",
      "data-testid": `${testid}-problem`,
      hidden: true,
    });
    const send = {
      type: "button",
      class: "send",
      "aria-label": "Send",
      title: "Send",
      "data-testid": `${testid}-send`,
    };
    this.button = h("button", { ...send, disabled: true, onclick: () => this.send() }, icon("send"));
    const bar = h(
      "div",
      { class: "composer-bar" },
      tools((text) => this.insert(text), testid),
      this.button,
    );
    this.frame = h("div", { class: "composer" }, this.box, bar);
    this.node = h("div", { class: "composer-frame" }, this.problem, this.frame);
    this.typing = new Completion(this.box, this.frame);
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  focus() {
    this.box.focus();
  }

  /** Shows the draft of the present place and person; the one before is kept. */
  follow() {
    const { channel, thread = "", placeholder, readOnly } = this.where();
    const key = [place.me, channel, thread].join("/");
    this.box.placeholder = placeholder;
    this.frame.hidden = Boolean(readOnly);
    if (key === this.at) return;
    this.at = key;
    this.problem.hidden = true;
    this.box.value = drafts.get(key) ?? "";
    this.typing.close();
    this.grow();
  }

  insert(text) {
    this.box.setRangeText(text, this.box.selectionStart, this.box.selectionEnd, "end");
    this.box.focus();
    this.box.dispatchEvent(new Event("input"));
  }

  async send() {
    const text = this.box.value.trim();
    if (!text) return;
    const key = this.at;
    this.box.value = "";
    this.typing.close();
    this.typed();
    const trouble = await deliver(text, this.where());
    if (trouble) this.giveBack(key, text, trouble);
    else this.sent?.();
  }

  /** What could not be sent comes back, unless something new was typed meanwhile. */
  giveBack(key, text, trouble) {
    if (key !== this.at || this.box.value) return void drafts.set(key, drafts.get(key) || text);
    this.box.value = text;
    fill(this.problem, icon("warn", 16), h("span", {}, trouble));
    this.problem.hidden = false;
    this.grow();
  }

  typed() {
    this.problem.hidden = true;
    this.grow();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
    this.button.disabled = !this.box.value.trim();
    if (this.at) drafts.set(this.at, this.box.value);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    this.send();
  }
}

function tools(insert, testid) {
  const tool = (label, face, run, name) =>
    h(
      "button",
      {
        type: "button",
        class: "tool",
        title: label,
        "aria-label": label,
        "data-testid": `${testid}-${name}`,
        onclick: (event) => run(event.currentTarget),
      },
      face,
    );
  return [
    tool("Shortcuts and commands", icon("plus"), (anchor) => shortcutMenu(anchor, insert), "shortcuts"),
    tool("Emoji", icon("smile"), (anchor) => emojiPicker(anchor, (name) => insert(`:${name}: `)), "emoji"),
    tool("Mention someone", icon("at"), () => insert("@"), "mention"),
  ];
}

function shortcutMenu(anchor, insert) {
  const shortcuts = world.shortcuts.filter((one) => one.type === "global");
  menu(
    anchor,
    [
      { heading: "Shortcuts" },
      ...shortcuts.map((one) => ({
        label: one.name,
        hint: world.bot.name,
        icon: "bolt",
        testid: "global-shortcut",
        data: { "data-callback-id": one.callback_id },
        run: () => runShortcut(one),
      })),
      shortcuts.length ? null : { label: "This app has no shortcuts", disabled: true },
      { heading: "Slash commands" },
      ...world.commands.map((one) => ({
        label: one.command,
        hint: one.description,
        icon: "right",
        testid: "command",
        data: { "data-command": one.command },
        run: () => setTimeout(() => insert(`${one.command} `)),
      })),
    ].filter((row) => row !== null),
    { label: "Shortcuts" },
  );
}

/** Sends a message or a command; resolves to what went wrong, or "". */
async function deliver(text, { channel, thread }) {
  const command = /^(\/[a-z0-9_-]+)(?:\s+([\s\S]*))?$/i.exec(text);
  if (command && thread) return "Slash commands cannot be used in threads. Use the channel's own box.";
  if (command && world.commands.some((one) => one.command === command[1]))
    return runCommand(channel, command[1], command[2] ?? "");
  if (command)
    return `${command[1]} is not a command of this workspace. Known: ${world.commands.map((one) => one.command).join(", ")}.`;
  try {
    await post("message", { user: place.me, channel, text, thread_ts: thread || undefined });
    return "";
  } catch (trouble) {
    return trouble.message;
  }
}
