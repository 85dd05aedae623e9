/** What floats above the page: anchored pop-ups, menus, dialogs, short notices. Esc closes the topmost. */

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const open = [];

/** The layers that are open, topmost last; a layer is {node, close}. */
export const topLayer = () => open.at(-1);

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !open.length) return;
    event.preventDefault();
    event.stopPropagation();
    open.at(-1).close();
  },
  true,
);

document.addEventListener(
  "pointerdown",
  (event) => {
    const layer = open.at(-1);
    if (!layer?.light || layer.node.contains(event.target) || layer.anchor?.contains(event.target)) return;
    layer.close();
  },
  true,
);

function push(layer) {
  const before = document.activeElement;
  layer.close = (restore = true) => {
    const at = open.indexOf(layer);
    if (at < 0) return;
    open.splice(at, 1);
    layer.node.remove();
    layer.anchor?.setAttribute?.("aria-expanded", "false");
    if (restore && before?.isConnected) before.focus({ preventScroll: true });
    layer.closed?.();
  };
  open.push(layer);
  return layer;
}

/** Shows `node` beside `anchor` (below, or above where there is no room). Returns {close}. */
export function popover(anchor, node, { closed, align = "start", focus = true } = {}) {
  const box = h("div", { class: "popover" }, node);
  const layer = push({ node: box, anchor, light: true, closed });
  document.body.append(box);
  anchor.setAttribute("aria-expanded", "true");
  position(box, anchor, align);
  if (focus) box.querySelector("[autofocus], input, button, [tabindex='0']")?.focus({ preventScroll: true });
  return layer;
}

function position(box, anchor, align) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = innerHeight - at.bottom;
  const top = below > height + 12 || below > at.top ? at.bottom + 4 : at.top - height - 4;
  const left = align === "end" ? at.right - width : at.left;
  box.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}

/** A menu of {label, hint, icon, danger, run, testid, data} rows; null rows are dividers. */
export function menu(anchor, rows, { label = "Menu", align = "start" } = {}) {
  let layer = null;
  const box = h("div", { class: "menu", role: "menu", "aria-label": label });
  for (const row of rows) box.append(row ? menuRow(row, () => layer.close()) : h("hr"));
  box.addEventListener("keydown", walk);
  layer = popover(anchor, box, { align });
  return layer;
}

function menuRow(row, close) {
  if (row.heading) return h("div", { class: "menu-heading" }, row.heading);
  const attributes = {
    type: "button",
    role: "menuitem",
    class: `menu-row${row.danger ? " danger" : ""}`,
    disabled: row.disabled,
  };
  return h(
    "button",
    { ...attributes, "data-testid": row.testid ?? "menu-item", ...row.data, onclick: () => (close(), row.run?.()) },
    row.icon ? icon(row.icon, 16) : null,
    h("span", { class: "menu-label" }, row.label),
    row.hint ? h("span", { class: "menu-hint" }, row.hint) : null,
  );
}

/** Up and down move through the rows of a menu or list. */
export function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll("button:not([disabled])")];
  const at = rows.indexOf(document.activeElement);
  rows[(at + step + rows.length) % rows.length]?.focus();
}

/** Enter in `input` runs `fn`, and nothing else: the focus may move meanwhile, and must not take the key along. */
export function onEnter(input, fn) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    fn();
  });
}

/** A centred dialog that holds the focus. `body` are nodes; returns {node, close}. */
export function dialog({ title, body, footer, testid = "dialog", wide = false, closed, leave }) {
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const card = h("div", {
    class: `dialog${wide ? " wide" : ""}`,
    role: "dialog",
    "aria-modal": "true",
    "aria-labelledby": id,
    "data-testid": testid,
  });
  const shade = h("div", { class: "shade" }, card);
  const layer = push({ node: shade, closed });
  const ask = () => (leave ? leave() : layer.close());
  const shut = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close", "data-testid": `${testid}-close`, onclick: ask },
    icon("close"),
  );
  card.append(h("div", { class: "dialog-head" }, h("h2", { id }, title), shut));
  card.append(h("div", { class: "dialog-body" }, body));
  if (footer) card.append(h("div", { class: "dialog-foot" }, footer(layer)));
  shade.addEventListener("pointerdown", (event) => event.target === shade && ask());
  card.addEventListener("keydown", trap);
  document.body.append(shade);
  focusFirst(card);
  return layer;
}

export function focusFirst(card) {
  const wanted =
    card.querySelector("[autofocus]") ??
    card.querySelector(".dialog-body :is(input, textarea, select, button, [tabindex='0'])");
  (wanted ?? card.querySelector(".dialog-foot .primary, .modal-foot .primary, button"))?.focus({ preventScroll: true });
}

/** Keeps Tab inside a dialog. */
export function trap(event) {
  if (event.key !== "Tab") return;
  const all = [
    ...event.currentTarget.querySelectorAll(
      "a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex='0']",
    ),
  ];
  const stops = all.filter((node) => node.offsetParent !== null);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

/** Block Kit's confirm dialog: resolves true when the person agrees. */
export function confirm({ title, text, yes = "Yes", no = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    let agreed = false;
    const footer = (layer) => [
      h("button", { type: "button", class: "button", "data-testid": "confirm-deny", onclick: () => layer.close() }, no),
      h(
        "button",
        {
          type: "button",
          class: `button ${danger ? "danger" : "primary"}`,
          autofocus: true,
          "data-testid": "confirm-yes",
          onclick: () => ((agreed = true), layer.close()),
        },
        yes,
      ),
    ];
    dialog({ title, body: text, footer, testid: "confirm", closed: () => resolve(agreed) });
  });
}

/** Asks for one line of text; resolves null when the person backs out. */
export function ask({ title, label, value = "", hint = "", yes = "Save" }) {
  return new Promise((resolve) => {
    let answer = null;
    const input = h("input", {
      class: "input",
      value,
      autofocus: true,
      "data-testid": "ask-input",
      "aria-label": label,
    });
    const done = (layer) => ((answer = input.value.trim()), layer.close());
    const body = [h("label", { class: "field-label" }, label), input, hint ? h("p", { class: "hint" }, hint) : null];
    const footer = (layer) => [
      h("button", { type: "button", class: "button", onclick: () => layer.close() }, "Cancel"),
      h(
        "button",
        { type: "button", class: "button primary", "data-testid": "ask-yes", onclick: () => done(layer) },
        yes,
      ),
    ];
    const layer = dialog({ title, body, footer, testid: "ask", closed: () => resolve(answer) });
    onEnter(input, () => done(layer));
  });
}

let notices = null;

/** A short notice at the foot of the page; `kind` is "info" or "error". */
export function notify(text, kind = "info", ms = 5000) {
  notices ??= document.body.appendChild(
    h("div", { class: "notices", role: "status", "aria-live": "polite", "data-testid": "notices" }),
  );
  const one = h("div", { class: `notice ${kind}` }, kind === "error" ? icon("warn", 16) : null, h("span", {}, text));
  notices.append(one);
  setTimeout(() => one.remove(), ms);
}

/** Runs `work`; a failure becomes a notice and null. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    notify(problem.message || String(problem), "error");
    return null;
  }
}

/** Text shown when the pointer rests on or the keyboard reaches `node`, with richer content than `title`. */
export function tooltip(node, build) {
  let tip = null;
  const hide = () => (tip?.remove(), (tip = null));
  const show = () => {
    hide();
    tip = document.body.appendChild(fill(h("div", { class: "tooltip", role: "tooltip" }), build()));
    const at = node.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${at.top > tip.offsetHeight + 12 ? at.top - tip.offsetHeight - 6 : at.bottom + 6}px`;
    const watch = setInterval(() => (node.isConnected && tip ? null : (hide(), clearInterval(watch))), 400);
  };
  node.addEventListener("pointerenter", show);
  node.addEventListener("focus", () => node.matches(":focus-visible") && show());
  for (const name of ["pointerleave", "blur", "click"]) node.addEventListener(name, hide);
  return node;
}
