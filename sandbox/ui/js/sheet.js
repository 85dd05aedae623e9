/** The spreadsheet: the rota of the service `reports` to type into, and what Tocsin says of it. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { Grid } from "./sheet_grid.js";
import { said, stands } from "./sheet_said.js";
import { now, on, place, world } from "./store.js";
import { empty, optionsOf, tabs } from "./widgets.js";

const ACCESS = [
  ["writer", "Tocsin may edit"],
  ["reader", "Tocsin may only read"],
  ["none", "Not shared with Tocsin"],
];
const TIME = /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d)$/;

/** How many cells Tocsin complained of that were not touched since. */
export const wrongCells = () => (said()?.faults ?? []).filter(stands).length;

export class SheetPanel {
  constructor() {
    this.open = "schedule";
    this.grids = new Map();
    this.share = h("select", { class: "small-select", "aria-label": "What Tocsin may do", "data-testid": "sheet-share" });
    this.share.addEventListener("change", () => attempt(() => post("share", { access: this.share.value })));
    this.title = h("strong", {});
    this.tabs = h("div", { class: "tabs small", role: "tablist", "aria-label": "Worksheets" });
    this.box = h("div", { class: "grid-box" });
    this.notes = h("div", { class: "sheet-notes", role: "status", "data-testid": "sheet-notes" });
    const add = () => this.grids.get(this.open)?.begin();
    const marks = { "data-testid": "sheet-add" };
    const foot = h(
      "footer",
      { class: "sheet-foot" },
      h("button", { type: "button", class: "button small", ...marks, onclick: add }, icon("plus", 14), "Row"),
      h("span", { class: "hint" }, "Tocsin looks every few seconds."),
    );
    const head = h("header", { class: "panel-head" }, h("h2", {}, "Sheet"), this.share);
    const parts = [head, this.about(), this.tabs, this.box, this.notes, foot];
    this.node = h("section", { class: "sheet", "aria-label": "Sheet" }, parts);
    for (const topic of ["sheets", "channel", "clock"]) on(topic, () => this.draw());
    setInterval(() => this.draw(), 30_000);
  }

  about() {
    return h(
      "div",
      { class: "sheet-about" },
      this.title,
      h(
        "p",
        { class: "hint" },
        "Who is paged for the service ",
        h("code", {}, "reports"),
        ". Put somebody else first in the row marked ",
        h("span", { class: "now-mark" }, "now"),
        ", then type ",
        h("code", {}, "/incident declare sev2 reports are late"),
        ".",
      ),
    );
  }

  draw() {
    if (place.panel !== "sheet") return;
    const { sheets, title, access } = world.sheets;
    if (this.share.value !== access) fill(this.share, optionsOf(ACCESS, access));
    this.title.textContent = title;
    if (!sheets.length) return fill(this.box, empty("table", "There is no sheet."));
    if (!sheets.some((one) => one.title === this.open)) this.open = sheets[0].title;
    const faces = sheets.map((one) => [one.title, one.title]);
    fill(
      this.tabs,
      tabs(faces, this.open, (open) => this.choose(open), "sheet"),
    );
    const found = said();
    const wrong = (found?.faults ?? []).filter(stands);
    const { rows } = sheets.find((one) => one.title === this.open);
    const grid = this.grid(this.open);
    if (this.box.firstChild !== grid.node) fill(this.box, grid.node);
    const mine = wrong.filter((one) => one.sheet === this.open);
    grid.draw(rows, mine, this.open === "schedule" ? inForce(rows) : -1);
    fill(this.notes, found ? this.complaint(found, wrong) : null);
    this.notes.hidden = !found;
  }

  grid(title) {
    if (!this.grids.has(title)) this.grids.set(title, new Grid(title));
    return this.grids.get(title);
  }

  choose(title) {
    this.open = title;
    this.draw();
  }

  complaint({ to, other }, wrong) {
    const seek = (one) => () => (this.choose(one.sheet), this.grid(one.sheet).goTo(one));
    const lines = wrong.map((one) => {
      const place = `${one.sheet}, row ${one.row}, ${one.column}`;
      const button = h("button", { type: "button", class: "linkish", onclick: seek(one) }, place);
      return h("li", { "data-testid": "sheet-fault", "data-row": one.row, "data-column": one.column }, button, `: ${one.words}`);
    });
    const rest = other.map((words) => h("li", {}, words));
    const waits = !lines.length && !rest.length ? h("p", {}, "Changed since; Tocsin will look again.") : null;
    const head = `Tocsin told ${to}: not followed, the last good copy stays in force.`;
    return [icon("warn", 16), h("div", {}, h("strong", {}, head), h("ul", {}, lines, rest), waits)];
  }
}

/** The first row whose time has come, as the sandbox's clock goes; times are UTC, an end of 23:59 includes that minute. */
function inForce(rows) {
  const names = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
  const [start, end] = ["start_time", "end_time"].map((name) => names.indexOf(name));
  const at = now();
  return rows.findIndex((row) => {
    const [since, until] = [time(row[start]), time(row[end])];
    const last = /23:59$/.test(row[end]?.trim() ?? "") ? 60_000 : 0;
    return since !== null && until !== null && since <= at && at < until + last;
  });
}

function time(text) {
  const found = TIME.exec((text ?? "").trim());
  if (!found) return null;
  const [month, day, year, hour, minute] = found.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute);
}
