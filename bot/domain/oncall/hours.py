"""Active hours as people type them: `09:00-18:00`, `Mon-Fri 09:00-18:00`, `Sat,Sun 22:00-06:00`. Pure."""

from __future__ import annotations

import re
from datetime import time

from bot.domain.oncall.definition import ActiveHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(?:(\S+)\s+)?(\d{1,2}:\d\d)\s*(?:-|–|to)\s*(\d{1,2}:\d\d)", re.ASCII | re.IGNORECASE)
_EVERY = frozenset(range(7))
_GROUPS = {"weekdays": frozenset(range(5)), "weekends": frozenset({5, 6}), "daily": _EVERY}


def read_hours(text: str) -> ActiveHours | None:
    """None where it is none; an end of 24:00 is midnight."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    days = _EVERY if found[1] is None else _days(found[1].casefold())
    start, end = _clock(found[2]), time(0) if found[3] == "24:00" else _clock(found[3])
    return ActiveHours(start, end, days) if days and start is not None and end is not None else None


def write_hours(hours: ActiveHours) -> str:
    """The inverse of `read_hours`."""
    span = f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    if hours.weekdays == _EVERY:
        return span
    days = sorted(hours.weekdays)
    names = [DAYS[day].title() for day in days]
    together = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    return f"{f'{names[0]}-{names[-1]}' if together else ','.join(names)} {span}"


def _days(text: str) -> frozenset[int]:
    """Empty where a word is no day; a span may pass Sunday."""
    if text in _GROUPS:
        return _GROUPS[text]
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first[:3] not in DAYS or (last or first)[:3] not in DAYS:
            return frozenset()
        low, high = DAYS.index(first[:3]), DAYS.index((last or first)[:3])
        days |= {(low + step) % 7 for step in range((high - low) % 7 + 1)}
    return frozenset(days)


def _clock(text: str) -> time | None:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
