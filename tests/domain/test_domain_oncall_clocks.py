"""Around clock changes exactly one member is on call at every minute (the long form is `make clocks`)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from clocks import Transition, minutes, transitions, wrong_minutes

#: Changes of an hour, of half an hour and of two; at night and at midnight; on both halves of the globe.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "America/Havana", "Asia/Gaza")


@pytest.fixture(scope="module")
def changes() -> list[Transition]:
    return [change for change in transitions(ZONES) if change.at.year in (2026, 2027)]


def test_every_kind_of_rotation_has_exactly_one_primary_at_every_minute(changes: list[Transition]) -> None:
    assert [sentence for change in changes for sentence in wrong_minutes(change)] == []


def test_the_changes_are_found_to_the_second(changes: list[Transition]) -> None:
    berlin = [change.at.isoformat() for change in changes if change.zone == "Europe/Berlin"]
    assert berlin == [
        "2026-03-29T01:00:00+00:00",
        "2026-10-25T01:00:00+00:00",
        "2027-03-28T01:00:00+00:00",
        "2027-10-31T01:00:00+00:00",
    ]


def test_the_minutes_looked_at_hold_the_change(changes: list[Transition]) -> None:
    moments, walls = minutes(changes[0])
    zone = ZoneInfo(changes[0].zone)
    assert changes[0].at in moments
    assert len({one.astimezone(zone).utcoffset() for one in moments}) == 2
    assert len(moments) == len(walls)


def test_a_rotation_that_ignores_the_clock_change_is_found_out(
    changes: list[Transition], monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.domain.oncall.turns as turns

    right = turns.moment
    monkeypatch.setattr(turns, "moment", lambda wall, zone: right(wall, ZoneInfo("UTC")))
    assert wrong_minutes(changes[0]) != []
