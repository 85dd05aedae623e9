/** Slack's mrkdwn as DOM nodes. `&amp; &lt; &gt;` are unescaped last, into text nodes, so nothing becomes markup. */

import { h, link, safeUrl } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { broadcast, channelLink, groupMention, mention } from "./people.js";
import { now, zone } from "./store.js";
import { full, slackDate } from "./when.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** `text` as a fragment; `verbatim` leaves bare links alone as Slack does for a `verbatim` object. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const out = document.createDocumentFragment();
  String(text ?? "")
    .split(/\n?```\n?([\s\S]*?)```\n?/)
    .forEach((part, index) => {
      if (index % 2) out.append(h("pre", { class: "code" }, unescape(stripTokens(part.replace(/\n$/, "")))));
      else out.append(...lines(part, verbatim));
    });
  return out;
}

/** A plain_text object: no formatting, but emoji shortcodes. */
function plain(text) {
  const out = document.createDocumentFragment();
  out.append(...withEmoji(unescape(String(text ?? ""))));
  return out;
}

/** A text object of Block Kit, of either type, or a bare string (mrkdwn). */
export function textObject(object) {
  if (!object) return document.createDocumentFragment();
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "plain_text" ? plain(object.text) : mrkdwn(object.text, { verbatim: object.verbatim });
}

const isQuote = (line) => /^(?:&gt;|>)/.test(line);

function lines(text, verbatim) {
  const out = [];
  let block = [];
  let quoted = false;
  const flush = () => {
    if (block.length) out.push(paragraph(block, quoted, verbatim));
    block = [];
  };
  for (const line of text.split("\n")) {
    if (isQuote(line) !== quoted) flush();
    quoted = isQuote(line);
    block.push(quoted ? line.replace(/^(?:&gt;|>) ?/, "") : line);
  }
  flush();
  return out.flat();
}

function paragraph(block, quoted, verbatim) {
  const nodes = inline(block.join("\n"), verbatim);
  return quoted ? [h("blockquote", {}, nodes)] : nodes;
}

const MARKS = { "*": "strong", _: "em", "~": "s" };
const BARE_LINK = /https?:\/\/[^\s<>|"'`]+[^\s<>|"'`.,;:!?)\]}*_~]/;

/** The next thing in `text` that is not plain: {index, length, node}, or null. */
const RULES = [
  { pattern: /`([^`\n]+)`/, node: (m) => h("code", {}, unescape(stripTokens(m[1]))) },
  { pattern: /<([^<>\n]+)>/, node: (m) => token(m[1]) },
  { pattern: /(?<![\w*])\*(?!\s)([^*\n]*[^*\s\n])\*(?![\w*])/, node: (m, v) => h(MARKS["*"], {}, inline(m[1], v)) },
  {
    pattern: /(?<!\w)_(?![\s_])([^_\n]*(?:_\w[^_\n]*)*[^_\s\n]|[^_\s\n])_(?!\w)/,
    node: (m, v) => h(MARKS._, {}, inline(m[1], v)),
  },
  { pattern: /(?<![\w~])~(?!\s)([^~\n]*[^~\s\n])~(?![\w~])/, node: (m, v) => h(MARKS["~"], {}, inline(m[1], v)) },
];

function inline(text, verbatim) {
  const found = RULES.map((rule) => ({ rule, match: rule.pattern.exec(text) })).filter((one) => one.match);
  if (!verbatim) {
    const match = BARE_LINK.exec(text);
    if (match) found.push({ rule: { node: (m) => link(unescape(m[0]), unescape(m[0])) }, match });
  }
  if (!found.length) return withEmoji(unescape(text));
  const { rule, match } = found.reduce((best, one) => (one.match.index < best.match.index ? one : best));
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...withEmoji(unescape(before)), rule.node(match, verbatim), ...inline(after, verbatim)];
}

const stripTokens = (text) => text.replace(/<([^<>\n|]+)(?:\|([^<>\n]*))?>/g, (_, target, label) => label || target);

function token(inner) {
  const [target, label = ""] = splitOnce(inner, "|");
  if (target.startsWith("@")) return mention(target.slice(1), unescape(label));
  if (target.startsWith("#")) return channelLink(target.slice(1), unescape(label));
  if (target.startsWith("!")) return special(target.slice(1), unescape(label));
  const url = unescape(target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url) || !safeUrl(url)) return document.createTextNode(unescape(`<${inner}>`));
  return link(url, label ? withEmoji(unescape(label)) : url.replace(/^mailto:/, ""));
}

function special(command, label) {
  const [kind, ...rest] = command.split("^");
  if (kind === "date") return dateNode(rest, label);
  if (kind === "subteam") return groupMention(rest[0] ?? "", label);
  if (["here", "channel", "everyone"].includes(kind)) return broadcast(kind);
  return document.createTextNode(label || `<!${command}>`);
}

function dateNode([epoch, pattern, url], fallback) {
  if (!/^-?\d+$/.test(epoch ?? "") || !pattern) return document.createTextNode(fallback);
  const said = slackDate(epoch, pattern, zone(), now());
  const node = h("time", { title: full(epoch, zone()), datetime: new Date(epoch * 1000).toISOString() }, said);
  return url ? link(url, node) : node;
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Text with `:shortcodes:` replaced; returns an array of nodes. */
export function withEmoji(text) {
  const parts = text.split(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/i);
  return parts
    .map((part, index) => (index % 2 ? emojiNode(part) : document.createTextNode(part)))
    .filter((node) => node.nodeType !== Node.TEXT_NODE || node.data);
}

/** The text with marks and tokens taken out, for lists and labels. */
export function flat(text) {
  return unescape(stripTokens(String(text ?? "")).replace(/[*_~`]/g, ""));
}
