"""Notes to admins about the spreadsheet: where it cannot be read, and that it can again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.views.words import cut, escape, one_line

_MOST = 10
_WORDS = {
    "no_column": "the column is missing",
    "not_a_time": "“{given}” is no time in the sheet's format",
    "backwards": "“{given}” is before the start",
    "nobody": "nobody is named",
    "no_contact": "“{given}” is not among the contacts",
    "no_name": "the name is missing",
    "twice": "“{given}” stands there twice",
    "not_a_mailbox": "“{given}” is no mail address",
    "not_a_phone": "“{given}” is no number in international form, such as +15550100001",
    "unknown": "nobody here is known as “{given}”",
    "away": "it cannot be read: {given}",
    "taken": "the posture has a schedule called “{given}” of its own: rename that one",
}


def broken(data: Mapping[str, object], _: datetime) -> str:
    """Every fault by sheet, row and column."""
    found = data.get("faults")
    faults = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    lines = [f"• {fault(one)}" for one in faults[:_MOST]]
    if len(faults) > _MOST:
        lines.append(f"• and {len(faults) - _MOST} more")
    head = "⚠️ The on-call spreadsheet is not followed: what was last read without a fault stays in force."
    return "\n".join([head, *lines])


def fault(data: Mapping[str, object]) -> str:
    """`schedule, row 3, start_time: …`."""
    given = escape(cut(one_line(str(data.get("given") or "")), 60))
    words = _WORDS[str(data["code"])].format(given=given)
    return f"{data['sheet']}, row {data['row']}, {data['column']}: {words}" if data.get("row") else words


def mended(_data: Mapping[str, object], _now: datetime) -> str:
    return "✅ The on-call spreadsheet is followed again."
