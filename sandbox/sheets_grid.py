"""A spreadsheet in memory: worksheets of cells, and A1 ranges of them.

The notation: https://developers.google.com/sheets/api/guides/concepts
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Cell = str | float | bool
Rows = list[list[Cell]]

_PLACE = re.compile(r"([A-Za-z]{0,3})([1-9][0-9]{0,6})?", re.ASCII)
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr]\d*[Cc]\d*", re.ASCII)


class BadRange(ValueError):
    """A range that cannot be used; the text is Google's."""


@dataclass
class Worksheet:
    """`cells` may be ragged; what is missing is empty."""

    id: int
    title: str
    row_count: int = 1000
    column_count: int = 26
    frozen_rows: int = 0
    cells: Rows = field(default_factory=list)

    def put(self, row: int, column: int, value: Cell) -> None:
        """Within the grid."""
        self.cells += [[] for _ in range(row + 1 - len(self.cells))]
        held = self.cells[row]
        held += [""] * (column + 1 - len(held))
        held[column] = value
        self.trim()

    def insert(self, at: int, count: int) -> None:
        """Empty rows before the row `at`, from 0."""
        self.row_count += count
        if at < len(self.cells):
            self.cells[at:at] = [[] for _ in range(count)]

    def delete(self, start: int, end: int) -> None:
        """The rows [start, end) go; those below move up."""
        self.row_count -= end - start
        del self.cells[start:end]
        self.trim()

    def resize(self, rows: int, columns: int) -> None:
        """What is outside afterwards is lost."""
        self.row_count, self.column_count = rows, columns
        del self.cells[rows:]
        self.cells = [held[:columns] for held in self.cells]
        self.trim()

    def trim(self) -> None:
        """Nothing empty at the end of a row, and no empty rows at the end."""
        for held in self.cells:
            while held and held[-1] == "":
                held.pop()
        while self.cells and not self.cells[-1]:
            self.cells.pop()


@dataclass
class Spreadsheet:
    """Worksheets in the order of their tabs."""

    id: str
    title: str
    sheets: list[Worksheet] = field(default_factory=list)

    def named(self, title: str) -> Worksheet | None:
        """Titles differ by more than capitals."""
        return next((one for one in self.sheets if one.title.casefold() == title.casefold()), None)

    def numbered(self, number: int) -> Worksheet | None:
        return next((one for one in self.sheets if one.id == number), None)

    def area(self, text: str) -> Area:
        """An A1 range. BadRange where it cannot be read, names no worksheet, or begins outside its grid."""
        title, place = _split(text)
        sheet = self.sheets[0] if title is None else self.named(title)
        if sheet is None and title is not None and place == "" and not text.startswith("'"):
            title, place, sheet = None, text, self.sheets[0]  # no such worksheet: a range of the first one
        if sheet is None:
            raise BadRange(f"Unable to parse range: {text}")
        found = _corners(place)
        if found is None:
            raise BadRange(f"Unable to parse range: {text}")
        top, left, bottom, right = found
        if top >= sheet.row_count or left >= sheet.column_count:
            limits = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
            raise BadRange(f"Range ({quoted(sheet.title)}!{place}) exceeds grid limits. {limits}")
        bottom = sheet.row_count if bottom is None else min(bottom, sheet.row_count)
        right = sheet.column_count if right is None else min(right, sheet.column_count)
        return Area(sheet, top, left, bottom, right)


@dataclass(frozen=True)
class Area:
    """Rows [top, bottom) and columns [left, right) of a worksheet, from 0."""

    sheet: Worksheet
    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """As Google writes it in answers."""
        first, last = f"{letters(self.left)}{self.top + 1}", f"{letters(self.right - 1)}{self.bottom}"
        return f"{quoted(self.sheet.title)}!{first}" + ("" if first == last else f":{last}")

    def values(self) -> Rows:
        """Ragged: nothing empty at the end of a row, and no empty rows at the end."""
        found = [list(held[self.left : self.right]) for held in self.sheet.cells[self.top : self.bottom]]
        for held in found:
            while held and held[-1] == "":
                held.pop()
        while found and not found[-1]:
            found.pop()
        return found

    def clear(self) -> None:
        for row in range(self.top, min(self.bottom, len(self.sheet.cells))):
            for column in range(self.left, self.right):
                if row < len(self.sheet.cells) and column < len(self.sheet.cells[row]):
                    self.sheet.cells[row][column] = ""
        self.sheet.trim()

    def table_end(self) -> int:
        """The row after the table that the area touches: where `values.append` begins to write."""
        rows = self.sheet.cells
        if not any(held[self.left : self.right] for held in rows[self.top : self.bottom]):
            return self.top
        end = max(n for n in range(self.top, min(self.bottom, len(rows))) if any(c != "" for c in rows[n]))
        while end + 1 < len(rows) and any(cell != "" for cell in rows[end + 1]):
            end += 1
        return end + 1


def quoted(title: str) -> str:
    """A worksheet's title as it stands in a range."""
    plain = _PLAIN_TITLE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title)
    return title if plain else "'" + title.replace("'", "''") + "'"


def letters(column: int) -> str:
    """`A` for 0, `AA` for 26."""
    found = ""
    while column >= 0:
        found = chr(ord("A") + column % 26) + found
        column = column // 26 - 1
    return found


def number_of(text: str) -> int:
    """0 for `A`."""
    found = 0
    for letter in text.upper():
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def _split(text: str) -> tuple[str | None, str]:
    """The worksheet's title and the place in it; a title alone means all of it."""
    if text.startswith("'"):
        quoted_title = re.match(r"'((?:[^']|'')+)'(?:!(.+))?$", text)
        if quoted_title is None:
            raise BadRange(f"Unable to parse range: {text}")
        return quoted_title[1].replace("''", "'"), quoted_title[2] or ""
    title, sign, place = text.rpartition("!")
    return (title, place) if sign else (text, "")


def _corners(place: str) -> tuple[int, int, int | None, int | None] | None:
    """(top, left, bottom, right) from 0, the last two exclusive, None where the range is open; None: not a range."""
    if place == "":
        return 0, 0, None, None
    first, sign, last = place.partition(":")
    start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last if sign else first)
    if not start or not end or not start[0] or not end[0] or (not sign and not (start[1] and start[2])):
        return None
    columns = [number_of(one[1]) if one[1] else None for one in (start, end)]
    rows = [int(one[2]) - 1 if one[2] else None for one in (start, end)]
    top, left = rows[0] or 0, columns[0] or 0
    bottom = None if rows[1] is None else rows[1] + 1
    right = None if columns[1] is None else columns[1] + 1
    if bottom is not None and bottom <= top:
        top, bottom = bottom - 1, top + 1
    if right is not None and right <= left:
        left, right = right - 1, left + 1
    return top, left, bottom, right
