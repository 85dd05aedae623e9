/** Block Kit's choosing elements: selects of every kind, overflow menus, radio buttons and checkboxes. */

import { h, safeUrl } from "./dom.js";
import { textObject, flat } from "./mrkdwn.js";
import { menu } from "./overlay.js";
import { avatar, channelIcon, channelTitle } from "./people.js";
import { filtered, select } from "./picker.js";
import { place, user, world } from "./store.js";

const option = (raw, group) => ({
  value: raw.value,
  text: flat(raw.text?.text ?? raw.value),
  label: textObject(raw.text) && h("span", {}, textObject(raw.text)),
  description: raw.description ? flat(raw.description.text) : "",
  group,
});

const optionsOf = (element) => [
  ...(element.options ?? []).map((raw) => option(raw)),
  ...(element.option_groups ?? []).flatMap((group) => group.options.map((raw) => option(raw, flat(group.label?.text)))),
];

const personOption = (person) => ({
  value: person.id,
  text: `${person.display} ${person.name}`,
  label: h("span", { class: "with-face" }, avatar(person.id, 20), person.display),
});

const channelOption = (found) => ({
  value: found.id,
  text: channelTitle(found),
  label: h("span", { class: "with-face" }, found.isIm ? null : channelIcon(found, 14), channelTitle(found)),
});

const everyone = () =>
  [...world.users.values()]
    .filter((u) => !u.deleted && u.id !== "USLACKBOT")
    .sort((a, b) => a.isBot - b.isBot)
    .map(personOption);

/** The conversations this person may pick; `include` and the exclusions are those of a `filter` object. */
function conversations(element, publicOnly) {
  const filter = element.filter ?? {};
  const kind = (c) => (c.isIm ? "im" : c.isPrivate ? "private" : "public");
  return [...world.channels.values()]
    .filter((c) => !c.isArchived && (c.members.includes(place.me) || kind(c) === "public"))
    .filter((c) => (publicOnly ? kind(c) === "public" : !filter.include || filter.include.includes(kind(c))))
    .filter((c) => !(filter.exclude_bot_users && c.isIm && c.withBot))
    .map(channelOption);
}

const one = (value) => (value === undefined || value === null || value === "" ? [] : [value].flat());

/** Where the options of each kind come from, and what is picked before anyone touched it. */
const KINDS = {
  static: (e) => ({
    options: optionsOf(e),
    initial: one(e.initial_options ?? e.initial_option).map((raw) => raw.value),
  }),
  users: (e) => ({ options: everyone(), initial: one(e.initial_users ?? e.initial_user) }),
  conversations: (e, ctx) => ({
    options: conversations(e, false),
    initial: one(
      e.initial_conversations ?? e.initial_conversation ?? (e.default_to_current_conversation ? ctx.channel : ""),
    ),
  }),
  channels: (e) => ({ options: conversations(e, true), initial: one(e.initial_channels ?? e.initial_channel) }),
};

/** Any `…_select`, single or `multi_…`. */
export function selectElement(element, block, ctx) {
  const multi = element.type.startsWith("multi_");
  const kind = element.type.replace("multi_", "").replace("_select", "");
  const source = kind === "external" ? external(element, block, ctx) : known(KINDS[kind](element, ctx));
  const stored = ctx.recall(block, element);
  const chosen = stored ? stored.picked : source.initial;
  if (!stored && chosen.length) ctx.store(block, element, valueOf(chosen, multi), { picked: chosen });
  const control = select({
    placeholder: flat(element.placeholder?.text) || "Select an item",
    load: source.load,
    chosen,
    multi,
    max: element.max_selected_items ?? Infinity,
    clearable: block.type === "input" && block.optional,
    attributes: ctx.marks(block, element),
    changed: (picked) => {
      ctx.store(block, element, valueOf(picked, multi), { picked });
      ctx.act(block, element, valueOf(picked, multi), control.node, () => control.set(chosen));
    },
  });
  return control.node;
}

const valueOf = (picked, multi) => (multi ? picked.map((o) => o.value) : (picked[0]?.value ?? null));

function known({ options, initial }) {
  const pick = (value) => options.find((o) => o.value === value) ?? unknown(value);
  return { load: filtered(options), initial: initial.map(pick) };
}

const unknown = (value) => ({ value, text: value, label: user(value)?.display ?? value });

function external(element, block, ctx) {
  const initial = one(element.initial_options ?? element.initial_option).map((raw) => option(raw));
  const least = element.min_query_length ?? 3;
  const load = async (query) => {
    if (query.length < least) return [];
    return optionsOf(await ctx.suggest(block, element, query));
  };
  return { load, initial };
}

export function overflow(element, block, ctx) {
  const rows = (element.options ?? []).map((raw) => ({
    label: h("span", {}, textObject(raw.text)),
    testid: "overflow-option",
    data: { "data-value": raw.value },
    run: () => {
      if (raw.url && safeUrl(raw.url)) open(raw.url, "_blank", "noopener");
      ctx.act(block, element, raw.value, button);
    },
  }));
  const attributes = {
    type: "button",
    class: "button icon-only",
    "aria-label": "More options",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  };
  const button = h(
    "button",
    { ...attributes, ...ctx.marks(block, element), onclick: () => menu(button, rows, { label: "More options" }) },
    "⋯",
  );
  return button;
}

/** Radio buttons (one value) and checkboxes (a list of values). */
export function boxes(element, block, ctx) {
  const single = element.type === "radio_buttons";
  const initial = one(element.initial_options ?? element.initial_option).map((raw) => raw.value);
  const now = new Set(ctx.recall(block, element)?.picked ?? initial);
  const value = () => (single ? ([...now][0] ?? null) : [...now]);
  if (now.size) ctx.store(block, element, value(), { picked: [...now] });
  const group = h("div", { class: "boxes", role: single ? "radiogroup" : "group", ...ctx.marks(block, element) });
  const name = `box-${Math.random().toString(36).slice(2)}`;
  for (const raw of element.options ?? []) {
    group.append(
      box(raw, { single, name, checked: now.has(raw.value) }, (on) => {
        if (single) now.clear();
        if (on) now.add(raw.value);
        else now.delete(raw.value);
        ctx.store(block, element, value(), { picked: [...now] });
        ctx.act(block, element, value(), group);
      }),
    );
  }
  return group;
}

function box(raw, { single, name, checked }, changed) {
  const input = h("input", {
    type: single ? "radio" : "checkbox",
    name,
    checked,
    "data-value": raw.value,
    onchange: () => changed(input.checked),
  });
  const words = [
    h("span", {}, textObject(raw.text)),
    raw.description ? h("span", { class: "option-description" }, textObject(raw.description)) : null,
  ];
  return h("label", { class: "box" }, input, h("span", { class: "box-text" }, words));
}
