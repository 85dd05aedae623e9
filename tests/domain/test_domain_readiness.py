"""Gaps are found before they are needed, told once, and known as mended when they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.oncall import ActiveHours, Rotation, Schedule, Slot
from bot.domain.people import Person
from bot.domain.readiness import CODES, WARNINGS, Gap, Known, compared, gaps

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
END = MONDAY + 14 * DAY
ALICE = Person(1, "Alice", "alice", "U0ALICE")
BOB = Person(2, "Bob", "bob", "U0BOB")
PAYMENTS = Schedule("payments", (Rotation(("alice", "bob"), 7 * DAY),))
WEB = Schedule("web", (Rotation(("bob", "alice"), 7 * DAY),))


def slot(person: Person, start: float, end: float, schedule: str = "payments") -> Slot:
    return Slot(1, schedule, person.id, MONDAY + start * DAY, MONDAY + end * DAY)


WHOLE = [slot(ALICE, 0, 7), slot(BOB, 7, 14)]


def known(*schedules: Schedule, **fields: object) -> Known:
    plain: dict[str, object] = {
        "schedules": {one.name: one for one in schedules or (PAYMENTS,)},
        "off": (),
        "stretches": {"payments": WHOLE},
        "people": {1: ALICE, 2: BOB},
        "configured": {"slack", "sms"},
        "paged": {"payments", "web"},
    }
    return Known(**{**plain, **fields})  # type: ignore[arg-type]  # a test names real fields


def found(given: Known) -> list[Gap]:
    return gaps(given, MONDAY, END)


def test_a_rota_that_is_whole_and_reachable_has_no_gap() -> None:
    assert found(known()) == []


def test_a_time_without_a_slot_is_a_gap_with_its_edges() -> None:
    held = [slot(ALICE, 0, 2), slot(BOB, 3, 14)]
    assert found(known(stretches={"payments": held})) == [
        Gap("no_slot", "payments", None, MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    ]
    assert found(known(stretches={})) == [Gap("no_slot", "payments", None, MONDAY, END)]


def test_hours_that_no_layer_is_there_for_are_no_gap() -> None:
    office = replace(PAYMENTS, layers=(Rotation(("alice", "bob"), 7 * DAY, active=ActiveHours(time(9), time(17))),))
    held = [slot(ALICE, day + 9 / 24, day + 17 / 24) for day in range(14)]
    assert [gap.code for gap in found(known(office, stretches={"payments": held}))] == []
    assert found(known(office, stretches={"payments": held[1:]})) == [
        Gap("no_slot", "payments", None, MONDAY + 9 * HOUR, MONDAY + 17 * HOUR)
    ]


def test_a_schedule_that_is_switched_off_is_one_where_something_pages_it() -> None:
    assert found(known(off={"payments"}, stretches={})) == [Gap("inactive", "payments")]
    assert found(known(replace(PAYMENTS, is_active=False), stretches={})) == [Gap("inactive", "payments")]
    assert found(known(off={"payments"}, stretches={}, paged=())) == []


def test_somebody_who_cannot_be_reached_is_one() -> None:
    bare = replace(BOB, slack_id=None)
    gone = replace(BOB, active=False)
    since, until = MONDAY + 7 * DAY, END
    assert found(known(people={1: ALICE, 2: bare})) == [Gap("no_address", "payments", 2, since, until)]
    assert found(known(people={1: ALICE, 2: replace(bare, phone="+15550100002")})) == []
    assert found(known(people={1: ALICE, 2: gone})) == [Gap("deactivated", "payments", 2, since, until)]


def test_one_person_alone_and_one_person_on_two_schedules_are_warnings() -> None:
    alone = replace(PAYMENTS, layers=(Rotation(("alice",), 7 * DAY),))
    assert found(known(alone, stretches={"payments": [slot(ALICE, 0, 14)]})) == [Gap("one_person", "payments", 1)]
    both = {"payments": WHOLE, "web": [slot(BOB, 0, 5, "web"), slot(ALICE, 5, 14, "web")]}
    given = known(PAYMENTS, WEB, stretches=both)
    assert found(given) == [Gap("twice", "payments", 1, MONDAY + 5 * DAY, MONDAY + 7 * DAY, "web")]
    assert all(gap.warning for gap in found(given))


def test_whoever_takes_over_for_an_hour_is_not_said_to_take_every_turn() -> None:
    alone = replace(PAYMENTS, layers=(Rotation(("alice",), 7 * DAY),))
    held = [replace(slot(BOB, 0, 1), is_override=True), slot(ALICE, 1, 14)]
    assert found(known(alone, stretches={"payments": held})) == [Gap("one_person", "payments", 1)]


def test_errors_come_before_warnings() -> None:
    given = known(PAYMENTS, WEB, stretches={"payments": [slot(ALICE, 0, 14)], "web": [slot(ALICE, 1, 14, "web")]})
    assert [gap.code for gap in found(given)] == ["no_slot", "twice"]


TOLD = Gap("no_slot", "payments", None, MONDAY + 2 * DAY, MONDAY + 3 * DAY, id=7)


@pytest.mark.parametrize(
    ("again", "at", "answer"),
    [
        ([replace(TOLD, id=0)], 0.0, ([], [], [])),
        ([replace(TOLD, id=0, start=MONDAY + 2.5 * DAY)], 2.5, ([], [], [])),  # it has begun
        ([], 1.0, ([], [TOLD], [])),
        ([], 3.0, ([], [], [TOLD])),
        ([Gap("inactive", "payments")], 1.0, ([Gap("inactive", "payments")], [TOLD], [])),
    ],
)
def test_what_was_told_is_not_told_again_and_is_mended_or_over(
    again: list[Gap], at: float, answer: tuple[list[Gap], list[Gap], list[Gap]]
) -> None:
    assert compared([TOLD], again, MONDAY + at * DAY) == answer


def test_every_code_is_a_warning_or_is_not() -> None:
    assert set(CODES) >= WARNINGS
