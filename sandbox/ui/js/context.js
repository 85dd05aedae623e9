/** What a block's controls need from their surface: remembered values, presses sent to the bot, confirmations. */

import { post } from "./api.js";
import { textObject } from "./mrkdwn.js";
import { confirm, notify } from "./overlay.js";
import { place } from "./store.js";

/**
 * A context for one surface. `where` names it to the control API ({channel, ts} or {view_id});
 * `memory` is a Map that outlives redraws; `submit` is what Enter does in a one-line field.
 */
export function context(where, { memory = new Map(), submit = null, failed = null } = {}) {
  const key = (block, element) => `${block.block_id}/${element.action_id}`;
  return {
    channel: where.channel ?? "",
    submit,
    memory,
    recall: (block, element) => memory.get(key(block, element)),
    store: (block, element, value, more = {}) =>
      memory.set(key(block, element), { block, action: element.action_id, value, ...more }),
    marks: (block, element) => ({
      "data-action-id": element.action_id,
      "data-block-id": block.block_id,
      "data-testid": "element",
    }),
    suggest: (block, element, query) => suggest(where, block, element, query),
    act: (block, element, value, node, undo) => act({ where, block, element, value, node, undo, failed, memory }),
  };
}

/** What the app offers for an external select; nothing when it does not answer. */
async function suggest(where, block, element, query) {
  const answer = await post("options", { ...naming(where, block, element), value: query });
  return { options: answer.options ?? [] };
}

const naming = (where, block, element) => ({
  user: place.me,
  action_id: element.action_id,
  block_id: block.block_id,
  ...where,
});

async function act({ where, block, element, value, node, undo, failed, memory }) {
  if (block.type === "input" && !block.dispatch_action) return;
  if (element.confirm && !(await agreed(element.confirm))) return undo?.();
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  try {
    if (where.view_id) await hand(where, memory, element);
    const named = naming(where, block, element);
    if (isClear(node, element)) delete named.block_id;
    const answer = await post("press", { ...named, value });
    if (answer.error) trouble(answer.error, failed);
  } catch (problem) {
    trouble(problem.code, failed, problem.message);
  } finally {
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  }
}

/**
 * Whether the action's id alone says what is pressed. Blocks that the app gave no id get a new one with each update of
 * their message, which may come between seeing and pressing.
 */
function isClear(node, element) {
  const surface = node.closest(".message, .modal, .home");
  return surface?.querySelectorAll(`[data-action-id="${CSS.escape(element.action_id)}"]`).length === 1;
}

function agreed(raw) {
  return confirm({
    title: textObject(raw.title),
    text: textObject(raw.text),
    yes: textObject(raw.confirm),
    no: textObject(raw.deny),
    danger: raw.style === "danger",
  });
}

function trouble(code, failed, message) {
  const said =
    code === "operation_timeout"
      ? "The app did not answer within 3 seconds. Nothing may have happened: try again."
      : message || `The app answered with an error: ${code}`;
  if (failed) failed(said);
  else notify(said, "error");
}

/** Tells the sandbox what was typed into other fields of a view, so that a press carries it as Slack's does. */
async function hand(where, memory, pressed) {
  for (const entry of memory.values()) {
    if (
      entry.block.type !== "input" ||
      entry.block.dispatch_action ||
      entry.action === pressed.action_id ||
      entry.told === entry.value
    )
      continue;
    await post("press", {
      user: place.me,
      action_id: entry.action,
      block_id: entry.block.block_id,
      ...where,
      value: entry.value,
    });
    entry.told = entry.value;
  }
}

/** What was entered into input blocks, as the control API takes it: {block_id: value}. */
export function gather(memory) {
  const inputs = [...memory.values()].filter(({ block }) => block.type === "input");
  return Object.fromEntries(inputs.map(({ block, value }) => [block.block_id, value]));
}
