/** What Tocsin last told an admin about the spreadsheet: nothing, or the cells that it cannot read. */

import { botDm, messagesOf, people, world } from "./store.js";

const BROKEN = /spreadsheet is not followed/;
const MENDED = /spreadsheet is followed again/;
const LINE = /^• (\w+), row (\d+), (\w+): (.+)$/;
const GIVEN = /“(.*)”/;

/** The newest word on it, as {to, faults: [{sheet, row, column, words, given}], other}; null where all is well. */
export function said() {
  const heard = people()
    .filter((person) => person.isAdmin)
    .flatMap((person) => messagesOf(botDm(person.id)?.id).map((message) => ({ person, message })))
    .filter(({ message }) => BROKEN.test(message.text) || MENDED.test(message.text))
    .sort((a, b) => Number(a.message.ts) - Number(b.message.ts))
    .at(-1);
  if (!heard || MENDED.test(heard.message.text)) return null;
  const lines = heard.message.text.split("\n").slice(1);
  const found = lines.map((line) => LINE.exec(line)).filter(Boolean);
  const other = lines.filter((line) => line.startsWith("• ") && !LINE.test(line)).map((line) => line.slice(2));
  return { to: heard.person.display, faults: found.map(fault), other };
}

function fault([, sheet, row, column, words]) {
  return { sheet, row: Number(row), column, words, given: plain(GIVEN.exec(words)?.[1] ?? "") };
}

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** Whether what was wrong still stands there: a cell that was changed since is given the benefit of the doubt. */
export function stands({ sheet, row, column, given }) {
  const found = world.sheets.sheets.find((one) => one.title === sheet);
  const place = found?.rows[0]?.findIndex((name) => name.trim().toLowerCase() === column) ?? -1;
  if (place < 0) return true;
  const text = found.rows[row - 1]?.[place] ?? "";
  return given ? text.includes(given.replace(/…$/, "")) : !text.trim();
}
