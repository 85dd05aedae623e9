"""Finds what a reader cannot see: the page scrolling sideways, and words or controls cut off at an edge."""

from __future__ import annotations

from playwright.sync_api import Page

_LOOK = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} wide in a window of ${innerWidth}`);
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const clips = (style) => /hidden|clip/.test(style.overflowX);
  const named = (node) => `${node.tagName.toLowerCase()}.${node.className} “${(node.innerText || "").slice(0, 40)}”`;
  const hasWords = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  /* The edges between which a node can be seen without scrolling sideways; null where it may be scrolled or is
     shortened with an ellipsis on purpose. */
  const room = (node) => {
    let left = 0, right = innerWidth;
    for (let up = node; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return null;
      if (up === node) continue;
      const box = up.getBoundingClientRect();
      if (scrolls(style) && up.scrollWidth > up.clientWidth) {
        if (up.matches("pre, .block-table, .markdown *, .grid-scroll")) return null;
        found.push(`${named(up)} scrolls sideways`);
        return null;
      }
      if (clips(style) || scrolls(style)) { left = Math.max(left, box.left); right = Math.min(right, box.right); }
    }
    return [left, right];
  };
  for (const node of document.body.querySelectorAll("*")) {
    if (!node.matches("button, input, textarea, select, a") && !hasWords(node)) continue;
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = node.getBoundingClientRect();
    const edges = box.width > 1 && box.height > 1 ? room(node) : null;
    if (!edges) continue;
    if (box.left < edges[0] - 1 || box.right > edges[1] + 1)
      found.push(`${named(node)} from ${box.left} to ${box.right}, seen from ${edges[0]} to ${edges[1]}`);
    else if (hasWords(node) && node.scrollWidth > node.clientWidth + 1 && node.clientWidth
             && getComputedStyle(node).overflowX !== "visible" && !node.matches("pre"))
      found.push(`${named(node)} holds ${node.scrollWidth}, shows ${node.clientWidth}`);
  }
  return [...new Set(found)];
}"""


def cut_off(page: Page) -> list[str]:
    """What is cut off now, in words; names shortened with an ellipsis and wide tables that scroll are meant so."""
    return [str(one) for one in page.evaluate(_LOOK)]
