/** Block Kit's interactive elements as controls; `ctx` (see context.js) remembers values and sends actions. */

import { h, safeUrl } from "./dom.js";
import { boxes, overflow, selectElement } from "./choices.js";
import { textObject, flat } from "./mrkdwn.js";
import { zone } from "./store.js";

export function element(raw, block, ctx) {
  if (raw.type === "image") return picture(raw);
  const build = BUILD[raw.type] ?? (raw.type?.endsWith("_select") ? selectElement : null);
  return build ? build(raw, block, ctx) : h("span", { class: "muted" }, `(${raw.type} is not shown here)`);
}

export function picture(raw) {
  const file = raw.slack_file?.url;
  return h("img", {
    class: "block-thumb",
    src: raw.image_url ?? file,
    alt: raw.alt_text ?? "",
    title: raw.alt_text ?? "",
  });
}

function button(raw, block, ctx) {
  const style = raw.style === "primary" ? " primary" : raw.style === "danger" ? " danger" : "";
  const attributes = {
    class: `button block-button${style}`,
    "aria-label": raw.accessibility_label,
    ...ctx.marks(block, raw),
  };
  const press = () => ctx.act(block, raw, raw.value ?? null, node);
  const linked = raw.url && safeUrl(raw.url);
  const node = linked
    ? h(
        "a",
        { ...attributes, href: raw.url, target: "_blank", rel: "noopener noreferrer", role: "button", onclick: press },
        textObject(raw.text),
      )
    : h("button", { type: "button", ...attributes, onclick: press }, textObject(raw.text));
  return node;
}

/** A typed field; kept at every keystroke, sent on Enter or each character where the block asks for it. */
function typed(tag, type, limits = {}, out = (text) => text) {
  return (raw, block, ctx) => {
    const stored = ctx.recall(block, raw);
    const given = raw.initial_value ?? "";
    const value = stored ? stored.shown : typeof given === "string" ? given : "";
    if (value !== "") ctx.store(block, raw, out(value), { shown: value });
    const attributes = {
      class: "input",
      type,
      value,
      placeholder: flat(raw.placeholder?.text),
      autofocus: raw.focus_on_load,
      ...limits,
    };
    const field = h(tag, { ...attributes, maxlength: raw.max_length, ...ctx.marks(block, raw) });
    field.addEventListener("input", () => ctx.store(block, raw, out(field.value), { shown: field.value }));
    dispatch(field, raw, block, ctx);
    return raw.max_length ? counted(field, raw.max_length) : field;
  };
}

function dispatch(field, raw, block, ctx) {
  const on = raw.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = () => ctx.act(block, raw, field.value, field);
  if (on.includes("on_character_entered")) field.addEventListener("input", send);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || field.tagName === "TEXTAREA" || event.isComposing) return;
    event.preventDefault();
    if (block.dispatch_action && on.includes("on_enter_pressed")) send();
    else ctx.submit?.();
  });
}

function counted(field, max) {
  const left = h("span", { class: "counter" });
  const show = () => {
    const rest = max - field.value.length;
    left.textContent = rest <= Math.min(100, max / 4) ? String(rest) : "";
  };
  field.addEventListener("input", show);
  show();
  return h("div", { class: "counted" }, field, left);
}

const plainText = (raw, block, ctx) =>
  raw.multiline ? typed("textarea", null, { rows: 4 })(raw, block, ctx) : typed("input", "text")(raw, block, ctx);

/** Native date and time fields; `out` turns what was picked into Slack's value. */
function dated(type, initial, out = (text) => text || null) {
  return (raw, block, ctx) => {
    const stored = ctx.recall(block, raw);
    const value = stored ? stored.shown : initial(raw);
    if (value) ctx.store(block, raw, out(value), { shown: value });
    const field = h("input", {
      class: "input dated",
      type,
      value,
      "aria-label": flat(raw.placeholder?.text) || type,
      ...ctx.marks(block, raw),
    });
    field.addEventListener("change", () => {
      ctx.store(block, raw, out(field.value), { shown: field.value });
      ctx.act(block, raw, out(field.value), field);
    });
    return field;
  };
}

/** "2026-01-31T09:30" on the wall of `zone()` as seconds since 1970. */
function epochOf(text) {
  if (!text) return null;
  const asUtc = Date.parse(`${text}:00Z`);
  const guess = asUtc - wallOffset(asUtc);
  return Math.round((asUtc - wallOffset(guess)) / 1000);
}

function wallOffset(ms) {
  return Date.parse(`${wall(ms)}:00Z`) - Math.floor(ms / 60000) * 60000;
}

function wall(ms) {
  const options = {
    timeZone: zone(),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", options).formatToParts(ms).map((p) => [p.type, p.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** Text as the one-section `rich_text` object that a rich text input submits. */
function richValue(text) {
  if (!text) return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

const BUILD = {
  button,
  overflow,
  radio_buttons: boxes,
  checkboxes: boxes,
  plain_text_input: plainText,
  email_text_input: typed("input", "email"),
  url_text_input: typed("input", "url"),
  number_input: typed("input", "text", { inputmode: "decimal" }),
  rich_text_input: typed("textarea", null, { rows: 4 }, richValue),
  datepicker: dated("date", (raw) => raw.initial_date ?? ""),
  timepicker: dated("time", (raw) => raw.initial_time ?? ""),
  datetimepicker: dated(
    "datetime-local",
    (raw) => (raw.initial_date_time ? wall(raw.initial_date_time * 1000) : ""),
    epochOf,
  ),
};
