/** One phone: status bar, text messages and calls on its screen, the box to answer in, and how it treats what comes. */

import { post } from "./api.js";
import { callScreen } from "./call.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { avatar } from "./people.js";
import { liveCall, stage } from "./ringing.js";
import { drawThread } from "./sms.js";
import { now, on, user } from "./store.js";
import { timeOf } from "./when.js";
import { iconButton, optionsOf } from "./widgets.js";

const drafts = new Map();
const QUICK = ["ACK", "DECLINE"];

/** Whether something is typed but not sent on this phone. */
export const hasDraft = (number) => Boolean(drafts.get(number));

const zoneOf = (phone) => user(phone.user)?.tz ?? "UTC";
const sendText = (phone, body) => attempt(() => post("sms", { from: phone.number, body }));

export class Phone {
  constructor() {
    this.phone = null;
    this.callShown = "";
    this.clock = h("span", {});
    this.owner = h("strong", {});
    this.number = h("span", { class: "muted" });
    this.quick = h("div", { class: "sms-quick" });
    this.settings = h("div", { class: "phone-settings" });
    this.thread = h("div", {
      class: "sms-thread",
      role: "log",
      "aria-label": "Text messages",
      tabindex: "0",
      "data-testid": "sms-thread",
    });
    const bar = h(
      "div",
      { class: "status-bar" },
      this.clock,
      h("span", { class: "notch" }),
      h("span", { class: "signal" }, this.owner),
    );
    const messages = h("div", { class: "sms" }, this.head(), this.thread, this.quick, this.form());
    this.screen = h("div", { class: "screen" }, bar, messages);
    this.node = h(
      "div",
      { class: "phone", "data-testid": "phone" },
      h("div", { class: "bezel" }, this.screen),
      this.settings,
    );
    setInterval(() => this.tick(), 1000);
    on("clock", () => this.tick());
  }

  head() {
    const dial = () => attempt(() => post("call", { action: "dial", from: this.phone.number }));
    const name = h("div", {}, h("strong", {}, "Tocsin"), this.number);
    return h(
      "header",
      { class: "sms-head" },
      avatar("", 30, "Tocsin"),
      name,
      iconButton("call", "Call Tocsin", "call-dial", dial),
    );
  }

  form() {
    const marks = { "aria-label": "Text message", "data-testid": "sms-input", autocomplete: "off" };
    this.input = h("input", { class: "sms-input", placeholder: "Text message", ...marks });
    this.input.addEventListener("input", () => drafts.set(this.phone.number, this.input.value));
    const label = { "aria-label": "Send text message", "data-testid": "sms-send" };
    const form = h(
      "form",
      { class: "sms-form" },
      this.input,
      h("button", { type: "submit", class: "sms-send", ...label }, icon("send", 16)),
    );
    form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    return form;
  }

  async send() {
    const { phone, input } = this;
    const body = input.value.trim();
    if (!body) return;
    input.value = "";
    drafts.delete(phone.number);
    const sent = await sendText(phone, body);
    if (!sent && this.phone === phone && !input.value) input.value = body;
  }

  draw(phone) {
    const other = this.phone?.number !== phone.number;
    this.phone = phone;
    Object.assign(this.node.dataset, { user: phone.user, number: phone.number });
    this.owner.textContent = user(phone.user)?.display ?? phone.name;
    this.number.textContent = phone.settings.stopped ? "Blocked: this phone texted STOP" : botNumber(phone);
    if (other) this.input.value = drafts.get(phone.number) ?? "";
    drawThread(this.thread, phone, zoneOf(phone), other);
    this.drawQuick(phone);
    this.drawCall(phone);
    fill(this.settings, modes(phone));
    this.tick();
  }

  tick() {
    if (this.phone) this.clock.textContent = timeOf(now(), zoneOf(this.phone));
  }

  drawQuick(phone) {
    this.quick.hidden = !phone.messages.some((one) => one.direction === "in");
    const chip = (word) => {
      const marks = { "data-testid": `sms-quick-${word.toLowerCase()}` };
      return h("button", { type: "button", class: "sms-chip", ...marks, onclick: () => sendText(phone, word) }, word);
    };
    fill(this.quick, QUICK.map(chip));
  }

  /** A call covers the screen; it is redrawn only when something was said or done. */
  drawCall(phone) {
    const call = liveCall(phone);
    this.node.classList.toggle("ringing", Boolean(call) && stage(call) === "ringing");
    const sig = call ? JSON.stringify([phone.number, call]) : "";
    if (sig === this.callShown) return;
    this.callShown = sig;
    this.screen.querySelector(".call")?.remove();
    if (call) this.screen.append(callScreen(call));
  }
}

/** The bot's number, as far as this phone has heard from it. */
function botNumber(phone) {
  const [first] = [...phone.messages, ...phone.calls];
  return first ? (first.direction === "in" ? first.from : first.to) : "";
}

const SMS = [
  ["deliver", "arrive"],
  ["undelivered", "cannot be delivered"],
  ["fail", "fail at once"],
  ["silent", "stay unreported"],
];
const CALLS = [
  ["ring", "ring"],
  ["answer", "are answered"],
  ["busy", "find it busy"],
  ["no_answer", "are not answered"],
  ["voicemail", "go to voicemail"],
  ["fail", "fail"],
];

/** How this phone treats what comes. */
function modes(phone) {
  const mode = (name, label, choices) => {
    const onchange = (event) => attempt(() => post("phone", { number: phone.number, [name]: event.target.value }));
    const options = optionsOf(choices, phone.settings[name]);
    return h(
      "label",
      { class: "phone-mode" },
      label,
      h("select", { "data-testid": `phone-${name}`, onchange }, options),
    );
  };
  return [mode("sms", "Texts", SMS), mode("calls", "Calls", CALLS)];
}
