"""What rows come to over time: each moment belongs to whoever covers it, and gaps are what nobody was to leave open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.oncall import (
    ActiveHours,
    Rotation,
    Schedule,
    Slot,
    boundary,
    covering,
    meant_to_cover,
    of_one_person,
    shifts,
    stretches,
    uncovered,
)
from bot.domain.oncall.layers import joined

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
END = MONDAY + 48 * HOUR

rows = st.lists(
    st.tuples(st.integers(1, 3), st.integers(-5, 50), st.integers(1, 30), st.integers(0, 2), st.booleans()), max_size=9
).map(
    lambda drawn: [
        Slot(number, "payments", person, MONDAY + start * HOUR, MONDAY + (start + length) * HOUR, layer, override)
        for number, (person, start, length, layer, override) in enumerate(drawn, 1)
    ]
)


@given(rows)
def test_each_moment_of_a_stretch_is_covered_by_its_slot_and_the_rest_by_none(slots: list[Slot]) -> None:
    held = stretches(slots, MONDAY, END)
    assert all(one.end <= other.start for one, other in pairwise(held))
    at = MONDAY
    while at < END:
        here = covering(slots, at)
        found = covering(held, at)
        assert (found and (found.person_id, found.is_override)) == (here and (here.person_id, here.is_override))
        at += HOUR / 2


@given(rows)
def test_what_is_held_and_what_is_uncovered_make_up_the_whole(slots: list[Slot]) -> None:
    held = stretches(slots, MONDAY, END)
    gaps = uncovered(held, MONDAY, END)
    assert joined([*((slot.start, slot.end) for slot in held), *gaps]) == [(MONDAY, END)]
    lengths = [end - start for start, end in gaps] + [slot.end - slot.start for slot in held]
    assert sum(lengths, timedelta(0)) == END - MONDAY


@given(rows)
def test_joined_by_person_nobody_follows_themselves(slots: list[Slot]) -> None:
    whole = of_one_person(stretches(slots, MONDAY, END))
    assert [one for one, other in pairwise(whole) if one.end == other.start and one.person_id == other.person_id] == []


rotations = st.builds(
    Rotation,
    st.just(("alice", "bob")),
    st.sampled_from([12 * HOUR, DAY, WEEK]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"]),
    start=st.none() | st.integers(-20, 20).map(lambda days: MONDAY + days * DAY + 5 * HOUR),
    end=st.none() | st.integers(-10, 40).map(lambda days: MONDAY + days * DAY),
    active=st.none() | st.just(ActiveHours(time(9), time(17), frozenset(range(5)))),
    holidays=st.sampled_from([frozenset(), frozenset({date(2026, 11, 25)})]),
)


@given(st.lists(rotations, max_size=3))
@settings(deadline=None)
def test_layers_whose_members_are_all_there_leave_no_gap_in_what_they_are_meant_to_cover(
    layers: list[Rotation],
) -> None:
    schedule = Schedule("payments", tuple(layers))
    found = [(shift.start, shift.end) for shift in shifts(schedule, MONDAY, MONDAY + 3 * WEEK)]
    assert joined(found) == meant_to_cover(schedule, MONDAY, MONDAY + 3 * WEEK)


@given(rotations, st.integers(0, 500))
def test_a_boundary_is_where_the_turn_would_pass_to_another(rotation: Rotation, hours: int) -> None:
    schedule, at = Schedule("payments", (replace(rotation, active=None),)), MONDAY + hours * HOUR
    whole = shifts(schedule, at - 2 * WEEK, at + 2 * WEEK)
    holds = next((shift for shift in whole if shift.start <= at < shift.end), None)
    found = boundary(schedule, at)
    if holds is None:
        assert found is None
    else:
        assert found is not None and holds.end == min(found, rotation.end or found)
