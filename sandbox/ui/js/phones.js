/** The phones: a row of people, and the chosen person's phone (phone.js). */

import { fill, h } from "./dom.js";
import { avatar } from "./people.js";
import { hasDraft, Phone } from "./phone.js";
import { liveCall, stage } from "./ringing.js";
import { isSeen, see } from "./seen.js";
import { on, place, user, world } from "./store.js";

const received = (phone) => phone.messages.filter((one) => one.direction === "in" && one.received);

export const unreadSms = (phone) => received(phone).filter((one) => !isSeen(one.sid)).length;

/** The phone of whoever one is comes first; one that begins to ring is brought to the front. */
export class PhonesPanel {
  constructor() {
    this.chosen = "";
    this.rang = new Set();
    this.row = h("div", { class: "phone-row", role: "tablist", "aria-label": "Phones" });
    this.frame = h("div", { class: "device-frame" });
    this.phone = new Phone();
    const head = h("header", { class: "panel-head" }, h("h2", {}, "Phones"));
    this.node = h("section", { class: "phones", "aria-label": "Phones" }, head, this.row, this.frame);
    for (const topic of ["phones", "devices", "state"]) on(topic, () => this.draw());
    on("me", () => this.choose(""));
  }

  choose(number) {
    this.chosen = number;
    this.draw();
  }

  draw() {
    this.bringRinging();
    const phone = this.front();
    const rows = world.phones.map((one) => tab(one, one === phone, () => this.choose(one.number)));
    fill(this.row, rows);
    if (!phone) return fill(this.frame, h("p", { class: "empty" }, "Nobody here has a phone."));
    if (this.frame.firstChild !== this.phone.node) fill(this.frame, this.phone.node);
    this.phone.draw(phone);
    if (place.panel === "phones" && !document.hidden) see(received(phone).map((one) => one.sid));
  }

  front() {
    const numbered = world.phones.find((one) => one.number === this.chosen);
    return numbered ?? world.phones.find((one) => one.user === place.me) ?? world.phones[0];
  }

  /** A call that begins comes to the front, unless the phone there is on a call or being typed into. */
  bringRinging() {
    const calls = world.phones.flatMap((phone) => (liveCall(phone) ? [{ phone, sid: liveCall(phone).sid }] : []));
    const fresh = calls.find(({ sid }) => !this.rang.has(sid));
    const busy = calls.some(({ phone, sid }) => phone.number === this.chosen && this.rang.has(sid));
    this.rang = new Set(calls.map(({ sid }) => sid));
    if (fresh && !busy && !hasDraft(this.chosen)) this.chosen = fresh.phone.number;
  }
}

function tab(phone, on, choose) {
  const call = liveCall(phone);
  const ringing = Boolean(call) && stage(call) === "ringing";
  const count = on ? 0 : unreadSms(phone);
  const name = (user(phone.user)?.display ?? phone.name).split(" ")[0];
  const classes = `phone-tab${on ? " on" : ""}${ringing ? " ringing" : ""}`;
  const marks = { "data-testid": "phone-tab", "data-user": phone.user, "data-number": phone.number };
  const label = `${name}'s phone${ringing ? ", ringing" : ""}`;
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      class: classes,
      "aria-selected": String(on),
      "aria-label": label,
      ...marks,
      onclick: choose,
    },
    h("span", { class: "mini-phone" }, avatar(phone.user, 26)),
    count ? h("span", { class: "badge" }, String(count)) : null,
    h("span", {}, name),
  );
}
