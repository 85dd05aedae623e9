/** The mailbox: what arrived for whom, and one mail at a time (mail_view.js). */

import { fill, h, keyed } from "./dom.js";
import { facesOf, mailView } from "./mail_view.js";
import { avatar } from "./people.js";
import { isSeen, see } from "./seen.js";
import { me, on, people, place, world, zone } from "./store.js";
import { timeOf } from "./when.js";
import { empty, iconButton, optionsOf } from "./widgets.js";

export const unreadMail = () => world.mail.filter((mail) => !isSeen(mail.id)).length;

const isFor = (mail, person) => mail.to.some((to) => to.toLowerCase() === person.email.toLowerCase());
const owner = (mail) => people().find((person) => person.email && isFor(mail, person));

export class MailPanel {
  constructor() {
    this.open = "";
    this.face = "";
    this.box = "all";
    this.shown = "";
    this.head = h("header", { class: "panel-head" });
    this.list = h("div", { class: "mail-list", role: "list", "data-testid": "mail-list" });
    this.view = h("div", { class: "mail-view", "data-testid": "mail-view", hidden: true });
    this.node = h("section", { class: "mail", "aria-label": "Mail" }, this.head, this.list, this.view);
    for (const topic of ["mail", "me", "devices", "state"]) on(topic, () => this.draw());
  }

  draw() {
    const mail = world.mail.find((one) => one.id === this.open);
    this.list.hidden = Boolean(mail);
    this.view.hidden = !mail;
    const back = () => iconButton("left", "Back to the list", "mail-back", () => this.show(""));
    fill(this.head, mail ? [back(), h("h2", {}, "Mail")] : [h("h2", {}, "Mail"), this.chooser()]);
    if (mail) this.drawMail(mail);
    else this.drawList();
  }

  drawMail(mail) {
    if (!facesOf(mail).some(([name]) => name === this.face)) this.face = facesOf(mail)[0][0];
    const key = `${mail.id}/${this.face}`;
    if (key === this.shown) return;
    this.shown = key;
    fill(
      this.view,
      mailView(mail, owner(mail)?.id ?? "", this.face, (face) => this.change({ face })),
    );
  }

  drawList() {
    this.shown = "";
    const wanted = this.box === "me" ? place.me : this.box;
    const mine = world.mail.filter((mail) => wanted === "all" || owner(mail)?.id === wanted).toReversed();
    const rows = mine.map((mail) => ({
      key: mail.id,
      sig: `${isSeen(mail.id)}${zone()}`,
      build: () => h("div", { role: "listitem" }, this.row(mail)),
    }));
    const build = () => empty("mail", "No mail yet. Pages sent by e-mail arrive here.");
    keyed(this.list, rows.length ? rows : [{ key: "none", sig: "none", build }]);
  }

  change(what) {
    Object.assign(this, what);
    this.draw();
  }

  show(id) {
    if (id) see([id]);
    this.change({ open: id, face: "" });
  }

  chooser() {
    const others = people().filter((one) => one.email && one.id !== place.me);
    const mine = [
      ["all", "Everyone's mail"],
      ["me", `${me().display}'s mail`],
    ];
    const choices = [...mine, ...others.map((one) => [one.id, `${one.display}'s mail`])];
    const marks = { "aria-label": "Whose mail", "data-testid": "mail-box" };
    const onchange = (event) => this.change({ box: event.target.value });
    return h("select", { class: "small-select", ...marks, onchange }, optionsOf(choices, this.box));
  }

  row(mail) {
    const person = owner(mail);
    const name = person?.display ?? mail.to.join(", ");
    const marks = { "data-testid": "mail-row", "data-to": mail.to.join(","), "data-mail": mail.id };
    const classes = `mail-row${isSeen(mail.id) ? "" : " unseen"}`;
    return h(
      "button",
      { type: "button", class: classes, ...marks, onclick: () => this.show(mail.id) },
      avatar(person?.id ?? "", 32, name),
      h(
        "span",
        { class: "mail-words" },
        h("span", { class: "mail-top" }, h("strong", {}, name), h("time", {}, timeOf(Date.parse(mail.at), zone()))),
        h("span", { class: "mail-subject" }, mail.subject || "(no subject)"),
        h("span", { class: "mail-snippet" }, mail.text.replace(/\s+/g, " ").slice(0, 140)),
      ),
    );
  }
}
