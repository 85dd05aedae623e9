/**
 * The modal of whoever is looking: the top of their stack, its fields, errors beside them, and its answer to the app.
 * It covers the Slack part of the page only: phones, clock and the switch between people stay at hand.
 */

import { post } from "./api.js";
import { blocks } from "./blocks.js";
import { context, gather } from "./context.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { textObject } from "./mrkdwn.js";
import { focusFirst, topLayer, trap } from "./overlay.js";
import { avatar } from "./people.js";
import { on, place, viewsOf, world } from "./store.js";

const memories = new Map();
const LATE = "We had some trouble connecting. Try again?";
let shown = null;

const top = () => viewsOf(place.me).stack.at(-1) ?? null;

/** What was typed into a view, kept while the view lives: also across updates, other views and other people. */
function memoryOf(view) {
  if (!memories.has(view.id)) memories.set(view.id, new Map());
  return memories.get(view.id);
}

export function modals() {
  on("views", (id) => id === place.me && draw());
  on("me", draw);
  on("reset", () => memories.clear());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown || topLayer() || event.defaultPrevented) return;
    event.preventDefault();
    close(shown.view);
  });
}

function draw() {
  const view = top();
  if (!view) return vanish();
  if (shown?.view.id === view.id && shown.view.hash === view.hash) return heed(view);
  const same = shown?.view.id === view.id ? shown : null;
  const held = same && { top: same.body.scrollTop, focus: focusOf(same.node) };
  const before = shown?.before ?? document.activeElement;
  shown?.node.remove();
  shown = build(view);
  shown.before = before;
  document.querySelector(".center").append(shown.node);
  if (held) restore(held);
  else focusFirst(shown.card);
}

/** The same view again: only what the sandbox says of it may be new. */
function heed(view) {
  const said = saidOf(view);
  if (said === shown.said) return;
  shown.said = said;
  showErrors(shown, view.errors);
  complain(shown, view.notice);
}

const saidOf = (view) => JSON.stringify([view.errors, view.notice]);

function vanish() {
  if (!shown) return;
  shown.node.remove();
  if (shown.before?.isConnected) shown.before.focus({ preventScroll: true });
  shown = null;
}

/** Where the focus and the caret are inside a redrawn view, by block and action. */
function focusOf(node) {
  const here = node.contains(document.activeElement) ? document.activeElement : null;
  const marked = here?.closest("[data-action-id]");
  if (!marked) return null;
  return {
    action: marked.dataset.actionId,
    block: marked.dataset.blockId,
    from: here.selectionStart,
    to: here.selectionEnd,
  };
}

function restore({ top: scroll, focus }) {
  shown.body.scrollTop = scroll;
  if (!focus) return;
  const field = shown.node.querySelector(
    `[data-action-id="${CSS.escape(focus.action)}"][data-block-id="${CSS.escape(focus.block)}"]`,
  );
  field?.focus({ preventScroll: true });
  if (focus.from != null && field?.setSelectionRange && field.type !== "email")
    field.setSelectionRange(focus.from, focus.to);
}

function build(view) {
  const trouble = h("div", { class: "modal-trouble", role: "alert", "data-testid": "modal-trouble", hidden: true });
  const submitting = () => submit(view, parts);
  const ctx = context(
    { view_id: view.id },
    { memory: memoryOf(view), submit: submitting, failed: (said) => complain(parts, said) },
  );
  const body = h("div", { class: "modal-body dialog-body" }, trouble, blocks(view.blocks, ctx));
  const submitButton = view.submit
    ? h(
        "button",
        { type: "button", class: "button primary", "data-testid": "modal-submit", onclick: submitting },
        textObject(view.submit),
      )
    : null;
  const closeButton = h(
    "button",
    { type: "button", class: "button", "data-testid": "modal-cancel", onclick: () => close(view) },
    view.close ? textObject(view.close) : "Close",
  );
  const attributes = {
    class: "modal",
    role: "dialog",
    "aria-modal": "true",
    "aria-label": view.title?.text ?? "",
    "data-testid": "modal",
    "data-view-id": view.id,
    "data-callback-id": view.callback_id ?? "",
  };
  const foot = h(
    "div",
    { class: "modal-foot" },
    h("span", { class: "modal-app" }, world.bot.name),
    closeButton,
    submitButton,
  );
  const card = h("div", attributes, head(view), body, submitButton || view.close ? foot : null);
  const node = h("div", { class: "shade modal-shade" }, card);
  card.addEventListener("keydown", trap);
  const parts = { view, node, card, body, trouble, submitButton, said: saidOf(view) };
  showErrors(parts, view.errors);
  complain(parts, view.notice);
  return parts;
}

function head(view) {
  const depth = viewsOf(place.me).stack.length;
  const back =
    depth > 1
      ? h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Back",
            "data-testid": "modal-back",
            onclick: () => close(view),
          },
          icon("left"),
        )
      : avatar(world.bot.id, 28, world.bot.name);
  const shut = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Close",
      "data-testid": "modal-close",
      onclick: () => close(view, true),
    },
    icon("close"),
  );
  return h(
    "div",
    { class: "modal-head" },
    back,
    h("h2", { "data-testid": "modal-title" }, textObject(view.title)),
    shut,
  );
}

async function close(view, all = false) {
  memories.delete(view.id);
  try {
    await post("close", { user: place.me, view_id: view.id, all });
  } catch (problem) {
    if (shown) complain(shown, problem.message);
  }
}

function complain(parts, said) {
  fill(parts.trouble, icon("warn", 18), h("span", {}, said));
  parts.trouble.hidden = !said;
  if (said) parts.body.scrollTop = 0;
}

/** Shows `errors` ({block_id: sentence}) beside their fields; none takes them away. Returns whether any was shown. */
function showErrors(parts, errors) {
  let first = null;
  for (const field of parts.body.querySelectorAll(".block-input")) {
    const said = errors[field.dataset.blockId];
    const place = field.querySelector(".field-error");
    field.classList.toggle("wrong", Boolean(said));
    place.hidden = !said;
    fill(place, said ? [icon("warn", 14), said] : null);
    field.querySelector("[data-action-id]")?.setAttribute("aria-invalid", String(Boolean(said)));
    first ??= said ? field : null;
  }
  first?.scrollIntoView({ block: "nearest" });
  first?.querySelector("input, textarea, button")?.focus({ preventScroll: true });
  return Boolean(first);
}

async function submit(view, parts) {
  if (parts.submitButton?.classList.contains("busy") || !parts.submitButton) return;
  complain(parts, "");
  const memory = memoryOf(view);
  if (showErrors(parts, missing(view, memory))) return;
  busy(parts, true);
  try {
    const answer = await post("submit", { user: place.me, view_id: view.id, values: gather(memory) });
    if (answer.error) complain(parts, LATE);
    showErrors(parts, answer.errors ?? {});
  } catch (problem) {
    complain(parts, problem.message);
  } finally {
    busy(parts, false);
  }
}

function busy(parts, on) {
  parts.submitButton.classList.toggle("busy", on);
  parts.submitButton.disabled = on;
  parts.card.toggleAttribute("aria-busy", on);
}

const empty = (value) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/** What Slack's client refuses by itself: required fields left empty, and texts of the wrong length or kind. */
function missing(view, memory) {
  const errors = {};
  for (const block of view.blocks.filter((one) => one.type === "input")) {
    const value = memory.get(`${block.block_id}/${block.element.action_id}`)?.value;
    const said = empty(value)
      ? block.optional
        ? ""
        : "Please complete this required field."
      : refused(block.element, value);
    if (said) errors[block.block_id] = said;
  }
  return errors;
}

function refused(element, value) {
  const kind = element.type;
  if (element.min_length && value.length < element.min_length)
    return `Enter at least ${element.min_length} characters.`;
  if (element.max_length && value.length > element.max_length) return `Enter at most ${element.max_length} characters.`;
  if (kind === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) return "Enter a valid e-mail address.";
  if (kind === "url_text_input" && !URL.canParse(value)) return "Enter a valid URL.";
  return kind === "number_input" ? wrongNumber(element, value) : "";
}

function wrongNumber(element, value) {
  const number = Number(value);
  if (!Number.isFinite(number)) return "Enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Enter ${element.max_value} or less.`;
  return "";
}
