"""Spans of time on the clock of a zone, for a terminal or a message: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.views.words import count

Span = tuple[datetime, datetime]

_MOST = 3  # that are written out


def when(spans: Sequence[Span], whole: Span, zone: ZoneInfo) -> str:
    """`Sun 2026-11-29 00:00 – Mon 2026-11-30 00:00 CET, and 12 times more until Mon 2027-02-15 00:00 CET`.

    `whole` is what was looked at: one span that is all of it is said so.
    """
    if list(spans) == [whole]:
        return f"at any time in these {(whole[1] - whole[0]).days} days"
    left = len(spans) - _MOST
    more = f", and {count(left, 'time')} more until {moment(spans[-1][1], zone)}" if left > 0 else ""
    return ", ".join(_span(span, zone) for span in spans[:_MOST]) + more


def _span(span: Span, zone: ZoneInfo) -> str:
    start, end = (at.astimezone(zone) for at in span)
    since = f"{start:%a %Y-%m-%d %H:%M}" + (f" {start:%Z}" if start.utcoffset() != end.utcoffset() else "")
    return f"{since} – {moment(span[1], zone)}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 2026-11-30 00:00 CET`."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"
