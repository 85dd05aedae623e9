/** A small Markdown reader for files and `markdown` blocks: headings, lists, tables, code, quotes and inline marks. */

import { h, link, safeUrl } from "./dom.js";
import { withEmoji } from "./mrkdwn.js";

/** `source` as a list of nodes. HTML in it stays text. */
export function markdown(source) {
  const lines = String(source ?? "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  const out = [];
  for (let at = 0; at < lines.length;) {
    const [node, next] = block(lines, at);
    if (node) out.push(node);
    at = Math.max(next, at + 1);
  }
  return out;
}

const FENCE = /^\s*(```|~~~)\s*(\S*)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_LINE = /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/;

function block(lines, at) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  if (FENCE.test(line)) return fence(lines, at);
  const heading = HEADING.exec(line);
  if (heading) return [h(`h${heading[1].length}`, {}, inline(heading[2])), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (/^\s*>/.test(line)) return quote(lines, at);
  if (line.includes("|") && TABLE_LINE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-"))
    return table(lines, at);
  if (ITEM.test(line)) return list(lines, at);
  return paragraph(lines, at);
}

function fence(lines, at) {
  const mark = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", { class: "code" }, lines.slice(at + 1, end).join("\n")), end + 1];
}

function quote(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*> ?/, ""));
  return [h("blockquote", {}, markdown(inner.join("\n"))), end];
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !startsBlock(lines, end)) end += 1;
  const nodes = lines.slice(at, end).flatMap((line, index) => {
    const hard = index && / {2,}$|\\$/.test(lines[at + index - 1]);
    const gap = index ? [hard ? h("br") : " "] : [];
    return [...gap, ...inline(line.trim().replace(/\\$/, ""))];
  });
  return [h("p", {}, nodes), end];
}

const startsBlock = (lines, at) =>
  FENCE.test(lines[at]) ||
  HEADING.test(lines[at]) ||
  RULE.test(lines[at]) ||
  ITEM.test(lines[at]) ||
  /^\s*>/.test(lines[at]);

function list(lines, at) {
  const first = ITEM.exec(lines[at]);
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: Number.parseInt(first[2], 10) } : {});
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (!item || item[1].length !== indent || /\d/.test(item[2]) !== ordered) break;
    const [text, next] = itemLines(lines, end, indent);
    node.append(listItem(text));
    end = next;
  }
  return [node, end];
}

/** The lines of one item: its own, and the indented ones below it, with their indentation taken off. */
function itemLines(lines, at, indent) {
  const text = [ITEM.exec(lines[at])[3]];
  let end = at + 1;
  for (; end < lines.length; end += 1) {
    const depth = /^\s*/.exec(lines[end])[0].length;
    if (!lines[end].trim()) {
      if (!/^\s{2,}\S/.test(lines[end + 1] ?? "")) break;
      text.push("");
    } else if (depth > indent) text.push(lines[end].slice(Math.min(depth, indent + 2)));
    else break;
  }
  return [text, end];
}

function listItem(text) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text[0]);
  const children = markdown([task ? task[2] : text[0], ...text.slice(1)].join("\n"));
  const tight = children.flatMap((child) => (child.tagName === "P" ? [...child.childNodes] : [child]));
  if (!task) return h("li", {}, tight);
  const box = h("input", { type: "checkbox", checked: task[1] !== " ", disabled: true });
  return h("li", { class: "task" }, box, tight);
}

function cells(line) {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function table(lines, at) {
  const aligns = cells(lines[at + 1]).map(alignment);
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) end += 1;
  const row = (line, tag) =>
    h(
      "tr",
      {},
      aligns.map((align, i) => h(tag, { class: align }, inline(cells(line)[i] ?? ""))),
    );
  const titled = cells(lines[at]).some(Boolean);
  const head = titled ? h("thead", {}, row(lines[at], "th")) : null;
  const body = h(
    "tbody",
    {},
    lines.slice(at + 2, end).map((line) => row(line, "td")),
  );
  return [h("div", { class: "table-wrap", tabindex: "0" }, h("table", {}, head, body)), end];
}

const alignment = (cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "align-center" : "align-right") : null);

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);

const RULES = [
  { pattern: /&(amp|lt|gt|quot|#39);/, node: (m) => document.createTextNode(ENTITIES[m[1]]) },
  { pattern: /\\([\\`*_{}[\]()#+\-.!|<>~])/, node: (m) => document.createTextNode(m[1]) },
  { pattern: /(`+)(?!`)([\s\S]*?[^`])\1(?!`)/, node: (m) => h("code", {}, m[2].trim()) },
  { pattern: /!\[([^\]]*)\]\(([^)\s]+)[^)]*\)/, node: (m) => h("span", { class: "muted" }, m[1] || "image") },
  { pattern: /\[([^\]]+)\]\(([^)\s]+)[^)]*\)/, node: (m) => linkTo(m[2], inline(m[1])) },
  { pattern: /<((?:https?|mailto):[^>\s]+)>/, node: (m) => linkTo(m[1], m[1]) },
  { pattern: /(\*\*|__)(?!\s)([\s\S]+?\S?)\1/, node: (m) => h("strong", {}, inline(m[2])) },
  { pattern: /~~(?!\s)([\s\S]+?)~~/, node: (m) => h("s", {}, inline(m[1])) },
  { pattern: /(?<![\w*])\*(?![\s*])([^*]*[^*\s])\*(?!\w)/, node: (m) => h("em", {}, inline(m[1])) },
  { pattern: /(?<!\w)_(?![\s_])([^_]*[^_\s])_(?!\w)/, node: (m) => h("em", {}, inline(m[1])) },
  { pattern: /https?:\/\/[^\s<>|"'`\\]+[^\s<>|"'`\\.,;:!?)\]}*_~]/, node: (m) => linkTo(m[0], unescape(m[0])) },
];

function linkTo(address, label) {
  const url = unescape(address);
  return safeUrl(url) ? link(url, label) : h("span", {}, label);
}

function inline(text) {
  const out = [];
  let rest = text;
  while (rest) {
    const found = RULES.map((rule) => ({ rule, match: rule.pattern.exec(rest) })).filter((one) => one.match);
    if (!found.length) break;
    const { rule, match } = found.reduce((best, one) => (one.match.index < best.match.index ? one : best));
    out.push(...withEmoji(rest.slice(0, match.index)), rule.node(match));
    rest = rest.slice(match.index + match[0].length);
  }
  return [...out, ...withEmoji(rest)];
}
