/** One mail: its head, and its body as HTML in a locked frame, as text, or as headers. */

import { bytes, h, linked, placeOf } from "./dom.js";
import { zone } from "./store.js";
import { dayShort, timeWithSeconds } from "./when.js";
import { tabs } from "./widgets.js";

/** The ways to look at a mail: [name, label], the best one first. */
export const facesOf = (mail) => [...(mail.html ? [["html", "HTML"]] : []), ["text", "Text"], ["headers", "Headers"]];

/** A mail as `reader` (a person's id) sees it; `choose` hears which face is wanted. */
export function mailView(mail, reader, face, choose) {
  return [
    head(mail),
    h("div", { class: "tabs small", role: "tablist" }, tabs(facesOf(mail), face, choose, "mail")),
    content(mail, reader, face),
  ];
}

function head(mail) {
  const at = Date.parse(mail.at);
  const line = (label, value) =>
    h("div", { class: "mail-line" }, h("span", { class: "muted" }, label), h("span", {}, value));
  return h(
    "div",
    { class: "mail-head" },
    h("h3", { "data-testid": "mail-subject" }, mail.subject || "(no subject)"),
    line("From", mail.from),
    line("To", mail.to.join(", ")),
    line("Date", `${dayShort(at, zone())}, ${timeWithSeconds(at, zone())}`),
    mail.attachments.map((one) => line("File", `${one.name} (${bytes(one.size)})`)),
  );
}

function content(mail, reader, face) {
  if (face === "html") return frame(inward(mail.html, reader));
  const words = face === "text" ? linked(mail.text || "(no text part)", reader) : headerText(mail.headers);
  return h("pre", { class: "mail-text", "data-testid": "mail-body" }, words);
}

const headerText = (headers) => headers.map(([name, value]) => `${name}: ${value}`).join("\n");

const REDIRECTS = /https:\/\/slack\.com\/app_redirect\?channel=\w+/g;

/** The HTML with its links into Slack leading to this page. */
const inward = (html, reader) => html.replace(REDIRECTS, (url) => `${location.origin}/${placeOf(url, reader)}`);

const LOCKED =
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">` +
  `<base target="_blank"><style>body{font:14px/1.5 Inter,Arial,sans-serif;margin:0;color:#1d1c1d}</style>`;

/** A mail's HTML: no script, no network, an origin of its own; its links open beside the sandbox. */
function frame(html) {
  const locks = { sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer" };
  const marks = { title: "The mail as HTML", "data-testid": "mail-frame" };
  return h("iframe", { class: "mail-frame", ...marks, ...locks, srcdoc: `<!doctype html>${LOCKED}${html}` });
}
