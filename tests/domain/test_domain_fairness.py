"""Hours, nights and weekends are counted on the clock of where somebody lives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.fairness import Load, loads
from bot.domain.oncall import Slot

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def slot(person: int, start: float, hours: float) -> Slot:
    """From hour `start` after Monday 00:00 UTC."""
    return Slot(1, "payments", person, MONDAY + start * HOUR, MONDAY + (start + hours) * HOUR)


def test_a_week_has_seven_nights_and_two_days_of_a_weekend() -> None:
    assert loads([slot(1, 9, 7 * 24)], {}) == {1: Load(168, 7, 2)}


def test_an_office_day_has_no_night_and_the_most_loaded_comes_first() -> None:
    assert list(loads([slot(1, 9, 8), slot(2, 17, 16)], {}).items()) == [(2, Load(16, 1, 0)), (1, Load(8, 0, 0))]


def test_less_than_an_hour_of_a_night_or_a_weekend_does_not_count() -> None:
    assert loads([slot(1, 21, 1.9)], {}) == {1: Load(1.9, 0, 0)}
    assert loads([slot(1, 5 * 24 - 0.5, 1)], {}) == {1: Load(1, 1, 0)}  # Friday night, half an hour of Saturday


def test_parts_of_one_night_add_up() -> None:
    assert loads([slot(1, 22, 0.5), slot(1, 25, 0.5)], {}) == {1: Load(1, 1, 0)}


def test_a_night_is_a_night_where_they_live() -> None:
    evening = slot(1, 22, 8)
    assert loads([evening], {1: "Asia/Tokyo"}) == {1: Load(8, 0, 0)}
    assert loads([evening], {1: "Europe/Berlin"}) == {1: Load(8, 1, 0)}


def test_a_night_in_which_the_clocks_change_is_one_night() -> None:
    change = Slot(1, "payments", 1, datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC))
    assert loads([change], {1: "Europe/Berlin"}) == {1: Load(7, 1, 2)}


def test_a_holiday_counts_as_a_weekend() -> None:
    assert loads([slot(1, 33, 8)], {}, {date(2026, 11, 24)}) == {1: Load(8, 0, 1)}
