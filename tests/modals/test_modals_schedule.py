"""The first member of a schedule that is made in Slack has the turn that runs now, on the clock of its zone."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from modals.schedule import handoff_before

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "clock", "weekday", "since"),
    [
        ("2026-11-20T03:00", time(9), None, "2026-11-19T08:00"),
        ("2026-11-20T08:00", time(9), None, "2026-11-20T08:00"),
        ("2026-11-20T03:00", time(9), 0, "2026-11-16T08:00"),
        ("2026-11-23T07:59", time(9), 0, "2026-11-16T08:00"),
        ("2026-11-23T23:30", time(0, 30), 1, "2026-11-23T23:30"),
        ("2026-03-29T10:00", time(2, 30), None, "2026-03-29T01:00"),
    ],
)
def test_the_last_handoff_up_to_now(now: str, clock: time, weekday: int | None, since: str) -> None:
    found = handoff_before(clock, weekday, BERLIN, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert f"{found:%Y-%m-%dT%H:%M}" == since
