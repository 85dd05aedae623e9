"""A calendar feed means shifts: repeated on the wall clock, with its exceptions, and nothing hostile costs much."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.feeds import Almanac, Feed
from bot.domain.oncall import Slot
from bot.domain.people import Person
from bot.domain.sources import Named, Read, Trouble
from bot.views.calendar import document
from integrations import ical

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(weeks=8)
HOUR = timedelta(hours=1)
ALICE = Person(1, "Alice Chen")
#: A line without its folds: a name, parameters, a value.
LINE = re.compile(r'[A-Z-]+(?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*:[^\x00-\x08]*')

#: Berlin by rules of its own, under a name that no zone has.
CUSTOM = """\
BEGIN:VTIMEZONE
TZID:Our Office
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "1", who: str = "SUMMARY:Alice") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", who, *lines, "END:VEVENT", ""])


def feed(*parts: str) -> bytes:
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(*parts: str, zone: str = "Europe/Berlin") -> Read:
    return ical.read(feed(*parts), zone, START, END)


def shifts(*parts: str, zone: str = "Europe/Berlin") -> list[str]:
    found = read(*parts, zone=zone)
    assert found.troubles == ()
    return [f"{one.text} {one.start:%d.%m. %H:%M} – {one.end:%d.%m. %H:%M}" for one in found.entries]


WEEKLY = ("DTSTART;TZID=Europe/Berlin:20260316T090000", "DTEND;TZID=Europe/Berlin:20260323T090000")


def test_a_week_hands_over_at_its_wall_time_before_and_after_the_clock_change() -> None:
    assert shifts(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3")) == [
        "Alice 16.03. 08:00 – 23.03. 08:00",
        "Alice 23.03. 08:00 – 30.03. 07:00",
        "Alice 30.03. 07:00 – 06.04. 07:00",
    ]


def test_an_hour_that_the_clock_skips_begins_at_the_first_minute_after_it() -> None:
    night = ("DTSTART;TZID=Europe/Berlin:20260328T023000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    assert shifts(event(*night)) == ["Alice 28.03. 01:30 – 28.03. 02:30", "Alice 29.03. 01:00 – 29.03. 01:30"]


def test_days_of_exception_moved_and_cancelled_instances_are_heeded() -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000",
        "DTSTART;TZID=Europe/Berlin:20260331T120000", "DTEND;TZID=Europe/Berlin:20260406T090000", who="SUMMARY:Bob",
    )  # fmt: skip
    gone = event("RECURRENCE-ID;TZID=Europe/Berlin:20260406T090000", *WEEKLY, "STATUS:CANCELLED")
    weekly = event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20260413T070000Z", "EXDATE;TZID=Europe/Berlin:20260323T090000")
    assert shifts(weekly, moved, gone) == [
        "Alice 16.03. 08:00 – 23.03. 08:00",
        "Bob 31.03. 10:00 – 06.04. 07:00",
        "Alice 13.04. 07:00 – 20.04. 07:00",
    ]


def test_a_change_of_this_and_all_later_instances_moves_them_all() -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260323T090000",
        "DTSTART;TZID=Europe/Berlin:20260323T100000", "DTEND;TZID=Europe/Berlin:20260330T100000", who="SUMMARY:Bob",
    )  # fmt: skip
    assert shifts(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"), later) == [
        "Alice 16.03. 08:00 – 23.03. 08:00",
        "Bob 23.03. 09:00 – 30.03. 08:00",
        "Bob 30.03. 08:00 – 06.04. 08:00",
    ]


def test_whole_days_are_days_of_the_calendars_own_zone_else_of_the_rotas() -> None:
    days = event("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330")
    assert shifts(days) == ["Alice 27.03. 23:00 – 29.03. 22:00"]
    assert shifts("X-WR-TIMEZONE:America/New_York\n", days) == ["Alice 28.03. 04:00 – 30.03. 04:00"]
    assert shifts(event("DTSTART;VALUE=DATE:20260328"), zone="UTC") == ["Alice 28.03. 00:00 – 29.03. 00:00"]


def test_a_zone_that_the_feed_describes_itself_is_used() -> None:
    own = event("DTSTART;TZID=Our Office:20260316T090000", "DTEND;TZID=Our Office:20260330T090000")
    windows = event("DTSTART;TZID=W. Europe Standard Time:20260330T090000", "DURATION:P1D", uid="2")
    assert shifts(CUSTOM, own, windows) == ["Alice 16.03. 08:00 – 30.03. 07:00", "Alice 30.03. 07:00 – 31.03. 07:00"]


def test_the_newest_version_of_an_event_counts_and_cancelled_ones_do_not() -> None:
    old, new = (event(*WEEKLY, f"SEQUENCE:{n}", who=f"SUMMARY:{who}") for n, who in ((1, "Alice"), (2, "Bob")))
    assert shifts(new, old, event(*WEEKLY, "STATUS:CANCELLED", uid="2")) == ["Bob 16.03. 08:00 – 23.03. 08:00"]


def test_attendees_name_the_people_but_not_rooms_nor_whoever_said_no() -> None:
    asked = (
        "ATTENDEE;CN=Alice Chen;PARTSTAT=ACCEPTED:mailto:alice@example.com",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@b.c",
        "ATTENDEE;CUTYPE=ROOM:mailto:room@b.c", "ORGANIZER;CN=Rota:mailto:rota@b.c",
    )  # fmt: skip
    [found] = read(event(*WEEKLY, *asked)).entries
    assert (found.people, found.owner) == ((Named("alice@example.com", "Alice Chen"),), Named("rota@b.c", "Rota"))


WRONG = {
    "it is no iCalendar at all": (b"<html>Sign in</html>", "unreadable"),
    "it ends in the middle": (feed(event(*WEEKLY))[:150], "unreadable"),
    "a beginning is no time": (feed(event("DTSTART:tomorrow", "DTEND:20260401T000000Z")), "not_a_time"),
    "a shift ends before it begins": (feed(event("DTSTART:20260316T090000Z", "DTEND:20260315T090000Z")), "not_a_time"),
    "a zone is not known": (feed(event("DTSTART;TZID=Mars/Base:20260316T090000", "DURATION:P1D")), "no_zone"),
    "it repeats every second": (feed(event(*WEEKLY, "RRULE:FREQ=SEC", " ONDLY")), "no_rule"),
    "it repeats every hour in April": (feed(event(*WEEKLY, "RRULE:FREQ=HOURLY;BYMONTH=4")), "no_rule"),
    "it has repeated for ever": (
        feed(event("DTSTART:19000101T000000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY")), "no_rule",
    ),
    "it repeats on days that no year has": (
        feed(event(*WEEKLY, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")), "no_rule",
    ),
    "it repeats by many rules": (feed(event(*WEEKLY, *["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"] * 5)), "no_rule"),
    "its rule is garbage": (feed(event(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=soon")), "no_rule"),
    "a day of exception is garbage": (feed(event(*WEEKLY, "RRULE:FREQ=WEEKLY", "EXDATE:never")), "no_rule"),
    "it lasts longer than time": (feed(event("DTSTART:20260316T090000Z", "DURATION:P9999999D")), "not_a_time"),
    "it has no beginning": (feed(event("DURATION:P1D")), "not_a_time"),
    "its zone is a folder": (feed(event("DTSTART;TZID=America:20260316T090000", "DURATION:P1D")), "unreadable"),
    "it is longer than any rota": (
        feed(*(event("DTSTART:20260316T090000Z", "DURATION:P1D", uid=str(n)) for n in range(2001))), "too_long",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_fault_is_named_and_nothing_is_taken(what: str) -> None:
    text, code = WRONG[what]
    found = ical.read(text, "UTC", START, END)
    assert ([one.code for one in found.troubles], found.entries) == ([code], ())


def test_for_ever_may_be_written_as_the_last_day_there_is() -> None:
    zone = "TZID=America/New_York"
    weekly = ("DTSTART;" + zone + ":20260406T090000", "DURATION:P7D", "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959")
    assert shifts(event(*weekly), zone="UTC")[0] == "Alice 06.04. 13:00 – 13.04. 13:00"
    ever = event(f"DTSTART;{zone}:20260406T090000", f"DTEND;{zone}:99991231T235959")
    assert shifts(ever) == ["Alice 06.04. 13:00 – 31.12. 23:59"]


def test_an_event_that_cannot_be_read_is_named_by_its_title() -> None:
    found = read(event("DTSTART;TZID=Mars/Base:20260316T090000", "DURATION:P1D"), event(*WEEKLY, uid="2"))
    assert found == Read(troubles=(Trouble("no_zone", "Mars/Base", "Alice"),))


def test_what_this_program_publishes_is_read_again_as_the_same_shifts() -> None:
    """One Tocsin may follow the feed of another; it is a reader that shares no line with the writer."""
    people = {1: ALICE, 2: Person(2, "Bob; Okafor, the \\second of a very long line of Okafors " * 2)}
    held = [Slot(n, "payments", 1 + n % 2, START + n * HOUR, START + (n + 1) * HOUR) for n in range(48)]
    almanac = Almanac(Feed("hash", 1, "payments", START), people[1], held, people, {"payments": 7})
    text = document(almanac, START)
    found = ical.read(text.encode(), "America/New_York", START, END)
    assert [(one.start, one.end) for one in found.entries] == [(slot.start, slot.end) for slot in held]
    assert {one.text for one in found.entries} == {
        f"{' '.join(person.name.split())} on call: payments" for person in people.values()
    }


def test_every_line_of_a_published_feed_is_one_by_the_grammar_of_rfc_5545() -> None:
    held = [Slot(n, "payments", 1, START + n * HOUR, START + (n + 1) * HOUR) for n in range(24)]
    almanac = Almanac(Feed("hash", 1, "", START), ALICE, held, {1: ALICE}, {"payments": 2**31 - 1})
    text = document(almanac, START)
    lines = text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    uids = [line for line in lines if line.startswith("UID:")]
    assert (len(uids), len(set(uids))) == (24, 24)
    assert {line for line in lines if line.startswith("SEQUENCE:")} == {f"SEQUENCE:{2**31 - 1}"}
