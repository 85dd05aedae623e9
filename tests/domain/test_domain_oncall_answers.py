"""Who is on call, until when, and who comes next: answered from slots and from the order of a rotation."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.oncall import ActiveHours, OnCall, Rotation, Schedule, Slot, covering, on_call, who_follows

WEEK = timedelta(weeks=1)
ALICE, BOB, CAROL = 1, 2, 3


def at(hour: float) -> datetime:
    return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)


def slot(number: int, person: int, start: float, end: float, layer: int = 0, *, override: bool = False) -> Slot:
    return Slot(number, "payments", person, at(start), at(end), layer, override)


MORNING, NOON, NIGHT = slot(1, ALICE, 0, 8), slot(2, BOB, 8, 16), slot(3, ALICE, 16, 24)


def test_the_one_on_call_stays_until_another_person_begins() -> None:
    assert on_call("payments", [MORNING, NOON, NIGHT], at(3)) == OnCall("payments", MORNING, NOON, at(8))


def test_a_slot_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    assert covering([MORNING, NOON], at(0)) == MORNING
    assert covering([MORNING, NOON], at(8)) == NOON
    assert covering([MORNING, NOON], at(16)) is None


def test_whoever_comes_after_an_override_comes_when_it_ends_and_not_when_their_own_slot_began() -> None:
    stand_in = slot(9, CAROL, 2, 6, override=True)
    assert on_call("payments", [MORNING, stand_in], at(3)) == OnCall("payments", stand_in, slot(1, ALICE, 6, 8), at(6))


def test_two_slots_of_the_same_person_are_one_stretch() -> None:
    again = slot(4, ALICE, 8, 12)
    later = slot(5, BOB, 12, 24)
    assert on_call("payments", [MORNING, again, later], at(3)) == OnCall("payments", MORNING, later, at(12))


def test_after_a_gap_the_same_person_follows_themselves() -> None:
    assert on_call("payments", [MORNING, NIGHT], at(3)) == OnCall("payments", MORNING, NIGHT, at(8))


def test_in_a_gap_nobody_is_on_call_and_the_next_is_known() -> None:
    assert on_call("payments", [MORNING, NIGHT], at(9)) == OnCall("payments", None, NIGHT)


def test_the_end_of_what_is_known_is_not_an_end() -> None:
    assert on_call("payments", [MORNING], at(3)) == OnCall("payments", MORNING)
    assert on_call("payments", [], at(3)) == OnCall("payments", None)


def test_an_override_wins_over_every_layer_and_a_later_one_over_an_earlier() -> None:
    top = slot(2, BOB, 0, 8, layer=3)
    first = slot(3, CAROL, 2, 6, override=True)
    second = slot(4, ALICE, 4, 8, override=True)
    slots = [MORNING, top, first, second]
    assert [covering(slots, at(hour)) for hour in (1, 3, 5, 7)] == [top, first, second, second]
    assert on_call("payments", slots, at(3)) == OnCall("payments", first, second, at(4))


@pytest.mark.parametrize(
    ("current", "offsets"),
    [("alice", ["alice", "bob", "carol", "alice"]), ("carol", ["carol", "alice", "bob", "carol"])],
)
def test_those_who_follow_come_in_rotation_order_counting_round(current: str, offsets: list[str]) -> None:
    schedule = Schedule("payments", (Rotation(("alice", "bob", "carol"), WEEK),))
    assert [who_follows(schedule, current, offset, at(0)) for offset in range(4)] == offsets


def test_after_the_own_layer_come_the_members_of_the_others() -> None:
    night = Rotation(("dave", "alice"), WEEK)
    office = Rotation(("alice", "bob"), WEEK, active=ActiveHours(time(9), time(17)))
    schedule = Schedule("payments", (night, office))
    assert [who_follows(schedule, "bob", offset, at(0)) for offset in range(3)] == ["bob", "alice", "dave"]
    assert [who_follows(schedule, "dave", offset, at(0)) for offset in range(3)] == ["dave", "alice", "bob"]


def test_whoever_stands_in_is_followed_by_the_one_after_the_person_they_replace() -> None:
    schedule = Schedule("payments", (Rotation(("alice", "bob", "carol"), WEEK, start=at(9)),))
    names = [who_follows(schedule, "zoe", offset, at(9)) for offset in range(5)]
    assert names == ["zoe", "bob", "carol", "alice", "zoe"]


def test_whoever_stands_in_where_nobody_is_planned_is_followed_by_the_first_member() -> None:
    schedule = Schedule("payments", (Rotation(("alice", "bob"), WEEK, start=at(9)),))
    assert [who_follows(schedule, "zoe", offset, at(0)) for offset in range(3)] == ["zoe", "alice", "bob"]


def test_nobody_follows_the_only_one() -> None:
    schedule = Schedule("payments", (Rotation(("alice",), WEEK),))
    assert [who_follows(schedule, "alice", offset, at(0)) for offset in range(2)] == ["alice", None]
