/** A scrolling list of messages that keeps its place: grouped by author and day, with a mark where new ones begin. */

import { h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { isEphemeral, isQuiet, messageNode, signature } from "./message.js";
import { now, zone } from "./store.js";
import { dayKey, dayName } from "./when.js";

const TOGETHER_SECONDS = 300;
const NEAR_END = 60;

/** {node, draw(messages, options), toEnd(), show(ts)}; `read` is called when the end is in sight. */
export function messageList({ label, inThread = false, testid, read }) {
  const inner = h("div", { class: "list-inner", role: "log", "aria-label": label, "data-testid": testid });
  const box = h("div", { class: inThread ? "list from-top" : "list", tabindex: "0", "aria-label": label }, inner);
  const jump = h(
    "button",
    { type: "button", class: "jump", hidden: true, "data-testid": `${testid}-newest`, onclick: () => toEnd(true) },
    "New messages",
    icon("chevron", 14),
  );
  const node = h("div", { class: "list-frame" }, box, jump);
  let last = "";
  const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  let stuck = true;
  box.addEventListener(
    "scroll",
    () => {
      stuck = atEnd();
      if (stuck) ended();
    },
    { passive: true },
  );
  const ended = () => {
    jump.hidden = true;
    read?.();
  };
  function toEnd(smooth = false) {
    stuck = true;
    box.scrollTo({ top: box.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    ended();
  }
  box.addEventListener("keydown", (event) => walkMessages(event, inner));
  new ResizeObserver(() => stuck && box.scrollTo({ top: box.scrollHeight, behavior: "instant" })).observe(inner);
  new ResizeObserver(() => stuck && box.scrollTo({ top: box.scrollHeight, behavior: "instant" })).observe(box);
  function draw(messages, options = {}) {
    keyed(inner, rows(messages, { inThread, ...options }));
    const newest = messages.at(-1)?.ts ?? "";
    if (options.fresh || stuck) toEnd();
    else if (newest > last) jump.hidden = false;
    last = newest;
  }
  function show(ts) {
    const target = inner.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!target) return false;
    stuck = false;
    target.scrollIntoView({ block: "center" });
    target.classList.remove("flash");
    requestAnimationFrame(() => target.classList.add("flash"));
    target.focus({ preventScroll: true });
    return true;
  }
  return { node, box, draw, toEnd, show };
}

/** Up and down move the focus from message to message; Tab then reaches the tools of the one in focus. */
function walkMessages(event, inner) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || event.target.closest("textarea, input, select")) return;
  const all = [...inner.querySelectorAll(".message")];
  const at = all.indexOf(document.activeElement?.closest(".message"));
  const next = at < 0 ? all.at(-1) : all[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Messages, day dividers and the "New" mark as keyed rows. */
function rows(messages, { inThread, intro, newFrom, divider }) {
  const out = intro ? [{ key: "intro", sig: intro.sig, build: intro.build }] : [];
  let before = null;
  let marked = false;
  messages.forEach((message, index) => {
    const day = dayKey(message.ts, zone());
    if (!inThread && (!before || dayKey(before.ts, zone()) !== day)) out.push(dayRow(message, day));
    if (newFrom && !marked && message.ts >= newFrom) {
      marked = true;
      out.push({
        key: "new",
        sig: newFrom,
        build: () => h("div", { class: "new-mark", role: "separator" }, h("span", {}, "New")),
      });
      before = null;
    }
    out.push(messageRow(message, before, inThread));
    if (divider && index === 0) out.push(divider);
    before = inThread && index === 0 ? null : message;
  });
  return out;
}

function messageRow(message, before, inThread) {
  const options = { compact: follows(before, message), inThread };
  return { key: message.ts, sig: signature(message, options), build: () => messageNode(message, options) };
}

function dayRow(message, day) {
  const name = dayName(message.ts, zone(), now());
  return {
    key: `day-${day}`,
    sig: name,
    build: () => h("div", { class: "day", role: "separator" }, h("span", {}, name)),
  };
}

function follows(before, message) {
  if (!before || isQuiet(before) || isQuiet(message) || isEphemeral(before) !== isEphemeral(message)) return false;
  const near =
    Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS &&
    dayKey(before.ts, zone()) === dayKey(message.ts, zone());
  return (
    near &&
    before.user === message.user &&
    (before.username ?? "") === (message.username ?? "") &&
    message.subtype !== "thread_broadcast"
  );
}
