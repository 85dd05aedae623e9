/** Small parts that many panels share. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A square button with an icon and a name for those who do not see it. */
export function iconButton(sign, label, testid, onclick, size = 18) {
  const marks = { title: label, "aria-label": label, "data-testid": testid };
  return h("button", { type: "button", class: "icon-button", ...marks, onclick }, icon(sign, size));
}

/** What a list shows instead of rows. */
export const empty = (sign, words) => h("div", { class: "empty" }, icon(sign, 32), h("p", {}, words));

/** A row of chips of which one is chosen: `choices` are [value, label], `choose` hears the value. */
export function chips(choices, chosen, choose, prefix) {
  return choices.map(([value, label]) => {
    const marks = { "aria-checked": String(value === chosen), "data-testid": `${prefix}-${value}` };
    return h("button", { type: "button", role: "radio", class: "chip", ...marks, onclick: () => choose(value) }, label);
  });
}

/** Tabs of which one is open: `faces` are [value, label]. */
export function tabs(faces, open, choose, prefix) {
  return faces.map(([value, label]) => {
    const marks = { "aria-selected": String(value === open), "data-testid": `${prefix}-${value}` };
    return h("button", { type: "button", role: "tab", class: "tab", ...marks, onclick: () => choose(value) }, label);
  });
}

/** The options of a native select: `choices` are [value, label]. */
export const optionsOf = (choices, chosen) =>
  choices.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
