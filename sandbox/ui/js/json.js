/** JSON as coloured text nodes, with long texts and deep parts folded. */

import { h } from "./dom.js";

const DEEP = 2;

export function json(value, depth = 0) {
  if (value === null) return h("span", { class: "j-null" }, "null");
  if (Array.isArray(value))
    return folded(
      value.map((one) => [null, one]),
      "[",
      "]",
      depth,
    );
  if (typeof value === "object") return folded(Object.entries(value), "{", "}", depth);
  if (typeof value === "string") return h("span", { class: "j-string" }, JSON.stringify(value));
  return h("span", { class: "j-number" }, String(value));
}

function folded(entries, open, shut, depth) {
  if (!entries.length) return h("span", { class: "j-mark" }, open + shut);
  const summary = h(
    "summary",
    {},
    h("span", { class: "j-mark" }, `${open} ${entries.length} ${entries.length === 1 ? "item" : "items"} ${shut}`),
  );
  const node = h("details", { class: "j-part", open: depth < DEEP || entries.length <= 3 }, summary);
  let filled = false;
  const grow = () => {
    if (filled || !node.open) return;
    filled = true;
    node.append(
      h(
        "div",
        { class: "j-body" },
        entries.map(([name, one]) =>
          h(
            "div",
            { class: "j-line" },
            name === null ? null : h("span", { class: "j-key" }, `${name}: `),
            json(one, depth + 1),
          ),
        ),
      ),
    );
  };
  node.addEventListener("toggle", grow);
  grow();
  return node;
}
