/** Completion while typing: `/` commands at the start, `@` people, `#` channels and `:` emoji anywhere. */

import { fill, h } from "./dom.js";
import { emojiNode, search } from "./emoji.js";
import { icon } from "./icons.js";
import { avatar, channelIcon } from "./people.js";
import { channel, place, world } from "./store.js";

const MOST = 8;
/** A row must still be there when the pointer that took the focus away comes up. */
const BLUR_MS = 120;

/** Completion for textarea `box`; its list is shown in `frame`, which is positioned. */
export class Completion {
  constructor(box, frame) {
    this.box = box;
    this.found = null;
    this.at = 0;
    this.list = h("div", { class: "completion", role: "listbox", "data-testid": "completion", hidden: true });
    frame.append(this.list);
    box.addEventListener("input", () => this.look());
    box.addEventListener("click", () => this.look());
    box.addEventListener("blur", () => setTimeout(() => this.close(), BLUR_MS));
    box.addEventListener("keydown", (event) => this.key(event));
  }

  close() {
    this.found = null;
    this.draw();
  }

  look() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    this.found = this.box.selectionStart === this.box.selectionEnd ? match(before) : null;
    this.at = 0;
    this.draw();
  }

  draw() {
    this.list.hidden = !this.found;
    if (!this.found) return;
    const { heading, options, foot } = this.found;
    fill(
      this.list,
      h("div", { class: "menu-heading" }, heading),
      options.map((one, index) => this.row(one, index)),
      foot ?? null,
    );
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  row(option, index) {
    const marks = { "data-value": option.insert, "data-testid": "completion-row" };
    const attributes = {
      class: "completion-row",
      role: "option",
      "aria-selected": String(index === this.at),
      ...marks,
    };
    const hint = option.hint ? h("span", { class: "menu-hint" }, option.hint) : null;
    const take = (event) => (event.preventDefault(), this.take(index));
    return h(
      "div",
      { ...attributes, onpointerdown: take },
      option.face,
      h("span", { class: "completion-label" }, option.label),
      hint,
    );
  }

  take(index) {
    const { from, options } = this.found;
    this.found = null;
    this.box.setRangeText(`${options[index].insert} `, from, this.box.selectionStart, "end");
    this.box.dispatchEvent(new Event("input"));
    this.box.focus();
  }

  /** Whether what is chosen stands there already, so that Enter may send. */
  isComplete() {
    const { from, options } = this.found;
    return options[this.at].insert === this.box.value.slice(from, this.box.selectionStart);
  }

  key(event) {
    if (!this.found?.options.length) return;
    const count = this.found.options.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const takes = event.key === "Tab" || (event.key === "Enter" && !this.isComplete());
    if (step) this.at = (this.at + step + count) % count;
    else if (event.key === "Escape") this.found = null;
    else if (takes) this.take(this.at);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }
}

function match(before) {
  const command = /^\/[a-z0-9_-]*$/i.exec(before);
  if (command) return commands(command[0]);
  const hint = /^(\/[a-z0-9_-]+) ([^\n]*)$/i.exec(before);
  if (hint && !/[@#:][\w-]*$/.test(hint[2])) return usage(hint[1]);
  const word = /(?:^|[\s(])([@#])([\w.-]*)$/.exec(before);
  if (word) return (word[1] === "@" ? people : rooms)(word[2], before.length - word[2].length - 1);
  const emoji = /(?:^|\s):([a-z0-9_+-]{2,})$/i.exec(before);
  return emoji ? smileys(emoji[1], before.length - emoji[1].length - 1) : null;
}

const some = (heading, from, options) => (options.length ? { heading, from, options: options.slice(0, MOST) } : null);

function commands(typed) {
  const fits = world.commands.filter((one) => one.command.startsWith(typed));
  return some(
    `Commands of ${world.bot.name}`,
    0,
    fits.map((one) => ({
      insert: one.command,
      face: h("span", { class: "avatar app" }, "🔔"),
      label: [h("strong", {}, one.command), " ", h("span", { class: "muted" }, one.usage_hint ?? "")],
      hint: one.description,
    })),
  );
}

/** A command's usage while its arguments are typed; there is nothing to take, only to read. */
function usage(name) {
  const one = world.commands.find((c) => c.command === name);
  if (!one?.usage_hint) return null;
  return {
    heading: one.description,
    from: 0,
    options: [],
    foot: h("div", { class: "usage" }, h("strong", {}, one.command), " ", one.usage_hint),
  };
}

function people(typed, from) {
  const wanted = typed.toLowerCase();
  const members = new Set(channel(place.channel)?.members ?? []);
  const fits = [...world.users.values()]
    .filter((u) => !u.deleted && u.id !== "USLACKBOT" && `${u.name} ${u.display}`.toLowerCase().includes(wanted))
    .sort((a, b) => members.has(b.id) - members.has(a.id));
  const groups = [...world.usergroups.values()].filter((g) => !g.disabled && g.handle.toLowerCase().includes(wanted));
  return some("People", from, [
    ...fits.map((u) => ({
      insert: `@${u.name}`,
      face: avatar(u.id, 24),
      label: [h("strong", {}, u.display), " ", h("span", { class: "muted" }, u.name)],
      hint: members.has(u.id) ? "" : "not in channel",
    })),
    ...groups.map((g) => ({
      insert: `@${g.handle}`,
      face: icon("people"),
      label: h("strong", {}, `@${g.handle}`),
      hint: g.name,
    })),
  ]);
}

function rooms(typed, from) {
  const fits = [...world.channels.values()].filter(
    (c) => !c.isIm && c.name.includes(typed.toLowerCase()) && (!c.isPrivate || c.members.includes(place.me)),
  );
  return some(
    "Channels",
    from,
    fits.map((c) => ({
      insert: `#${c.name}`,
      face: channelIcon(c),
      label: c.name,
      hint: c.isArchived ? "archived" : "",
    })),
  );
}

function smileys(typed, from) {
  return some(
    "Emoji",
    from,
    search(typed, MOST).map((name) => ({
      insert: `:${name}:`,
      face: h("span", { class: "completion-emoji" }, emojiNode(name)),
      label: `:${name}:`,
    })),
  );
}
