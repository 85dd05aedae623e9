"""Rotations become shifts that hand over when the wall clock says so, and lose and double nobody."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.oncall import ActiveHours, Rotation, Schedule, Shift, shifts
from bot.domain.walltime import on_wall

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Antarctica/Troll",
    "America/Havana", "Africa/Casablanca", "Pacific/Chatham", "America/St_Johns", "Asia/Gaza", "Africa/Cairo",
]  # fmt: skip
PERIODS = [HOUR, 5 * HOUR, 12 * HOUR, DAY, 36 * HOUR, 3 * DAY, WEEK, 2 * WEEK]
WEEKDAYS = frozenset(range(5))


def at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def plan(*layers: Rotation) -> Schedule:
    return Schedule("payments", layers)


def told(found: list[Shift], zone: str = "UTC") -> list[str]:
    """Shifts as a person of the zone would say them."""
    place = ZoneInfo(zone)
    return [f"{s.handle} {on_wall(s.start, place):%a %d %H:%M}-{on_wall(s.end, place):%a %d %H:%M}" for s in found]


rotations = st.builds(
    Rotation,
    members=st.sampled_from([("alice",), ("alice", "bob"), ("alice", "bob", "carol")]),
    period=st.sampled_from(PERIODS),
    handoff_time=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    handoff_weekday=st.integers(0, 6),
    zone=st.sampled_from(ZONES),
    start=st.none() | st.sampled_from([at("2023-05-01T00:00"), at("2023-10-29T00:30")]),
)
hours = st.builds(
    ActiveHours,
    start=st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30)),
    end=st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30)),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
)
starts = st.integers(0, 7 * 365 * 24 * 60).map(lambda minutes: at("2024-01-01T00:00") + timedelta(minutes=minutes))


def test_a_weekly_rotation_hands_over_on_its_weekday_at_its_wall_time() -> None:
    schedule = plan(Rotation(("alice", "bob"), WEEK, zone="Europe/Berlin"))
    found = shifts(schedule, at("2026-03-20T00:00"), at("2026-04-08T00:00"))
    assert told(found, "Europe/Berlin") == [
        "alice Fri 20 01:00-Mon 23 09:00",
        "bob Mon 23 09:00-Mon 30 09:00",
        "alice Mon 30 09:00-Mon 06 09:00",
        "bob Mon 06 09:00-Wed 08 02:00",
    ]
    assert [shift.end - shift.start for shift in found[1:3]] == [WEEK - HOUR, WEEK]  # the clock changed on the 29th


def test_a_daily_rotation_hands_over_at_a_skipped_time_in_the_first_minute_that_exists() -> None:
    schedule = plan(Rotation(("alice", "bob"), DAY, time(2, 30), None, "Europe/Berlin"))
    found = shifts(schedule, at("2026-03-28T12:00"), at("2026-03-30T12:00"))
    assert told(found, "Europe/Berlin") == [
        "alice Sat 28 13:00-Sun 29 03:00",
        "bob Sun 29 03:00-Mon 30 02:30",
        "alice Mon 30 02:30-Mon 30 14:00",
    ]


def test_a_daily_rotation_hands_over_at_a_repeated_time_when_it_first_comes() -> None:
    schedule = plan(Rotation(("alice", "bob"), DAY, time(2, 30), None, "Europe/Berlin"))
    found = shifts(schedule, at("2026-10-24T12:00"), at("2026-10-26T00:00"))
    assert [shift.start for shift in found] == [at("2026-10-24T12:00"), at("2026-10-25T00:30")]


def test_a_twelve_hour_rotation_hands_over_at_nine_and_nine_through_a_clock_change() -> None:
    schedule = plan(Rotation(("alice", "bob"), 12 * HOUR, time(9), None, "America/New_York"))
    found = shifts(schedule, at("2026-03-07T09:00", "America/New_York"), at("2026-03-09T09:00", "America/New_York"))
    assert told(found, "America/New_York") == [
        "alice Sat 07 09:00-Sat 07 21:00",
        "bob Sat 07 21:00-Sun 08 09:00",
        "alice Sun 08 09:00-Sun 08 21:00",
        "bob Sun 08 21:00-Mon 09 09:00",
    ]
    assert [shift.end - shift.start for shift in found] == [12 * HOUR, 11 * HOUR, 12 * HOUR, 12 * HOUR]


def test_a_turn_that_falls_wholly_into_a_skipped_hour_does_not_exist() -> None:
    schedule = plan(Rotation(("alice", "bob", "carol"), HOUR, time(1), None, "Europe/Berlin", at("2026-03-29T00:00")))
    found = shifts(schedule, at("2026-03-29T00:00"), at("2026-03-29T02:00"))
    assert told(found, "Europe/Berlin") == ["alice Sun 29 01:00-Sun 29 03:00", "carol Sun 29 03:00-Sun 29 04:00"]


def test_rotations_without_a_start_do_not_shuffle_when_asked_from_another_day() -> None:
    schedule = plan(Rotation(("alice", "bob", "carol"), 2 * WEEK, handoff_weekday=3, zone="Asia/Kolkata"))
    whole, end = shifts(schedule, at("2026-01-01T00:00"), at("2026-12-31T00:00")), at("2026-12-31T00:00")
    for first in (shift.start + timedelta(days=5) for shift in whole[:-1]):
        assert shifts(schedule, first, end)[1:] == [shift for shift in whole if shift.start > first]


def test_the_first_shift_begins_at_the_first_handoff_after_the_start() -> None:
    start = at("2026-11-24T10:00")  # a Tuesday
    weekly = plan(Rotation(("alice", "bob"), WEEK, start=start))
    assert told(shifts(weekly, at("2026-11-20T00:00"), at("2026-12-08T00:00"))) == [
        "alice Mon 30 09:00-Mon 07 09:00",
        "bob Mon 07 09:00-Tue 08 00:00",
    ]
    daily = plan(Rotation(("alice", "bob"), DAY, handoff_weekday=None, start=start))
    assert told(shifts(daily, at("2026-11-20T00:00"), at("2026-11-26T09:00"))) == ["alice Wed 25 09:00-Thu 26 09:00"]
    halves = plan(Rotation(("alice", "bob"), 12 * HOUR, handoff_weekday=None, start=start))
    assert told(shifts(halves, at("2026-11-20T00:00"), at("2026-11-25T09:00"))) == ["alice Tue 24 21:00-Wed 25 09:00"]


def test_a_start_that_is_a_handoff_begins_then() -> None:
    schedule = plan(Rotation(("alice", "bob"), WEEK, start=at("2026-11-23T09:00")))
    assert shifts(schedule, at("2026-11-01T00:00"), at("2026-11-30T09:00")) == [
        Shift("payments", "alice", at("2026-11-23T09:00"), at("2026-11-30T09:00"))
    ]


def test_active_hours_cover_their_weekdays_only() -> None:
    office = ActiveHours(time(9), time(18), WEEKDAYS)
    schedule = plan(Rotation(("alice", "bob"), WEEK, zone="Europe/Berlin", active=office))
    found = shifts(schedule, at("2026-03-26T12:00"), at("2026-03-31T00:00"))
    assert told(found, "Europe/Berlin") == [
        "bob Thu 26 13:00-Thu 26 18:00",
        "bob Fri 27 09:00-Fri 27 18:00",
        "alice Mon 30 09:00-Mon 30 18:00",
    ]


def test_active_hours_may_pass_midnight_and_belong_to_the_day_they_begin() -> None:
    nights = ActiveHours(time(22), time(6), frozenset({4}))
    schedule = plan(Rotation(("alice",), WEEK, active=nights))
    assert told(shifts(schedule, at("2026-11-20T00:00"), at("2026-11-30T00:00"))) == [
        "alice Fri 20 22:00-Sat 21 06:00",
        "alice Fri 27 22:00-Sat 28 06:00",
    ]


def test_active_hours_with_equal_edges_are_the_whole_day() -> None:
    whole = ActiveHours(time(0), time(0), frozenset({5, 6}))
    schedule = plan(Rotation(("alice",), WEEK, active=whole))
    assert told(shifts(schedule, at("2026-11-20T00:00"), at("2026-11-25T00:00"))) == ["alice Sat 21 00:00-Mon 23 00:00"]


def test_edges_of_active_hours_follow_the_clock_change() -> None:
    early = ActiveHours(time(2, 30), time(4))
    schedule = plan(Rotation(("alice",), WEEK, zone="Europe/Berlin", active=early))
    found = shifts(schedule, at("2026-03-29T00:00"), at("2026-03-29T12:00"))
    assert told(found, "Europe/Berlin") == ["alice Sun 29 03:00-Sun 29 04:00"]
    found = shifts(schedule, at("2026-10-25T00:00"), at("2026-10-25T12:00"))
    assert [shift.end - shift.start for shift in found] == [2 * HOUR + HOUR / 2]  # from the first 02:30


def test_the_highest_layer_that_covers_a_moment_wins() -> None:
    base = Rotation(("alice",), WEEK)
    office = Rotation(("bob",), WEEK, active=ActiveHours(time(9), time(17), WEEKDAYS))
    lunch = Rotation(("carol",), WEEK, active=ActiveHours(time(12), time(13), frozenset({0, 5})))
    found = shifts(plan(base, office, lunch), at("2026-11-21T00:00"), at("2026-11-24T00:00"))
    assert [(text, shift.layer) for text, shift in zip(told(found), found, strict=True)] == [
        ("alice Sat 21 00:00-Sat 21 12:00", 0),
        ("carol Sat 21 12:00-Sat 21 13:00", 2),
        ("alice Sat 21 13:00-Mon 23 09:00", 0),
        ("bob Mon 23 09:00-Mon 23 12:00", 1),
        ("carol Mon 23 12:00-Mon 23 13:00", 2),
        ("bob Mon 23 13:00-Mon 23 17:00", 1),
        ("alice Mon 23 17:00-Tue 24 00:00", 0),
    ]


@pytest.mark.parametrize(
    "schedule",
    [Schedule("none", ()), plan(Rotation((), WEEK)), Schedule("off", (Rotation(("alice",), WEEK),), is_active=False)],
)
def test_a_schedule_that_is_empty_or_inactive_covers_nothing(schedule: Schedule) -> None:
    assert shifts(schedule, at("2026-11-01T00:00"), at("2027-11-01T00:00")) == []


def test_an_empty_interval_has_no_shifts() -> None:
    schedule = plan(Rotation(("alice",), WEEK))
    assert shifts(schedule, at("2026-11-01T00:00"), at("2026-11-01T00:00")) == []


@given(rotation=rotations, start=starts, days=st.integers(1, 40))
def test_a_single_layer_that_is_always_on_has_exactly_one_primary_at_every_minute(
    rotation: Rotation, start: datetime, days: int
) -> None:
    found = shifts(plan(rotation), start, start + days * DAY)
    assert (found[0].start, found[-1].end) == (start, start + days * DAY)
    assert all(first.end == second.start for first, second in pairwise(found))
    assert all(shift.start < shift.end and shift.start.tzinfo is UTC for shift in found)
    assert all(first.handle != second.handle for first, second in pairwise(found))


@given(
    layers=st.lists(st.builds(lambda turns, active: replace(turns, active=active), rotations, st.none() | hours)),
    start=starts,
    days=st.integers(0, 15),
)
@settings(max_examples=60, deadline=None)
def test_every_minute_belongs_to_the_highest_layer_that_covers_it(
    layers: list[Rotation], start: datetime, days: int
) -> None:
    end = start + days * DAY
    alone = [shifts(plan(layer), start, end) for layer in layers]
    found = shifts(plan(*layers), start, end)
    assert all(first.end <= second.start for first, second in pairwise(found))
    moment = start
    while moment < end:
        tops = [(n, _holder(own, moment)) for n, own in enumerate(alone) if _holder(own, moment)]
        here = next((s for s in found if s.start <= moment < s.end), None)
        assert (here and (here.layer, here.handle)) == (tops[-1] if tops else None)
        moment += timedelta(minutes=47)


@given(rotation=rotations, active=st.none() | hours, start=starts, cut=st.integers(0, 20 * 24 * 60))
def test_asking_in_two_pieces_gives_what_asking_once_gives(
    rotation: Rotation, active: ActiveHours | None, start: datetime, cut: int
) -> None:
    schedule, middle, end = plan(replace(rotation, active=active)), start + timedelta(minutes=cut), start + 20 * DAY
    pieces = shifts(schedule, start, middle) + shifts(schedule, middle, end)
    assert _minutes(pieces) == _minutes(shifts(schedule, start, end))


@given(rotation=rotations, start=starts)
@settings(max_examples=40, deadline=None)
def test_a_handover_is_the_first_minute_whose_wall_clock_has_reached_it(rotation: Rotation, start: datetime) -> None:
    zone, two = ZoneInfo(rotation.zone), replace(rotation, members=("alice", "bob"))
    for first, second in pairwise(shifts(plan(two), start, start + 3 * DAY)):
        wall = on_wall(second.start, zone)
        assert on_wall(second.start - timedelta(minutes=1), zone) < wall  # never at the second occurrence
        if rotation.period == DAY and wall.time() != rotation.handoff_time:
            assert on_wall(second.start - timedelta(minutes=1), zone).time() < rotation.handoff_time  # it was skipped
        assert first.handle != second.handle


def test_the_cost_grows_with_the_turns_and_not_with_their_square() -> None:
    schedule = plan(Rotation(("alice", "bob"), HOUR), Rotation(("carol",), DAY, active=ActiveHours(time(9), time(17))))
    start = at("2026-01-01T00:00")
    assert [len(shifts(schedule, start, start + days * DAY)) for days in (10, 100, 1000)] == [170, 1700, 17000]


def _holder(found: list[Shift], moment: datetime) -> str | None:
    return next((shift.handle for shift in found if shift.start <= moment < shift.end), None)


def _minutes(found: list[Shift]) -> list[tuple[datetime, datetime, str]]:
    """Joined where one person follows themselves."""
    result: list[tuple[datetime, datetime, str]] = []
    for shift in found:
        if result and result[-1][1] == shift.start and result[-1][2] == shift.handle:
            result[-1] = (result[-1][0], shift.end, shift.handle)
        else:
            result.append((shift.start, shift.end, shift.handle))
    return result
