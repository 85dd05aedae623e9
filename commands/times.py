"""Times as people type them after `/oncall`, read into values; pure. They are meant on the person's own clock.

time  now | [day] HH:MM          day  today | tomorrow | mon…sun | 2026-11-24
span  for 2h | time to time | until time          a length is 90m, 2h, 3d or 1w
days  day | day to day                             the last day is meant too
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.walltime import LAST, moment, on_wall

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_LENGTH = re.compile(r"(\d{1,4})\s?(m|min|h|d|w)", re.ASCII | re.IGNORECASE)
_TO = re.compile(r"\s+(?:to|until|till|–|-)\s+|\.\.", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class When:
    """A moment as it was typed. `clock` None is now; without a day it is the next such time."""

    clock: time | None = None
    day: date | None = None
    weekday: int | None = None  # Monday is 0
    ahead: int | None = None  # days from today


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until another, or for so long; of `days` the last one is meant too."""

    start: When
    end: When | timedelta
    days: bool = False


def read_length(text: str) -> timedelta | None:
    """`2h`; None where it is no length."""
    found = _LENGTH.fullmatch(text.strip())
    return int(found.group(1)) * _UNITS[found.group(2)[0].casefold()] if found else None


def read_when(text: str) -> When | None:
    """One time; None where it is none."""
    words = text.casefold().replace(",", " ").split()
    if words == ["now"]:
        return When()
    if len(words) == 1 and "t" in words[0]:
        words = words[0].split("t", 1)
    clock = _CLOCK.fullmatch(words[-1]) if words else None
    if clock is None or len(words) > 2:
        return None
    at = time(int(clock.group(1)), int(clock.group(2)))
    return When(at) if len(words) == 1 else _on_day(at, words[0])


def _on_day(at: time, day: str) -> When | None:
    if day in ("today", "tomorrow"):
        return When(at, ahead=int(day == "tomorrow"))
    if day[:3] in _DAYS and day.isalpha():
        return When(at, weekday=_DAYS.index(day[:3]))
    try:
        return When(at, day=date.fromisoformat(day))
    except ValueError:
        return None


def read_span(text: str) -> Span | None:
    """One span; None where it is none."""
    words = text.strip().casefold()
    if words.startswith("for "):
        length = read_length(words[4:])
        return Span(When(), length) if length else None
    if words.startswith(("until ", "till ")):
        end = read_when(words.split(maxsplit=1)[1])
        return Span(When(), end) if end else None
    first, _, second = _TO.sub("\n", words.removeprefix("from "), count=1).partition("\n")
    start, last = read_when(first), read_when(second)
    return Span(start, last) if start and last else None


def read_days(text: str) -> Span | None:
    """Whole days, one or from one to another; None where they are none."""
    words = _TO.sub("\n", text.strip().casefold().removeprefix("from "), count=1).split("\n")
    found = [_on_day(time(0), word) for word in words]
    if len(found) > 2 or any(one is None for one in found) or found[0] is None or found[-1] is None:
        return None
    return Span(found[0], found[-1], days=True)


def resolve(when: When, zone: ZoneInfo, now: datetime, after: datetime | None = None) -> datetime:
    """The moment that is meant; one without a day is the first after `after`, or after now."""
    try:
        return _resolved(when, zone, now, after)
    except OverflowError:  # it would be after the last day that there is
        return LAST


def _resolved(when: When, zone: ZoneInfo, now: datetime, after: datetime | None) -> datetime:
    if when.clock is None:
        return now.replace(microsecond=0)
    since = on_wall(after or now, zone)
    if when.day is not None:
        return moment(datetime.combine(when.day, when.clock), zone)
    if when.ahead is not None:
        return moment(datetime.combine(on_wall(now, zone).date() + timedelta(days=when.ahead), when.clock), zone)
    days = (when.weekday - since.weekday()) % 7 if when.weekday is not None else 0
    found = datetime.combine(since.date() + timedelta(days=days), when.clock)
    if found <= since:
        found += timedelta(days=7 if when.weekday is not None else 1)
    return moment(found, zone)


def resolve_span(span: Span, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """[start, end) that is meant."""
    start = resolve(span.start, zone, now)
    if isinstance(span.end, timedelta):
        return start, start + span.end
    if not span.days:
        return start, resolve(span.end, zone, now, after=start)
    same = span.end == span.start
    last = start if same else resolve(span.end, zone, now, after=start)
    midnight = on_wall(last, zone)
    return start, moment(midnight + min(timedelta(days=1), LAST.replace(tzinfo=None) - midnight), zone)
