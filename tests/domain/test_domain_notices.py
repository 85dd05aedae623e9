"""What people are told of their shifts: a day and an hour before, at the start and at the end, and nothing untrue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.notices import LATE, next_look, notices
from bot.domain.oncall import Slot

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALICE, BOB, DAVE = 1, 2, 3


def slot(person: int, start: float, end: float, number: int = 1, *, override: bool = False) -> Slot:
    """From hour `start` after Monday's handoff."""
    return Slot(number, "payments", person, MONDAY + start * HOUR, MONDAY + end * HOUR, is_override=override)


WEEKLY = [slot(ALICE, -168, 0), slot(BOB, 0, 168)]


def told(slots: list[Slot], hours: float) -> list[tuple[float, str, int, int]]:
    """(hour, code, person, hours before) at an hour around the handoff."""
    now = MONDAY + hours * HOUR
    return [((one.at - MONDAY) / HOUR, one.code, one.person_id, one.hours) for one in notices(slots, now)]


def test_a_handoff_is_told_four_times() -> None:
    assert told(WEEKLY, -25) == [
        (-24, "shift_soon", BOB, 24),
        (-1, "shift_soon", BOB, 1),
        (0, "shift_ends", ALICE, 0),
        (0, "shift_begins", BOB, 0),
    ]


def test_what_is_too_late_is_not_said_any_more() -> None:
    assert [code for _, code, _, _ in told(WEEKLY, -23)] == ["shift_soon", "shift_ends", "shift_begins"]
    assert told(WEEKLY, LATE / HOUR) == []
    assert [code for _, code, _, _ in told(WEEKLY, LATE / HOUR - 0.1)] == ["shift_ends", "shift_begins"]


def test_the_end_names_who_has_it_next_and_nobody_where_there_is_a_gap() -> None:
    [end] = [one for one in notices(WEEKLY, MONDAY) if one.code == "shift_ends"]
    assert end.next_id == BOB
    [gap] = [one for one in notices(WEEKLY[:1], MONDAY) if one.code == "shift_ends"]
    assert gap.next_id is None


def test_whoever_takes_turns_every_twelve_hours_is_not_told_a_day_before() -> None:
    turns = [slot(ALICE if n % 2 else BOB, 12 * n, 12 * n + 12) for n in range(-6, 8)]
    assert [one for one in told(turns, 0.6) if one[3] == 24] == []
    assert [one[0] for one in told(turns, 0.6) if one[1] == "shift_begins"] == [12, 24, 36, 48]


def test_an_override_moves_what_is_said() -> None:
    dave = slot(DAVE, 0, 24, 2, override=True)
    assert told([*WEEKLY, dave], -2) == [
        (-1, "shift_soon", DAVE, 1),
        (0, "shift_ends", ALICE, 0),
        (0, "shift_soon", BOB, 24),
        (0, "shift_begins", DAVE, 0),
        (23, "shift_soon", BOB, 1),
        (24, "shift_begins", BOB, 0),
        (24, "shift_ends", DAVE, 0),
    ]


def test_one_who_stays_is_told_nothing() -> None:
    assert told([slot(ALICE, -168, 0), slot(ALICE, 0, 168)], -24) == []


def test_the_next_look_is_at_the_next_notice_or_in_a_day() -> None:
    found = notices(WEEKLY, MONDAY - 23 * HOUR)
    assert next_look(found, MONDAY - 23 * HOUR) == MONDAY - HOUR
    assert next_look([], MONDAY) == MONDAY + DAY
