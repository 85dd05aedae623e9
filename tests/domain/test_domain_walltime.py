"""A wall time is one moment: repeated ones at their first occurrence, skipped ones at the first minute after."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.walltime import moment, on_wall

MINUTE = timedelta(minutes=1)

#: Around one clock change each: forward, back, by half an hour, by two hours, by a day, at midnight.
CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("America/Havana", "2026-03-08"),
    ("Africa/Cairo", "2026-10-30"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kolkata", "2026-06-01"),
]


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),  # skipped: 03:00 is the first
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour only
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),  # the whole day was skipped
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
    ],
)
def test_a_wall_time_means_the_moment_the_rule_says(zone: str, wall: str, utc: str) -> None:
    assert moment(datetime.fromisoformat(wall), ZoneInfo(zone)) == datetime.fromisoformat(utc + "Z")


@given(change=st.sampled_from(CHANGES), minutes=st.integers(-36 * 60, 36 * 60))
def test_it_is_the_first_minute_whose_wall_clock_has_reached_it(change: tuple[str, str], minutes: int) -> None:
    zone, wall = ZoneInfo(change[0]), datetime.fromisoformat(change[1]) + minutes * MINUTE
    found = moment(wall, zone)
    assert found.tzinfo is UTC
    assert on_wall(found, zone) >= wall
    assert all(on_wall(found - back * MINUTE, zone) < wall for back in range(1, 26 * 60))


@given(change=st.sampled_from(CHANGES), first=st.integers(-3000, 3000), second=st.integers(-3000, 3000))
def test_the_order_of_wall_times_is_kept(change: tuple[str, str], first: int, second: int) -> None:
    zone, day, (low, high) = ZoneInfo(change[0]), datetime.fromisoformat(change[1]), sorted([first, second])
    assert moment(day + low * MINUTE, zone) <= moment(day + high * MINUTE, zone)
