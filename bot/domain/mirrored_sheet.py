"""The worksheet `incidents`, which we write: which of its cells are to change so that it shows what it should. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.people import Person, PersonId

TITLE = "incidents"
#: The columns of SPEC §9, from the first on; what stands right of them is other people's.
COLUMNS = (
    "id", "title", "severity", "state", "status", "service", "assignee", "commander", "opened", "acknowledged",
    "resolved", "link",
)  # fmt: skip
#: So many incidents are kept up to date, the newest; rows of older ones stay as they were last written.
MOST = 1000

_NAME = re.compile(r"INC-[1-9]\d*", re.ASCII)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """Incidents that everybody may read, oldest first, with the people they name: no private ones, no drills."""

    incidents: tuple[Incident, ...]
    people: Mapping[PersonId, Person]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that stand below one another, to be written in one go; `first` counts as the sheet does, from 1."""

    first: int
    rows: tuple[Row, ...]

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def is_ours(shown: Sequence[Sequence[str]]) -> bool:
    """Whether the worksheet is empty or has our columns: anything else is somebody's own, and is left alone."""
    return not any(any(row) for row in shown) or _padded(shown[0]) == COLUMNS


def blocks(shown: Sequence[Sequence[str]], wanted: Sequence[Row]) -> list[Block]:
    """What is to be written, with the header where it is missing. A row is known by its id, wherever it was moved to.

    New rows come below everything that is there.
    """
    changed: dict[int, Row] = {} if shown and _padded(shown[0]) == COLUMNS else {1: COLUMNS}
    places: dict[str, int] = {}
    for number, row in enumerate(shown, start=1):
        if row and _NAME.fullmatch(row[0]):
            places.setdefault(row[0], number)
    free = max(len(shown), 1) + 1
    for row in wanted:
        number = places.get(row[0], 0)
        if number == 0:
            number, free = free, free + 1
        elif _padded(shown[number - 1]) == row:
            continue
        changed[number] = row
    return _joined(changed)


def _padded(row: Sequence[str]) -> Row:
    return (*row, *("",) * (len(COLUMNS) - len(row)))[: len(COLUMNS)]


def _joined(changed: Mapping[int, Row]) -> list[Block]:
    found: list[Block] = []
    for number in sorted(changed):
        if found and found[-1].last == number - 1:
            found[-1] = Block(found[-1].first, (*found[-1].rows, changed[number]))
        else:
            found.append(Block(number, (changed[number],)))
    return found
