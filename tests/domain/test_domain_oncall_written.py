"""A schedule that is kept as JSON is read back as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.oncall import ActiveHours, Away, Line, Listed, Origin, Rotation, Schedule, Term
from bot.domain.oncall.written import from_json, to_json

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_everything_that_can_be_said_of_a_schedule_is_kept() -> None:
    full = Rotation(
        ("alice", "bob"),
        timedelta(hours=12),
        time(8, 30),
        None,
        "Asia/Tokyo",
        AT,
        ActiveHours(time(9), time(18), frozenset({0, 4})),
        AT + 90 * DAY,
        (Term("bob", AT, AT + DAY, "Europe/Berlin", (Away(AT, AT + DAY), Away(AT, AT + DAY, holiday=True))),),
        frozenset({date(2026, 12, 25)}),
    )
    plain = Rotation(("#7",), 7 * DAY)
    listed = Listed((Line(AT, AT + DAY, ("#7", "alice")), Line(AT, AT + 2 * DAY, ())))
    schedule = Schedule("web", (plain, full, listed), 5 * DAY, "lead", False, "payments", Origin.SHEET, "oncall")
    assert from_json("web", json.loads(json.dumps(to_json(schedule)))) == schedule
