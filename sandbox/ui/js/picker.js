/** The choosing controls: a searchable list behind a button (selects), and the emoji picker. */

import { debounce, fill, h } from "./dom.js";
import { GROUPS, emojiNode, search } from "./emoji.js";
import { icon } from "./icons.js";
import { onEnter, popover, walk } from "./overlay.js";

/**
 * A select drawn as Slack's. `load(query)` gives [{group?, value, label: Node|string, text}] (or a promise);
 * `chosen` is what is picked now. With `multi`, picks collect as tokens. `changed(options)` hears each change.
 */
export function select({
  placeholder,
  load,
  chosen = [],
  multi = false,
  max = Infinity,
  changed,
  label,
  attributes = {},
  clearable = false,
}) {
  let picked = [...chosen];
  const face = h("button", {
    type: "button",
    class: "select",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": label ?? placeholder,
    ...attributes,
  });
  const draw = () =>
    fill(face, faceOf(picked, { placeholder, multi, drop, clear: clearable && drop }), icon("chevron", 16));
  const set = (next) => {
    picked = next;
    face.dataset.value = next.map((one) => one.value).join(",");
    draw();
  };
  const change = (next) => (set(next), changed?.(next));
  function drop(option) {
    change(picked.filter((one) => one.value !== option.value));
  }
  face.addEventListener("click", (event) => {
    if (event.target.closest(".token-drop") || face.getAttribute("aria-expanded") === "true") return;
    list(face, {
      load,
      multi,
      isPicked: (value) => picked.some((one) => one.value === value),
      pick: (option) => pick(option),
    });
  });
  function pick(option) {
    const has = picked.some((one) => one.value === option.value);
    if (!multi) return change([option]);
    if (has) return drop(option);
    if (picked.length < max) change([...picked, option]);
  }
  set(picked);
  return { node: face, get: () => picked, set };
}

function faceOf(picked, { placeholder, multi, drop, clear }) {
  if (!picked.length) return h("span", { class: "select-placeholder" }, placeholder || "Select an item");
  if (!multi && !clear) return h("span", { class: "select-value" }, copy(picked[0].label));
  return h(
    "span",
    { class: "tokens" },
    picked.map((option) => token(option, drop)),
  );
}

function token(option, drop) {
  const cross = h(
    "span",
    { class: "token-drop", role: "button", "aria-label": `Remove ${option.text}`, onclick: () => drop(option) },
    icon("close", 12),
  );
  return h("span", { class: "token", "data-value": option.value }, copy(option.label), cross);
}

const copy = (label) => (label instanceof Node ? label.cloneNode(true) : label);

function list(anchor, { load, multi, isPicked, pick }) {
  const rows = h("div", { class: "options", role: "listbox", "aria-multiselectable": multi ? "true" : null });
  const input = h("input", {
    class: "input options-search",
    placeholder: "Search",
    "aria-label": "Search options",
    "data-testid": "options-search",
    autofocus: true,
  });
  const box = h("div", { class: "options-box", "data-testid": "options" }, input, rows);
  box.style.minWidth = `${Math.max(220, anchor.offsetWidth)}px`;
  box.addEventListener("keydown", walk);
  const layer = popover(anchor, box);
  const choose = (option) => {
    pick(option);
    if (multi) draw();
    else layer.close();
  };
  const draw = async () => fill(rows, optionRows(await load(input.value), isPicked, choose));
  input.addEventListener("input", debounce(draw, 60));
  onEnter(input, () => rows.querySelector("button")?.click());
  fill(rows, h("div", { class: "options-empty" }, "Loading…"));
  draw();
}

function optionRows(options, isPicked, choose) {
  if (!options?.length) return h("div", { class: "options-empty" }, "No results");
  let group = null;
  return options.flatMap((option) => {
    const heading = option.group && option.group !== group ? [h("div", { class: "menu-heading" }, option.group)] : [];
    group = option.group;
    return [...heading, optionRow(option, isPicked(option.value), choose)];
  });
}

function optionRow(option, picked, choose) {
  return h(
    "button",
    {
      type: "button",
      class: "option",
      role: "option",
      "aria-selected": String(picked),
      "data-value": option.value,
      "data-testid": "option",
      onclick: () => choose(option),
    },
    h(
      "span",
      { class: "option-text" },
      copy(option.label),
      option.description ? h("span", { class: "option-description" }, option.description) : null,
    ),
    picked ? icon("check", 16) : null,
  );
}

/** Options whose text holds the query, for lists known beforehand. */
export const filtered = (options) => (query) =>
  options.filter((option) => option.text.toLowerCase().includes(query.trim().toLowerCase()));

/** The emoji picker beside `anchor`; `pick(name)` is called once. */
export function emojiPicker(anchor, pick) {
  const grid = h("div", { class: "emoji-grid" });
  const input = h("input", {
    class: "input",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
    "data-testid": "emoji-search",
    autofocus: true,
  });
  const layer = popover(anchor, h("div", { class: "emoji-picker", "data-testid": "emoji-picker" }, input, grid));
  const cell = (name) =>
    h(
      "button",
      {
        type: "button",
        class: "emoji-cell",
        title: `:${name}:`,
        "data-emoji": name,
        "aria-label": name,
        onclick: () => (layer.close(), pick(name)),
      },
      emojiNode(name),
    );
  const draw = () => {
    const query = input.value.trim();
    if (query) return fill(grid, h("div", { class: "emoji-row" }, search(query).map(cell)));
    const often = ["medal", "eyes", "white_check_mark", "x", "pushpin", "+1", "raised_hands", "tada"];
    const groups = [{ group: "Handy here", members: often }, ...GROUPS];
    return fill(
      grid,
      groups.map(({ group, members }) => [
        h("div", { class: "menu-heading" }, group),
        h("div", { class: "emoji-row" }, members.map(cell)),
      ]),
    );
  };
  input.addEventListener("input", draw);
  onEnter(input, () => grid.querySelector("button")?.click());
  draw();
}
