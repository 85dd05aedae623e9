"""The worksheets `schedule` and `contacts` as people write them: read into lines and contacts, or faults (SPEC §9)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.oncall import Line
from bot.domain.walltime import moment

#: The columns of each worksheet, found by the first row whatever their order; other columns are ignored.
COLUMNS: dict[str, tuple[str, ...]] = {
    "schedule": ("start_time", "end_time", "assignees"),
    "contacts": ("name", "email", "phone"),
}
OPTIONAL = ("email", "phone")  # columns that may be missing
TIME_FORMAT = "%m-%d-%Y %H:%M"

_PHONE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_IN_NUMBERS = re.compile(r"[\s().-]")  # how people part the digits of a phone number

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read, and where. `row` counts as the sheet does, from 1."""

    sheet: str
    row: int
    column: str
    #: no_column, not_a_time, backwards, nobody, no_contact, no_name, twice, not_a_mailbox, not_a_phone, unknown; and of
    #: the whole (row 0) away, taken.
    code: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class SheetContact:
    """A row of `contacts`."""

    row: int
    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read. Assignees of the lines are names of contacts, as those write them."""

    lines: tuple[Line, ...]
    contacts: tuple[SheetContact, ...]
    faults: tuple[Fault, ...]


def read(schedule: Rows, contacts: Rows, zone: ZoneInfo, time_format: str = TIME_FORMAT) -> Sheet:
    """Both worksheets, each with its first row; empty rows are skipped. With a fault nothing is to be used."""
    faults: list[Fault] = []
    known = _contacts(contacts, faults)
    by_name = {one.name.casefold(): one.name for one in known}
    lines = [
        line
        for row, cells in _rows("schedule", schedule, faults)
        if (line := _line(row, cells, by_name, zone, time_format, faults)) is not None
    ]
    return Sheet(tuple(lines), tuple(known), tuple(faults))


def _rows(sheet: str, rows: Rows, faults: list[Fault]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row by its columns; none at all where a column is missing."""
    header = [cell.strip().casefold() for cell in (rows[0] if rows else ())]
    missing = [name for name in COLUMNS[sheet] if name not in header and name not in OPTIONAL]
    faults += [Fault(sheet, 1, name, "no_column") for name in missing]
    if missing:
        return
    places = {name: header.index(name) for name in COLUMNS[sheet] if name in header}
    for number, cells in enumerate(rows[1:], start=2):
        found = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        if any(found.values()):
            yield number, found


def _contacts(rows: Rows, faults: list[Fault]) -> list[SheetContact]:
    found: dict[str, SheetContact] = {}
    for row, cells in _rows("contacts", rows, faults):
        name, email = cells["name"], cells.get("email", "")
        phone = _IN_NUMBERS.sub("", cells.get("phone", ""))
        if not name:
            faults.append(Fault("contacts", row, "name", "no_name"))
        if name.casefold() in found:
            faults.append(Fault("contacts", row, "name", "twice", name))
        if email and not _MAIL.fullmatch(email):
            faults.append(Fault("contacts", row, "email", "not_a_mailbox", email))
        if phone and not _PHONE.fullmatch(phone):
            faults.append(Fault("contacts", row, "phone", "not_a_phone", cells["phone"]))
        found[name.casefold()] = SheetContact(row, name, email, phone)
    return list(found.values())


def _line(
    row: int, cells: Mapping[str, str], names: Mapping[str, str], zone: ZoneInfo, form: str, faults: list[Fault]
) -> Line | None:
    before = len(faults)
    start, end = (_time(row, column, cells[column], form, faults) for column in ("start_time", "end_time"))
    if start is not None and end is not None and end < start:
        faults.append(Fault("schedule", row, "end_time", "backwards", cells["end_time"]))
    given = [name.strip() for name in cells["assignees"].split(",") if name.strip()]
    if not given:
        faults.append(Fault("schedule", row, "assignees", "nobody"))
    faults += [Fault("schedule", row, "assignees", "no_contact", one) for one in given if one.casefold() not in names]
    if len(faults) > before or start is None or end is None:
        return None
    if (end.hour, end.minute) == (23, 59) and end.date() < date.max:  # that minute is meant to be covered, too
        end = end.replace(second=0) + timedelta(minutes=1)
    assignees = tuple(dict.fromkeys(names[one.casefold()] for one in given))
    return Line(moment(start, zone), moment(end, zone), assignees)


def _time(row: int, column: str, given: str, form: str, faults: list[Fault]) -> datetime | None:
    """As a clock on the wall of the sheet's zone shows it."""
    try:
        return datetime.strptime(given, form).replace(tzinfo=None)  # noqa: DTZ007  # a wall time has no zone yet
    except ValueError:
        faults.append(Fault("schedule", row, column, "not_a_time", given))
        return None
