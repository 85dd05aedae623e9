"""Active hours are read as they are typed, and written so that they are read as the same."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.oncall import ActiveHours
from bot.domain.oncall.hours import read_hours, write_hours

CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-18:00", ActiveHours(time(9), time(18))),
        ("mon-fri 9:00 to 18:00", ActiveHours(time(9), time(18), frozenset(range(5)))),
        ("weekdays 00:00-24:00", ActiveHours(time(0), time(0), frozenset(range(5)))),
        ("Saturday,Sun 22:00–06:00", ActiveHours(time(22), time(6), frozenset({5, 6}))),
        ("Fri-Mon 09:00-18:00", ActiveHours(time(9), time(18), frozenset({4, 5, 6, 0}))),
    ],
)
def test_what_people_type(text: str, hours: ActiveHours) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize("text", ["", "9-18", "25:00-26:00", "Mon", "someday 09:00-18:00", "09:00", "09:60-10:00"])
def test_what_are_no_hours(text: str) -> None:
    assert read_hours(text) is None


@given(st.builds(ActiveHours, CLOCKS, CLOCKS, st.frozensets(st.integers(0, 6), min_size=1)))
def test_what_is_written_is_read_as_the_same(hours: ActiveHours) -> None:
    assert read_hours(write_hours(hours)) == hours
