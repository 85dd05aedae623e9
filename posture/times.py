"""The types of the language that mean time: durations, handoffs, active hours, days, time off, starts and zones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import PlainValidator

from bot.domain.oncall import ActiveHours
from posture.findings import Mark, nearest
from posture.tree import Scalar
from posture.values import said, text_of, wrong

_DURATION: Final = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)")
_BUSINESS_DAYS: Final = re.compile(r"([0-9]{1,3})\s*bd")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_GROUPS: Final = {"weekdays": frozenset(range(5)), "weekends": frozenset({5, 6}), "daily": frozenset(range(7))}
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A period, with its place."""

    length: timedelta
    mark: Mark


@dataclass(frozen=True, slots=True)
class Aim:
    """A time to keep, with its place; None where there is none to keep."""

    length: timedelta | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Seen:
    """A day on which somebody looked, with its place."""

    day: date
    mark: Mark


@dataclass(frozen=True, slots=True)
class Handover:
    """When a turn ends, with its place. `weekday` is None where only a time is given."""

    weekday: int | None
    clock: time
    mark: Mark


def _duration(low: timedelta, high: timedelta, range_text: str) -> Callable[[object], timedelta]:
    def check(value: object) -> timedelta:
        text = text_of(value, "a duration")
        match = _DURATION.fullmatch(text)
        if not match:
            raise wrong("INC107", f"`{text}` is not a duration.", "Write a number and s, m, h, d or w, such as `10m`.")
        length = timedelta(**{_UNITS[match[2]]: int(match[1])})
        if not low <= length <= high:
            raise wrong("INC107", f"`{text}` is out of range.", f"Choose {range_text}.")
        return length

    return check


def _goal(value: object) -> Aim:
    """A duration, or `none` for no target at all."""
    text = text_of(value, "a duration or `none`")
    read = _duration(_MINUTE, 366 * _DAY, "from 1m to 52w, or `none`")
    return Aim(None if text == "none" else read(text), text.mark)


def _due(value: object) -> int:
    text = text_of(value, "business days")
    match = _BUSINESS_DAYS.fullmatch(text)
    if not match or not int(match[1]):
        raise wrong("INC107", f"`{text}` is not a number of business days.", "Write `3bd`.")
    return int(match[1])


def _clock(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise wrong("INC108", f"`{text}` is not a time of day.", "Write `09:00`.")
    return time(int(match[1]), int(match[2]))


def _weekday(text: str) -> int:
    for days in (_DAYS, _LONG_DAYS):
        if text.lower() in days:
            return days.index(text.lower())
    raise wrong("INC108", f"`{text}` is not a weekday.", "Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")


def _period(value: object) -> Span:
    text = text_of(value, "a period such as `7d`")
    return Span(_duration(_HOUR, 366 * _DAY, "from 1h to 52w")(text), text.mark)


def _handoff(value: object) -> Handover:
    text = text_of(value, "a handoff such as `Mon 09:00`")
    words = text.split()
    if len(words) > 2:
        raise wrong("INC108", f"`{value}` is not a handoff.", "Write a weekday and a time: `Mon 09:00`.")
    weekday = _weekday(words[0]) if not words[0][0].isdigit() else None
    clock = words[-1] if len(words) > 1 or weekday is None else "09:00"
    return Handover(weekday, _clock(clock), text.mark)


def _days(text: str) -> frozenset[int]:
    """`Mon-Fri`, `Sat,Sun`, `weekdays`; a span may pass Sunday."""
    if text.lower() in _DAY_GROUPS:
        return _DAY_GROUPS[text.lower()]
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        low, high = _weekday(first), _weekday(last or first)
        days.update((low + step) % 7 for step in range((high - low) % 7 + 1))
    return frozenset(days)


def _hours(value: object) -> ActiveHours:
    words = text_of(value, "hours such as `09:00-18:00`").split()
    start, dash, end = words[-1].partition("-")
    if len(words) > 2 or not dash:
        raise wrong("INC108", f"`{value}` are not active hours.", "Write `09:00-18:00` or `Mon-Fri 09:00-18:00`.")
    days = _days(words[0]) if len(words) == 2 else frozenset(range(7))
    return ActiveHours(_clock(start), time(0) if end == "24:00" else _clock(end), days)


def _start(value: object) -> datetime:
    """Naive: the wall time in the rotation's zone."""
    text = text_of(value, "a date")
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        made = None
    if made is None or made.tzinfo is not None or not date(2000, 1, 1) <= made.date() <= date(2100, 1, 1):
        raise wrong("INC108", f"`{text}` is not a start.", "Write `2026-11-23` or `2026-11-23 09:00`.")
    return made


def _date(text: str) -> date:
    try:
        made = date.fromisoformat(text)
    except ValueError:
        made = None
    if made is None or not date(2000, 1, 1) <= made <= date(2100, 1, 1):
        raise wrong("INC108", f"`{text}` is not a date.", "Write `2026-12-25`.")
    return made


def _day(value: object) -> date:
    return _date(text_of(value, "a date"))


def _reviewed(value: object) -> Seen:
    text = text_of(value, "a date")
    return Seen(_date(text), text.mark)


def _off(value: object) -> tuple[datetime, datetime]:
    """`2026-12-24`, `2026-12-24..2027-01-03` (the last day too), or with times; naive: wall time where they live."""
    text = text_of(value, "days such as `2026-12-24..2027-01-03`")
    first, dots, last = (part.strip() for part in text.partition(".."))
    since, until = _edge(first, last=False), _edge(last if dots else first, last=True)
    if until <= since:
        raise wrong("INC108", f"`{text}` ends before it begins.", "Write the earlier day first.")
    return since, until


def _edge(text: str, *, last: bool) -> datetime:
    if len(text) <= len("2026-12-24"):
        return datetime.combine(_date(text) + (_DAY if last else timedelta(0)), time(0))
    day, _, clock = text.partition(" ")
    return datetime.combine(_date(day), _clock(clock.strip()))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: object) -> Scalar:
    text = text_of(value, "a time zone")
    if text not in _zones():
        raise wrong(
            "INC109",
            f"There is no time zone `{text}`.",
            nearest(text, _zones(), "Write a name such as `Europe/Berlin`."),
        )
    return text


_LENGTH: Final = r"^[0-9]{1,6}\s*[smhdw]$"

Timeout = Annotated[
    timedelta,
    PlainValidator(_duration(_MINUTE / 6, 7 * _DAY, "from 10s to 7d")),
    said("duration", "15m", pattern=_LENGTH),
]
Interval = Annotated[
    timedelta, PlainValidator(_duration(_MINUTE / 60, _DAY, "from 1s to 1d")), said("duration", "30s", pattern=_LENGTH)
]
Period = Annotated[Span, PlainValidator(_period), said("duration", "7d", "12h", pattern=_LENGTH)]
Length = Annotated[
    timedelta,
    PlainValidator(_duration(timedelta(0), 366 * _DAY, "up to 52w")),
    said("duration", "5m", pattern=_LENGTH),
]
Goal = Annotated[
    Aim,
    PlainValidator(_goal),
    said("duration, or `none`", "5m", "none", pattern=r"^([0-9]{1,6}\s*[smhdw]|none)$"),
]
Due = Annotated[int, PlainValidator(_due), said("business days", "3bd", pattern=r"^[0-9]{1,3}\s*bd$")]
Handoff = Annotated[Handover, PlainValidator(_handoff), said("weekday, time of day or both", "Mon 09:00", "09:00")]
Hours = Annotated[
    ActiveHours, PlainValidator(_hours), said("hours, with or without days", "09:00-18:00", "Mon-Fri 09:00-18:00")
]
Start = Annotated[datetime, PlainValidator(_start), said("date, with or without a time", "2026-11-23")]
Day = Annotated[date, PlainValidator(_day), said("date", "2026-12-25")]
Reviewed = Annotated[Seen, PlainValidator(_reviewed), said("date", "2026-11-02")]
Off = Annotated[
    tuple[datetime, datetime],
    PlainValidator(_off),
    said("days, or times", "2026-12-24..2027-01-03", "2026-12-24 12:00..2026-12-24 18:00"),
]
Zone = Annotated[Scalar, PlainValidator(_zone), said("time zone", "Europe/Berlin")]
