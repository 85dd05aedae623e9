/** Block Kit blocks as DOM nodes. What a control does is `ctx`'s affair (context.js). */

import { h, link } from "./dom.js";
import { element, picture } from "./elements.js";
import { fileCard } from "./files.js";
import { markdown } from "./markdown.js";
import { textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

export function blocks(list, ctx) {
  return h(
    "div",
    { class: "blocks" },
    (list ?? []).map((raw) => block(raw, ctx)),
  );
}

function block(raw, ctx) {
  const build = BUILD[raw.type] ?? unknown;
  const node = build(raw, ctx);
  node.classList.add("block", `block-${raw.type}`);
  node.dataset.blockId = raw.block_id ?? "";
  return node;
}

function header(raw) {
  return h("div", { role: "heading", "aria-level": "2" }, textObject(raw.text));
}

function section(raw, ctx) {
  const words = h("div", { class: "section-words" });
  if (raw.text) words.append(h("div", { class: "section-text" }, textObject(raw.text)));
  if (raw.fields?.length) {
    words.append(
      h(
        "div",
        { class: "section-fields" },
        raw.fields.map((field) => h("div", { class: "section-field" }, textObject(field))),
      ),
    );
  }
  const side = raw.accessory ? h("div", { class: "section-accessory" }, element(raw.accessory, raw, ctx)) : null;
  return h("div", {}, words, side);
}

function actions(raw, ctx) {
  return h(
    "div",
    {},
    (raw.elements ?? []).map((one) => element(one, raw, ctx)),
  );
}

function context(raw) {
  const parts = (raw.elements ?? []).map((one) =>
    one.type === "image" ? picture(one) : h("span", { class: "context-text" }, textObject(one)),
  );
  return h("div", {}, parts);
}

function image(raw) {
  const source = raw.image_url ?? raw.slack_file?.url;
  const shown = h("img", { class: "block-image", src: source, alt: raw.alt_text ?? "" });
  return h("figure", {}, raw.title ? h("figcaption", {}, textObject(raw.title)) : null, link(source, shown));
}

/** An input with its label, hint, and the place where a refused field's error is shown. */
function input(raw, ctx) {
  const control = element(raw.element, raw, ctx);
  const id = `field-${raw.block_id}-${Math.random().toString(36).slice(2, 7)}`;
  const target = control.matches("input, textarea, button")
    ? control
    : (control.querySelector("input, textarea") ?? control);
  target.id = id;
  const optional = raw.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const error = h("p", { class: "field-error", role: "alert", "data-testid": "field-error", hidden: true });
  const hint = raw.hint ? h("p", { class: "hint" }, textObject(raw.hint)) : null;
  return h(
    "div",
    { class: "field", "data-testid": "field" },
    h("label", { for: id, class: "field-label" }, textObject(raw.label), optional),
    control,
    error,
    hint,
  );
}

function table(raw) {
  const settings = raw.column_settings ?? [];
  const rows = (raw.rows ?? []).map((cells, index) =>
    h(
      "tr",
      {},
      cells.map((cell, i) => h(index ? "td" : "th", { class: cellClass(settings[i]) }, cellOf(cell))),
    ),
  );
  return h("div", { tabindex: "0" }, h("table", {}, h("tbody", {}, rows)));
}

const cellClass = (setting) =>
  [setting?.align ? `align-${setting.align}` : "", setting?.is_wrapped ? "wrapped" : ""].filter(Boolean).join(" ");
const cellOf = (cell) => (cell.type === "rich_text" ? richText(cell) : (cell.text ?? String(cell.value ?? "")));

const BUILD = {
  header,
  section,
  actions,
  context,
  image,
  input,
  table,
  divider: () => h("div", { role: "separator" }, h("hr")),
  rich_text: richText,
  markdown: (raw) => h("div", { class: "markdown" }, markdown(raw.text)),
  file: (raw) => h("div", {}, raw.file ? fileCard(raw.file) : `File ${raw.external_id ?? raw.file_id ?? ""}`),
  video: (raw) => h("div", {}, link(raw.title_url ?? raw.video_url, textObject(raw.title))),
};

function unknown(raw) {
  return h("div", { class: "muted" }, `(a ${raw.type} block is not shown here)`);
}
