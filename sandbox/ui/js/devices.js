/** The right side: a rail of panels (phones, mail, sheet, log, faults) and the one that is open. */

import { faultsPanel } from "./faults.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { LogPanel } from "./log.js";
import { MailPanel, unreadMail } from "./mail.js";
import { PhonesPanel, unreadSms } from "./phones.js";
import { isRinging } from "./ringing.js";
import { showPanel } from "./route.js";
import { SheetPanel, wrongCells } from "./sheet.js";
import { drop, keep, on, people, place, world } from "./store.js";

const PANELS = [
  { name: "phones", label: "Phones", sign: "phone", build: () => new PhonesPanel() },
  { name: "mail", label: "Mail", sign: "mail", build: () => new MailPanel() },
  { name: "sheet", label: "Sheet", sign: "table", build: () => new SheetPanel() },
  { name: "log", label: "Log", sign: "log", build: () => new LogPanel() },
  { name: "faults", label: "Faults", sign: "flask", build: faultsPanel },
];

export function devices(node) {
  const rail = h("div", { class: "rail", role: "tablist", "aria-label": "Panels" });
  const box = h("div", { class: "panel" });
  const built = new Map();
  fill(node, box, rail);

  function drawRail() {
    fill(
      rail,
      PANELS.map((panel) => railButton(panel)),
    );
  }

  function follow() {
    (place.panel === "log" ? keep : drop)("log");
    const panel = PANELS.find((one) => one.name === place.panel);
    box.hidden = !panel;
    if (panel && !built.has(panel.name)) built.set(panel.name, panel.build());
    if (panel && box.firstChild !== built.get(panel.name).node) fill(box, built.get(panel.name).node);
    if (panel) built.get(panel.name).draw?.();
    drawRail();
  }

  on("panel", follow);
  for (const topic of ["phones", "mail", "sheets", "faults", "state", "channel", "devices"]) on(topic, drawRail);
}

function railButton({ name, label, sign }) {
  const open = place.panel === name;
  const count = badge(name);
  const ringing = name === "phones" && people().some((one) => isRinging(one.id));
  const attributes = {
    type: "button",
    role: "tab",
    class: `rail-button${ringing ? " ringing" : ""}`,
    "aria-selected": String(open),
    "data-testid": `panel-${name}`,
    "data-badge": count || null,
  };
  const toggle = () => {
    const narrow = matchMedia("(max-width: 760px)").matches;
    if (narrow) document.body.dataset.pane = "devices";
    showPanel(open && !narrow ? "none" : name);
  };
  return h(
    "button",
    { ...attributes, title: label, "aria-label": count ? `${label}, ${count} new` : label, onclick: toggle },
    icon(sign, 20),
    h("span", { class: "rail-label" }, label),
    count ? h("span", { class: "badge" }, String(count)) : null,
  );
}

function badge(name) {
  if (name === "phones") return world.phones.reduce((sum, phone) => sum + unreadSms(phone), 0);
  if (name === "mail") return unreadMail();
  if (name === "sheet") return wrongCells();
  if (name === "faults") return world.faults.filter((fault) => fault.times !== 0).length;
  return 0;
}
