"""Fairness: hours, nights and weekends that each person was on call, on the clock of where they live. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.oncall import Slot
from bot.domain.people import PersonId
from bot.domain.walltime import moment, on_wall

#: A night lasts from ten to six, and belongs to the day it begins; a weekend is a Saturday or Sunday.
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(6)
#: Less of a night or of a weekend day than this does not count.
COUNTS = timedelta(hours=1)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carried. `weekends`: days of weekends, and holidays that are none."""

    hours: float = 0.0
    nights: int = 0
    weekends: int = 0


def loads(
    stretches: Sequence[Slot], zones: Mapping[PersonId, str], free: Collection[date] = frozenset()
) -> dict[PersonId, Load]:
    """By person, the most loaded first. `free` days count as weekends; whoever has no zone lives in UTC."""
    by_person: dict[PersonId, list[Slot]] = {}
    for slot in stretches:
        by_person.setdefault(slot.person_id, []).append(slot)
    made = {one: _load(mine, ZoneInfo(zones.get(one, "UTC")), free) for one, mine in by_person.items()}
    return dict(sorted(made.items(), key=lambda item: (-item[1].hours, item[0])))


def _load(mine: Sequence[Slot], zone: ZoneInfo, free: Collection[date]) -> Load:
    hours = sum((slot.end - slot.start for slot in mine), timedelta(0)) / _HOUR
    days = {day for slot in mine for day in _days(slot, zone)}
    nights = sum(_held(mine, zone, day, NIGHT_BEGINS, NIGHT_ENDS) >= COUNTS for day in days)
    rest = [day for day in days if day.weekday() >= 5 or day in free]
    weekends = sum(_held(mine, zone, day, time(0), time(0)) >= COUNTS for day in rest)
    return Load(round(hours, 2), nights, weekends)


def _days(slot: Slot, zone: ZoneInfo) -> list[date]:
    """Every day it touches, and the one before, whose night may reach into it."""
    first, last = on_wall(slot.start, zone).date() - _DAY, on_wall(slot.end, zone).date()
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _held(mine: Sequence[Slot], zone: ZoneInfo, day: date, begins: time, ends: time) -> timedelta:
    """How much of a span of this day, which ends on the next, somebody was on call."""
    start = moment(datetime.combine(day, begins), zone)
    end = moment(datetime.combine(day + _DAY, ends), zone)
    parts = (min(slot.end, end) - max(slot.start, start) for slot in mine if slot.start < end and slot.end > start)
    return sum(parts, timedelta(0))
