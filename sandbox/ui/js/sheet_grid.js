/** One worksheet as a grid of cells to type into. Cells are kept from draw to draw, so that typing is never lost. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";

/** In ems, so that a narrow window shows more of each. */
const WIDTHS = {
  start_time: 10.4,
  end_time: 10.4,
  assignees: 13,
  name: 9,
  email: 13.5,
  phone: 9.2,
  id: 5,
  title: 16,
  link: 26,
};
const WIDTH = 9;
const NUMBERS = 3.2;
const HINTS = { start_time: "MM-DD-YYYY HH:MM", end_time: "MM-DD-YYYY HH:MM", assignees: "names, by comma" };

const letter = (column) => String.fromCharCode(65 + column);

export class Grid {
  constructor(title) {
    this.title = title;
    this.rows = [];
    this.head = h("tr", {});
    this.columns = h("colgroup", {});
    this.body = h("tbody", {});
    this.table = h("table", { class: "grid" }, this.columns, h("thead", {}, this.head), this.body);
    const marks = { "data-testid": "sheet-grid", "data-sheet": title, "aria-label": `Worksheet ${title}` };
    this.node = h("div", { class: "grid-scroll", ...marks }, this.table);
    this.body.addEventListener("keydown", (event) => this.walk(event));
  }

  /** `rows` are texts; `faults` are of this worksheet; `now` is the index of the row that is in force, or -1. */
  draw(rows, faults, now) {
    const wide = Math.max(3, ...rows.map((row) => row.length));
    if (wide !== this.wide) this.setWidth(wide, rows[0] ?? []);
    while (this.rows.length < rows.length + 1) this.addRow();
    while (this.rows.length > rows.length + 1) this.rows.pop().node.remove();
    const names = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
    this.rows.forEach((row, index) => {
      const last = index === rows.length;
      row.node.className = index === 0 ? "header" : last ? "spare" : index === now ? "now" : "";
      row.mark.textContent = index === now ? "now" : "";
      row.off.hidden = index === 0 || last;
      const wrong = faults.filter((one) => one.row === index + 1);
      row.cells.forEach((cell, column) => {
        this.show(cell, rows[index]?.[column] ?? "", index > 0 ? wrong.find((one) => one.column === names[column]) : null);
        cell.placeholder = last && index > 0 ? (HINTS[names[column]] ?? "") : "";
      });
    });
  }

  setWidth(wide, names) {
    this.wide = wide;
    const widths = Array.from({ length: wide }, (_, n) => WIDTHS[names[n]?.trim().toLowerCase()] ?? WIDTH);
    const all = [NUMBERS, ...widths];
    fill(
      this.columns,
      all.map((width) => h("col", { style: `width: ${width}em` })),
    );
    this.table.style.minWidth = `${all.reduce((sum, width) => sum + width, 0)}em`;
    fill(
      this.head,
      h("th", { class: "corner" }),
      widths.map((_, n) => h("th", { scope: "col" }, letter(n))),
    );
    for (const row of this.rows) row.node.remove();
    this.rows = [];
  }

  show(cell, text, fault) {
    const typing = cell === document.activeElement && cell.value !== cell.dataset.was;
    cell.dataset.was = text;
    if (!typing) cell.value = text;
    cell.parentNode.classList.toggle("bad", Boolean(fault));
    cell.title = fault?.words ?? (text.length > 16 ? text : "");
    cell.setAttribute("aria-invalid", String(Boolean(fault)));
  }

  addRow() {
    const row = { number: this.rows.length + 1, mark: h("span", { class: "now-mark" }) };
    row.cells = Array.from({ length: this.wide }, (_, column) => this.cell(row.number, column + 1));
    const marks = { title: "Remove this row", "aria-label": `Remove row ${row.number}`, "data-testid": "sheet-row-remove" };
    const remove = () => this.change("sheet_row", { row: row.number, action: "remove" });
    row.off = h("button", { type: "button", class: "row-off", tabindex: "-1", ...marks, onclick: remove }, icon("close", 12));
    const number = h("th", { scope: "row" }, h("span", { class: "row-number" }, String(row.number)), row.mark, row.off);
    row.node = h("tr", { "data-testid": "sheet-row", "data-row": row.number }, number, row.cells.map((one) => h("td", {}, one)));
    this.rows.push(row);
    this.body.append(row.node);
  }

  cell(row, column) {
    const place = `${letter(column - 1)}${row}`;
    const marks = { "data-testid": "cell", "data-cell": place, "aria-label": place, autocomplete: "off", spellcheck: "false" };
    const cell = h("input", { class: "cell", ...marks });
    cell.addEventListener("change", () => this.type(cell, row, column));
    return cell;
  }

  /** What was typed stays on the screen where it could not be kept. */
  async type(cell, row, column) {
    const { was } = cell.dataset;
    if (cell.value === was) return;
    cell.dataset.was = cell.value;
    const kept = await this.change("cell", { row, column, text: cell.value });
    if (!kept) cell.dataset.was = was;
  }

  change(call, body) {
    return attempt(() => post(call, { sheet: this.title, ...body }));
  }

  /** Enter and the arrows go from row to row, Escape takes back what was typed. */
  walk(event) {
    const { target, key } = event;
    if (!target.classList.contains("cell") || event.isComposing) return;
    if (key === "Escape") target.value = target.dataset.was;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[key];
    if (!step) return;
    event.preventDefault();
    const [, column, row] = /([A-Z])(\d+)/.exec(target.dataset.cell);
    const next = this.find(`${column}${Number(row) + step}`);
    if (next) this.enter(next);
    else target.blur();
  }

  find(place) {
    return this.body.querySelector(`[data-cell="${place}"]`);
  }

  enter(cell) {
    cell.focus({ preventScroll: true });
    cell.select();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Puts the cursor into the empty row below everything. */
  begin() {
    this.enter(this.rows.at(-1).cells[0]);
  }

  /** Puts the cursor where something is wrong. */
  goTo({ row, column }) {
    const names = this.rows[0].cells.map((cell) => cell.value.trim().toLowerCase());
    const cell = this.rows[row - 1]?.cells[Math.max(0, names.indexOf(column))];
    if (cell) this.enter(cell);
  }
}
