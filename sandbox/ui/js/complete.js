/** Completion while typing: `/` commands at the start, `@` people, `#` channels and `:` emoji anywhere. */

import { fill, h } from "./dom.js";
import { emojiNode, search } from "./emoji.js";
import { icon } from "./icons.js";
import { avatar, channelIcon } from "./people.js";
import { channel, place, world } from "./store.js";

const MOST = 8;

/** Attaches completion to textarea `box`; the list is shown in `frame` (which is positioned). Returns {close}. */
export function completion(box, frame) {
  const list = h("div", { class: "completion", role: "listbox", "data-testid": "completion", hidden: true });
  frame.append(list);
  let found = null;
  let at = 0;

  function draw() {
    list.hidden = !found;
    if (!found) return;
    fill(list, h("div", { class: "menu-heading" }, found.heading), found.options.map(row), found.foot ?? null);
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  function row(option, index) {
    const attributes = { class: "completion-row", role: "option", "aria-selected": String(index === at), "data-value": option.insert, "data-testid": "completion-row" };
    return h("div", { ...attributes, onpointerdown: (event) => (event.preventDefault(), take(index)) }, option.face, h("span", { class: "completion-label" }, option.label), option.hint ? h("span", { class: "menu-hint" }, option.hint) : null);
  }

  function look() {
    const before = box.value.slice(0, box.selectionStart);
    found = box.selectionStart === box.selectionEnd ? match(before) : null;
    at = 0;
    draw();
  }

  function take(index) {
    const option = found.options[index];
    const { from } = found;
    found = null;
    box.setRangeText(`${option.insert} `, from, box.selectionStart, "end");
    box.dispatchEvent(new Event("input"));
    box.focus();
  }

  function close() {
    found = null;
    draw();
  }

  const exact = () => found.options.length && found.options[at].insert === box.value.slice(found.from, box.selectionStart);

  box.addEventListener("input", look);
  box.addEventListener("click", look);
  box.addEventListener("blur", () => setTimeout(close, 120));
  box.addEventListener("keydown", (event) => {
    if (!found?.options.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + found.options.length) % found.options.length;
    else if (event.key === "Escape") found = null;
    else if (event.key === "Tab" || (event.key === "Enter" && !exact())) return void (event.preventDefault(), take(at));
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
  });
  return { close };
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
  return some(`Commands of ${world.bot.name}`, 0, fits.map((one) => ({
    insert: one.command,
    face: h("span", { class: "avatar app" }, "🔔"),
    label: [h("strong", {}, one.command), " ", h("span", { class: "muted" }, one.usage_hint ?? "")],
    hint: one.description,
  })));
}

/** A command's usage while its arguments are typed; there is nothing to take, only to read. */
function usage(name) {
  const one = world.commands.find((c) => c.command === name);
  if (!one?.usage_hint) return null;
  return { heading: one.description, from: 0, options: [], foot: h("div", { class: "usage" }, h("strong", {}, one.command), " ", one.usage_hint) };
}

function people(typed, from) {
  const wanted = typed.toLowerCase();
  const members = new Set(channel(place.channel)?.members ?? []);
  const fits = [...world.users.values()]
    .filter((u) => !u.deleted && u.id !== "USLACKBOT" && `${u.name} ${u.display}`.toLowerCase().includes(wanted))
    .sort((a, b) => members.has(b.id) - members.has(a.id));
  const groups = [...world.usergroups.values()].filter((g) => g.handle.toLowerCase().includes(wanted));
  return some("People", from, [
    ...fits.map((u) => ({ insert: `@${u.name}`, face: avatar(u.id, 24), label: [h("strong", {}, u.display), " ", h("span", { class: "muted" }, u.name)], hint: members.has(u.id) ? "" : "not in channel" })),
    ...groups.map((g) => ({ insert: `@${g.handle}`, face: icon("people"), label: h("strong", {}, `@${g.handle}`), hint: g.name })),
  ]);
}

function rooms(typed, from) {
  const fits = [...world.channels.values()].filter((c) => !c.isIm && c.name.includes(typed.toLowerCase()) && (!c.isPrivate || c.members.includes(place.me)));
  return some("Channels", from, fits.map((c) => ({ insert: `#${c.name}`, face: channelIcon(c), label: c.name, hint: c.isArchived ? "archived" : "" })));
}

function smileys(typed, from) {
  return some("Emoji", from, search(typed, MOST).map((name) => ({ insert: `:${name}:`, face: h("span", { class: "completion-emoji" }, emojiNode(name)), label: `:${name}:` })));
}
