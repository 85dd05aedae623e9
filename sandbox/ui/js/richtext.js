/** Block Kit's `rich_text` block: sections, lists, quotes and preformatted text of styled inline elements. */

import { h, link, safeUrl } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { broadcast, channelLink, groupMention, mention } from "./people.js";
import { now, zone } from "./store.js";
import { slackDate } from "./when.js";

export function richText(block) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map(part));
}

function part(element) {
  const inner = () => (element.elements ?? []).map(inline);
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, inner());
    case "rich_text_list":
      return list(element);
    case "rich_text_quote":
      return h("blockquote", {}, inner());
    case "rich_text_preformatted":
      return h("pre", { class: "code" }, inner());
    default:
      return null;
  }
}

function list(element) {
  const node = h(element.style === "ordered" ? "ol" : "ul", element.offset ? { start: element.offset + 1 } : {});
  node.style.marginLeft = `${(element.indent ?? 0) * 24}px`;
  node.dataset.indent = element.indent ?? 0;
  node.append(...(element.elements ?? []).map((item) => h("li", {}, (item.elements ?? []).map(inline))));
  return node;
}

const INLINE = {
  text: (e) => e.text,
  link: (e) => (safeUrl(e.url) ? link(e.url, e.text || e.url) : e.text || e.url),
  user: (e) => mention(e.user_id),
  usergroup: (e) => groupMention(e.usergroup_id),
  channel: (e) => channelLink(e.channel_id),
  broadcast: (e) => broadcast(e.range),
  emoji: (e) => emojiNode(e.skin_tone ? `${e.name}::skin-tone-${e.skin_tone}` : e.name),
  date: (e) => slackDate(e.timestamp, e.format || "{date} at {time}", zone(), now()) || e.fallback,
  color: (e) => [swatch(e.value), e.value],
};

function swatch(value) {
  const box = h("span", { class: "swatch" });
  if (/^#[0-9a-f]{3,8}$/i.test(value)) box.style.background = value;
  return box;
}

function inline(element) {
  const node = INLINE[element.type]?.(element) ?? "";
  const style = element.style ?? {};
  let styled = node;
  for (const [name, tag] of [
    ["code", "code"],
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "s"],
  ]) {
    if (style[name]) styled = h(tag, {}, styled);
  }
  return styled;
}
