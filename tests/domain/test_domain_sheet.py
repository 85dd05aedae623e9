"""A sheet is read as people write it, and what cannot be read is named by sheet, row and column."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.oncall import Line
from bot.domain.sheet import Fault, SheetContact, read

HEAD = ["start_time", "end_time", "assignees"]
CONTACTS = [["name", "email", "phone"], ["Alice", "alice@acme.example", "+1 555 010-0001"], ["Bob", "", ""]]
ZONE = ZoneInfo("UTC")


def faults(*rows: list[str], contacts: list[list[str]] = CONTACTS) -> list[Fault]:
    return list(read([HEAD, *rows], contacts, ZONE).faults)


def test_an_end_of_23_59_includes_that_minute_and_assignees_keep_their_order() -> None:
    sheet = read([HEAD, ["11-24-2026 00:00", "11-24-2026 23:59", "bob, Alice, Bob"]], CONTACTS, ZONE)
    day, next_day = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    assert sheet.lines == (Line(day, next_day, ("Bob", "Alice")),)
    assert sheet.contacts == (SheetContact(2, "Alice", "alice@acme.example", "+15550100001"), SheetContact(3, "Bob"))
    assert sheet.faults == ()


def test_times_are_of_the_sheet_s_zone_and_format() -> None:
    rows = [HEAD, ["2026-07-01 09:00", "2026-07-01 17:00", "Bob"]]
    [line] = read(rows, CONTACTS, ZoneInfo("Europe/Berlin"), "%Y-%m-%d %H:%M").lines
    assert (line.start, line.end) == (datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 15, tzinfo=UTC))


def test_for_ever_may_be_written_as_the_last_day_there_is() -> None:
    rows = [HEAD, ["11-24-2026 00:00", "12-31-9999 23:59", "Bob"]]
    [line] = read(rows, CONTACTS, ZoneInfo("America/New_York")).lines
    assert (line.start, line.end) == (
        datetime(2026, 11, 24, 5, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    )


def test_columns_are_found_by_name_and_empty_or_short_rows_are_no_fault() -> None:
    rows = [["note", "Assignees ", "END_TIME", "start_time"], [], ["", " "]]
    sheet = read([*rows, ["x", "Bob", "11-24-2026 12:00", "11-24-2026 10:00"]], [["Name"], ["Bob"]], ZONE)
    assert ([line.assignees for line in sheet.lines], sheet.faults) == ([("Bob",)], ())


@pytest.mark.parametrize(
    ("row", "column", "code", "given"),
    [
        (["24.11.2026", "11-24-2026 12:00", "Bob"], "start_time", "not_a_time", "24.11.2026"),
        (["11-24-2026 10:00", "", "Bob"], "end_time", "not_a_time", ""),
        (["11-24-2026 10:00", "11-24-2026 09:00", "Bob"], "end_time", "backwards", "11-24-2026 09:00"),
        (["11-24-2026 10:00", "11-24-2026 12:00", " , "], "assignees", "nobody", ""),
        (["11-24-2026 10:00", "11-24-2026 12:00", "Bob, Eve"], "assignees", "no_contact", "Eve"),
    ],
)
def test_a_bad_row_is_named_by_row_and_column(row: list[str], column: str, code: str, given: str) -> None:
    good = ["11-24-2026 08:00", "11-24-2026 10:00", "Alice"]
    assert faults(good, row) == [Fault("schedule", 3, column, code, given)]


def test_a_bad_contact_is_named_in_the_same_way() -> None:
    bad = [["name", "email", "phone"], ["", "x", "12"], ["Bob", "", ""], ["BOB", "", ""]]
    assert faults(contacts=bad) == [
        Fault("contacts", 2, "name", "no_name"),
        Fault("contacts", 2, "email", "not_a_mailbox", "x"),
        Fault("contacts", 2, "phone", "not_a_phone", "12"),
        Fault("contacts", 4, "name", "twice", "BOB"),
    ]


def test_a_missing_column_is_one_fault_and_no_row_is_read_without_it() -> None:
    sheet = read([["start_time", "assignees"], ["rubbish", "Eve"]], [], ZONE)
    assert sheet.faults == (Fault("contacts", 1, "name", "no_column"), Fault("schedule", 1, "end_time", "no_column"))
