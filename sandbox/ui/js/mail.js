/** The mailbox: what arrived for whom, and one mail at a time as text, as HTML in a locked frame, or with its headers. */

import { bytes, fill, h, keyed, link } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";
import { isSeen, see } from "./seen.js";
import { me, on, people, place, world, zone } from "./store.js";
import { full, timeOf, dayShort } from "./when.js";

let open = "";
let face = "";
let box = "all";

export const unreadMail = () => world.mail.filter((mail) => !isSeen(mail.id)).length;
const owner = (mail) => people().find((one) => one.email && mail.to.some((to) => to.toLowerCase() === one.email.toLowerCase()));

export function mailPanel() {
  const head = h("header", { class: "panel-head" });
  const list = h("div", { class: "mail-list", role: "list", "data-testid": "mail-list" });
  const view = h("div", { class: "mail-view", "data-testid": "mail-view", hidden: true });
  const node = h("section", { class: "mail", "aria-label": "Mail" }, head, list, view);
  let shown = "";

  function draw() {
    const mail = world.mail.find((one) => one.id === open);
    list.hidden = Boolean(mail);
    view.hidden = !mail;
    fill(head, mail ? [backButton(), h("h2", {}, "Mail")] : [h("h2", {}, "Mail"), chooser()]);
    if (mail) return drawMail(mail);
    shown = "";
    const mine = world.mail.filter((one) => box === "all" || owner(one)?.id === (box === "me" ? place.me : box)).toReversed();
    const rows = mine.map((one) => ({ key: one.id, sig: `${one.id}${isSeen(one.id)}${zone()}`, build: () => row(one) }));
    keyed(list, rows.length ? rows : [{ key: "none", sig: box, build: () => h("div", { class: "empty" }, icon("mail", 32), h("p", {}, "No mail yet. Pages sent by e-mail arrive here.")) }]);
  }

  function drawMail(mail) {
    const key = `${mail.id}/${face}`;
    if (key === shown) return;
    shown = key;
    fill(view, mailHead(mail), tabs(mail), content(mail));
  }

  function show(id) {
    open = id;
    face = "";
    if (id) see([id]);
    draw();
  }

  const backButton = () => h("button", { type: "button", class: "icon-button", "aria-label": "Back to the list", "data-testid": "mail-back", onclick: () => show("") }, icon("left"));

  function chooser() {
    const choose = (event) => ((box = event.target.value), draw());
    const options = [["all", "Everyone's mail"], ["me", `${me().display}'s mail`], ...people().filter((one) => one.email && one.id !== place.me).map((one) => [one.id, `${one.display}'s mail`])];
    return h("select", { class: "small-select", "aria-label": "Whose mail", "data-testid": "mail-box", onchange: choose }, options.map(([value, label]) => h("option", { value, selected: value === box }, label)));
  }

  function row(mail) {
    const person = owner(mail);
    const unseen = !isSeen(mail.id);
    const at = Date.parse(mail.at);
    const top = h("span", { class: "mail-top" }, h("strong", {}, person?.display ?? mail.to.join(", ")), h("time", {}, timeOf(at, zone())));
    const snippet = h("span", { class: "mail-snippet" }, (mail.text || "").replace(/\s+/g, " ").slice(0, 140));
    return h("div", { role: "listitem" }, h("button", { type: "button", class: `mail-row${unseen ? " unseen" : ""}`, "data-testid": "mail-row", "data-to": mail.to.join(","), "data-mail": mail.id, onclick: () => show(mail.id) }, avatar(person?.id ?? "", 32, person?.display ?? mail.to[0]), h("span", { class: "mail-words" }, top, h("span", { class: "mail-subject" }, mail.subject || "(no subject)"), snippet)));
  }

  function tabs(mail) {
    const faces = [mail.html ? ["html", "HTML"] : null, ["text", "Text"], ["headers", "Headers"]].filter(Boolean);
    if (!faces.some(([name]) => name === face)) face = faces[0][0];
    return h("div", { class: "tabs small", role: "tablist" }, faces.map(([name, label]) => h("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(name === face), "data-testid": `mail-${name}`, onclick: () => ((face = name), draw()) }, label)));
  }

  on("mail", draw);
  on("me", draw);
  on("devices", draw);
  on("state", draw);
  return { node, draw };
}

function mailHead(mail) {
  const at = Date.parse(mail.at);
  const line = (label, value) => h("div", { class: "mail-line" }, h("span", { class: "muted" }, label), h("span", {}, value));
  return h("div", { class: "mail-head" }, h("h3", { "data-testid": "mail-subject" }, mail.subject || "(no subject)"), line("From", mail.from), line("To", mail.to.join(", ")), line("Date", `${dayShort(at, zone())}, ${full(at / 1000, zone()).split(" at ")[1]}`), (mail.attachments ?? []).map((one) => line("File", `${one.name} (${bytes(one.size)})`)));
}

function content(mail) {
  if (face === "headers") return h("pre", { class: "mail-text" }, headerText(mail.headers));
  if (face === "text" || !mail.html) return h("pre", { class: "mail-text", "data-testid": "mail-text" }, linked(mail.text || "(no text part)"));
  return frame(mail.html);
}

const headerText = (headers) => headers.map(([name, value]) => `${name}: ${value}`).join("\n");

function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/).map((part, index) => (index % 2 ? link(part, part) : part));
}

const LOCKED = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"><base target=\"_blank\">";

/** A mail's HTML: no script, no network, an origin of its own; its links open beside the sandbox. */
function frame(html) {
  return h("iframe", { class: "mail-frame", title: "The mail as HTML", "data-testid": "mail-frame", sandbox: "allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer", srcdoc: `<!doctype html>${LOCKED}${html}` });
}
