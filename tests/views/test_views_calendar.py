"""Calendars: what shifts are called, and a document that every parser takes, whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.domain.feeds import Almanac, Feed
from bot.domain.oncall import Slot
from bot.domain.people import Person
from bot.views.calendar import document, folded

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EVIL = "<!channel> \x00\x1b[31m\u202e\nEND:VCALENDAR\\, \\n; \u2028 BEGIN:VEVENT"
ALICE, BOB = Person(1, "Alice Chen"), Person(2, "Bob; Okafor, the \\second")


def almanac(
    schedule: str = "payments", *held: Slot, version: int = 3, people: tuple[Person, ...] = (ALICE, BOB)
) -> Almanac:
    slots = list(held) or [Slot(7, "payments", 2, NOW, NOW + timedelta(hours=8))]
    feed = Feed("hash", 1, schedule, NOW)
    return Almanac(feed, ALICE, slots, {one.id: one for one in people}, {"payments": version})


def test_a_shift_of_a_schedule_says_who_in_utc_and_escapes_what_they_are_called() -> None:
    lines = document(almanac(), NOW).split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    assert event[2:7] == [
        "SEQUENCE:3",
        "DTSTAMP:20261124T120000Z",
        "DTSTART:20261124T120000Z",
        "DTEND:20261124T200000Z",
        "SUMMARY:Bob\\; Okafor\\, the \\\\second on call: payments",
    ]
    assert (lines[0], lines[4], lines[-2:]) == ("BEGIN:VCALENDAR", "METHOD:PUBLISH", ["END:VCALENDAR", ""])


def test_a_person_reads_their_own_shifts_without_their_name() -> None:
    [event] = Calendar.from_ical(document(almanac(""), NOW)).walk("VEVENT")
    assert (event["SUMMARY"], event.start, event.end) == ("On call: payments", NOW, NOW + timedelta(hours=8))


def test_a_shift_keeps_its_uid_when_somebody_else_takes_it_and_its_sequence_rises() -> None:
    before = almanac("payments", Slot(7, "payments", 2, NOW, NOW + timedelta(hours=8)))
    after = almanac("payments", Slot(9, "payments", 1, NOW, NOW + timedelta(hours=4)), version=4)
    [one], [other] = (Calendar.from_ical(document(shown, NOW)).walk("VEVENT") for shown in (before, after))
    assert one["UID"] == other["UID"]
    assert (one["SEQUENCE"], other["SEQUENCE"]) == (3, 4)


@pytest.mark.parametrize("name", [EVIL, "x" * 300, "Ünïcödé 火" * 40, "a\r\nATTENDEE:mailto:a@example.com", ""])
def test_whatever_people_are_called_is_one_summary_and_no_other_line(name: str) -> None:
    text = document(almanac("payments", people=(ALICE, Person(2, name))), NOW)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert sorted(event) == sorted(
        ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP"]
    )
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\n" not in text.replace("\r\n", "")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_folded_lines_unfold_to_what_they_were(line: str) -> None:
    parts = list(folded(line))
    assert "\r\n".join(parts).replace("\r\n ", "") == line
    assert max(len(part.encode()) for part in parts) <= 75
