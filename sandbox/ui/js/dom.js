/** Builds DOM nodes. Data only ever becomes text nodes and checked attributes here, so no inbound text can become markup. */

const LIVE = new Set(["value", "checked", "disabled", "selected", "readOnly", "indeterminate", "multiple"]);
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "blob:"]);

/** Element `tag` with attributes, `on…` listeners and children (strings, nodes, arrays, or null). */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) setProp(node, key, value);
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function setProp(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "class") node.className = value;
  else if (key === "href" || key === "src") setUrl(node, key, value);
  else if (LIVE.has(key)) node[key] = value;
  else node.setAttribute(key, value === true ? "" : String(value));
}

function setUrl(node, key, value) {
  const safe = safeUrl(value);
  if (safe) node.setAttribute(key, safe);
  else node.setAttribute("data-blocked-url", "");
}

/** The URL when its scheme is one that cannot run script; otherwise null. */
export function safeUrl(url) {
  try {
    return SAFE_SCHEMES.has(new URL(url, location.href).protocol) ? String(url) : null;
  } catch {
    return null;
  }
}

const PERMALINK = /^https?:\/\/[^/]+\/archives\/(\w+)\/p(\d{10})(\d{6})(?:\?thread_ts=([\d.]+))?/;
const FILE = /^https?:\/\/[^/]+\/files\/(F\w+)$/;
const REDIRECT = /^https:\/\/slack\.com\/app_redirect\?channel=(\w+)$/;

/** Where a link into Slack leads on this page (its hash); null for any other link. `as` is whose eyes to see it with. */
export function placeOf(url, as = "") {
  const message = PERMALINK.exec(url);
  const room = message?.[1] ?? (REDIRECT.exec(url) ?? FILE.exec(url))?.[1];
  if (!room) return null;
  const params = new URLSearchParams();
  if (as) params.set("as", as);
  if (message) params.set("at", `${message[2]}.${message[3]}`);
  if (message?.[4]) params.set("thread", message[4]);
  return `#${room}${params.size ? `?${params}` : ""}`;
}

/** A link that opens beside the sandbox and cannot reach back into it; one into Slack leads there on this page. */
export function link(url, ...children) {
  const inside = placeOf(url);
  if (inside) return h("a", { href: inside }, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const BARE_LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/;

/** Plain text with its bare links made links; those into Slack open as the person `as`. */
export function linked(text, as = "") {
  return text.split(BARE_LINK).map((part, index) => {
    if (index % 2 === 0) return part;
    const inside = placeOf(part, as);
    return inside ? h("a", { href: inside }, part) : link(part, part);
  });
}

export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

/**
 * Makes `parent`'s children those of `items` ({key, sig, build}), rebuilding only nodes whose `sig` changed,
 * so that focus, typed text, open previews and scroll positions survive a refresh.
 */
export function keyed(parent, items) {
  const old = parent.keyedNodes ?? new Map();
  const next = new Map();
  items.forEach((item, index) => {
    const known = old.get(item.key);
    const kept = known && known.sig === item.sig;
    const node = kept ? known.node : item.build();
    if (known && !kept && known.node.parentNode === parent) known.node.replaceWith(node);
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
    next.set(item.key, { sig: item.sig, node });
  });
  while (parent.childNodes.length > items.length) parent.lastChild.remove();
  parent.keyedNodes = next;
}

/** Calls `fn` once, `ms` after the last of a burst of calls. */
export function debounce(fn, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...args), ms);
  };
}

export function bytes(size) {
  if (!Number.isFinite(size)) return "";
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} KB` : `${(size / 1048576).toFixed(1)} MB`;
}
