/** The phones: a row of people, and the chosen person's phone with its messages and calls. */

import { post } from "./api.js";
import { callCard, callScreen } from "./call.js";
import { fill, h, keyed, link } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { avatar } from "./people.js";
import { liveCall, stage } from "./ringing.js";
import { isSeen, see } from "./seen.js";
import { announce, now, on, place, user, world, zone } from "./store.js";
import { timeOf } from "./when.js";

const drafts = new Map();
let chosen = "";
let rang = new Set();

export const unreadSms = (phone) => phone.messages.filter((one) => one.direction === "in" && one.received !== false && !isSeen(one.sid)).length;

/** {node, draw()}. The phone of whoever one is comes first; a phone that begins to ring is brought to the front. */
export function phonesPanel() {
  const row = h("div", { class: "phone-row", role: "tablist", "aria-label": "Phones" });
  const device = h("div", { class: "device-frame" });
  const parts = phoneParts();
  const node = h("section", { class: "phones", "aria-label": "Phones" }, h("header", { class: "panel-head" }, h("h2", {}, "Phones")), row, device);

  function draw() {
    bringRinging();
    const phone = world.phones.find((one) => one.number === chosen) ?? world.phones.find((one) => one.user === place.me) ?? world.phones[0];
    fill(row, world.phones.map((one) => tab(one, one === phone)));
    if (!phone) return fill(device, h("p", { class: "empty" }, "No phones yet."));
    if (device.firstChild !== parts.node) fill(device, parts.node);
    parts.draw(phone);
    if (place.panel === "phones" && !document.hidden) see(phone.messages.filter((one) => one.direction === "in").map((one) => one.sid));
  }

  on("phones", draw);
  on("devices", draw);
  on("me", () => ((chosen = ""), draw()));
  on("state", draw);
  return { node, draw };
}

function bringRinging() {
  const ringing = new Set(world.phones.flatMap((phone) => (liveCall(phone) ? [liveCall(phone).sid] : [])));
  const fresh = world.phones.find((phone) => liveCall(phone) && !rang.has(liveCall(phone).sid));
  rang = ringing;
  const busy = world.phones.find((phone) => phone.number === chosen && liveCall(phone) && liveCall(phone).sid !== (fresh && liveCall(fresh).sid));
  if (fresh && !busy && !drafts.get(chosen)) chosen = fresh.number;
}

function tab(phone, on) {
  const call = liveCall(phone);
  const count = on ? 0 : unreadSms(phone);
  const ringing = call && stage(call) === "ringing";
  const attributes = { type: "button", role: "tab", class: `phone-tab${on ? " on" : ""}${ringing ? " ringing" : ""}`, "aria-selected": String(on), "data-testid": "phone-tab", "data-user": phone.user, "data-number": phone.number };
  const name = (user(phone.user)?.display ?? phone.name ?? phone.number).split(" ")[0];
  return h("button", { ...attributes, "aria-label": `${name}'s phone${ringing ? ", ringing" : ""}`, onclick: () => ((chosen = phone.number), announce("devices")) }, h("span", { class: "mini-phone" }, avatar(phone.user, 26)), count ? h("span", { class: "badge" }, String(count)) : null, h("span", {}, name));
}

/** The phone itself: status bar, what is on its screen, and the box to answer in, kept between redraws. */
function phoneParts() {
  const clock = h("span", {});
  const name = h("strong", {});
  const number = h("span", { class: "muted" });
  const thread = h("div", { class: "sms-thread", role: "log", "aria-label": "Text messages", tabindex: "0", "data-testid": "sms-thread" });
  const input = h("input", { class: "sms-input", placeholder: "Text message", "aria-label": "Text message", "data-testid": "sms-input", autocomplete: "off" });
  const send = h("button", { type: "submit", class: "sms-send", "aria-label": "Send text message", "data-testid": "sms-send" }, icon("send", 16));
  const quick = h("div", { class: "sms-quick" });
  const call = () => attempt(() => post("call", { action: "dial", from: at.phone.number }));
  const dial = h("button", { type: "button", class: "icon-button", title: "Call Tocsin", "aria-label": "Call Tocsin", "data-testid": "call-dial", onclick: call }, icon("call"));
  const form = h("form", { class: "sms-form" }, input, send);
  const messages = h("div", { class: "sms" }, h("header", { class: "sms-head" }, avatar("", 30, "Tocsin"), h("div", {}, h("strong", {}, "Tocsin"), number), dial), thread, quick, form);
  const screen = h("div", { class: "screen" }, h("div", { class: "status-bar" }, clock, h("span", { class: "notch" }), h("span", { class: "signal" }, name)), messages);
  const settings = h("div", { class: "phone-settings" });
  const node = h("div", { class: "phone", "data-testid": "phone" }, h("div", { class: "bezel" }, screen), settings);
  const at = { phone: null, call: "" };
  setInterval(() => (clock.textContent = timeOf(now(), zoneOf(at.phone))), 1000);
  form.addEventListener("submit", (event) => (event.preventDefault(), text(at.phone, input)));
  input.addEventListener("input", () => drafts.set(at.phone.number, input.value));

  function draw(phone) {
    const other = at.phone?.number !== phone.number;
    at.phone = phone;
    Object.assign(node.dataset, { user: phone.user, number: phone.number });
    clock.textContent = timeOf(now(), zoneOf(phone));
    name.textContent = user(phone.user)?.display ?? phone.name;
    number.textContent = phone.settings.stopped ? "Blocked: this phone texted STOP" : botNumber(phone);
    if (other) input.value = drafts.get(phone.number) ?? "";
    drawThread(thread, phone, other);
    fill(quick, ["ACK", "DECLINE"].map((word) => h("button", { type: "button", class: "sms-chip", "data-testid": `sms-quick-${word.toLowerCase()}`, onclick: () => sendText(phone, word) }, word)));
    quick.hidden = !phone.messages.some((one) => one.direction === "in");
    drawCall(phone);
    fill(settings, modes(phone));
  }

  function drawCall(phone) {
    const call = liveCall(phone);
    const sig = call ? JSON.stringify([phone.number, call]) : "";
    node.classList.toggle("ringing", Boolean(call) && stage(call) === "ringing");
    if (sig === at.call) return;
    at.call = sig;
    screen.querySelector(".call")?.remove();
    if (call) screen.append(callScreen(call));
  }

  return { node, draw };
}

/** The bot's number, as far as this phone has heard from it. */
function botNumber(phone) {
  const [first] = [...phone.messages, ...phone.calls];
  return first ? (first.direction === "in" ? first.from : first.to) : "";
}

const zoneOf = (phone) => user(phone?.user)?.tz ?? zone();

function drawThread(thread, phone, other) {
  const near = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
  const events = [...phone.messages.map((sms) => ({ at: sms.at, sms })), ...phone.calls.filter((call) => stage(call) === "over").map((call) => ({ at: call.at, call }))];
  events.sort((a, b) => (a.at < b.at ? -1 : 1));
  const rows = events.map((event) => ({ key: (event.sms ?? event.call).sid, sig: JSON.stringify(event), build: () => (event.sms ? bubble(event.sms, phone) : callCard(event.call, zoneOf(phone))) }));
  if (!rows.length) rows.push({ key: "none", sig: phone.number, build: () => h("p", { class: "sms-empty" }, "No messages yet. Pages arrive here, and can be answered.") });
  keyed(thread, rows);
  if (other || near) thread.scrollTop = thread.scrollHeight;
}

const GOOD = new Set(["delivered", "received", "sent", "read"]);
const BAD = new Set(["undelivered", "failed"]);

function bubble(sms, phone) {
  const state = sms.direction === "in" && !GOOD.has(sms.status) ? sms.status : "";
  const lost = BAD.has(sms.status);
  const classes = `bubble ${sms.direction}${lost ? " lost" : ""}`;
  const note = [timeOf(Date.parse(sms.at), zoneOf(phone)), lost ? `not received (${sms.status})` : state].filter(Boolean).join(" · ");
  return h("div", { class: classes, "data-testid": "sms", "data-direction": sms.direction, "data-status": sms.status, "data-sid": sms.sid }, h("div", { class: "bubble-text" }, linked(sms.body)), h("div", { class: "bubble-note" }, note));
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s]+[^\s.,;:!?)])/).map((part, index) => (index % 2 ? link(part, part) : part));
}

async function text(phone, input) {
  const body = input.value.trim();
  if (!body) return;
  input.value = "";
  drafts.delete(phone.number);
  if (!(await sendText(phone, body)) && !input.value) input.value = body;
}

const sendText = (phone, body) => attempt(() => post("sms", { from: phone.number, body }));

const MODES = {
  sms: { label: "Texts", options: { deliver: "arrive", undelivered: "cannot be delivered", fail: "fail at once", silent: "stay unreported" } },
  calls: { label: "Calls", options: { ring: "ring", answer: "answered at once", busy: "busy", no_answer: "not answered", voicemail: "go to voicemail", fail: "fail" } },
};

/** How this phone treats what comes. */
function modes(phone) {
  const { settings } = phone;
  return Object.entries(MODES).map(([name, { label, options }]) => {
    const choose = (event) => attempt(() => post("phone", { number: phone.number, [name]: event.target.value }));
    const rows = Object.entries(options).map(([value, words]) => h("option", { value, selected: settings[name] === value }, words));
    return h("label", { class: "phone-mode" }, `${label} `, h("select", { "data-testid": `phone-${name}`, onchange: choose }, rows));
  });
}
