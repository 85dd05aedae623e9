"""When an iCalendar event begins, and begins again: RRULE, RDATE and EXDATE, on the wall clock of its zone.

dateutil counts on naive wall times, which know nothing of clock changes; `bot.domain.walltime` places them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from bot.domain.walltime import moment, on_wall

if TYPE_CHECKING:
    from icalendar import Component

#: So often an event may have repeated until now.
MOST: Final = 50_000
_PLAIN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
#: Of these a daily rule may have one: two may name no day at all, for which dateutil looks through 8,000 years.
_NARROW: Final = frozenset({"BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER", "BYSETPOS"})
#: No calendar writes more than one.
MOST_RULES: Final = 4


class NoRule(ValueError):
    """A repetition that cannot be followed; its text says why."""


def starts(parts: Component, wall: datetime, zone: tzinfo, end: datetime) -> Iterator[datetime]:
    """Every wall time before `end` at which the event begins, the first included, in no particular order."""
    gone, days = _excluded(parts, zone)
    seen: set[datetime] = set()
    rules = _each(parts.get("RRULE"))
    if len(rules) > MOST_RULES:
        raise NoRule(f"more than {MOST_RULES} rules")
    for rule in rules:
        for one in _repeated(rule, wall, zone, end):
            seen.add(one)
    for given in _each(parts.get("RDATE")):
        seen |= {_wall(one.dt, zone, wall) for one in given.dts}
    for one in {wall, *seen}:
        if moment(one, zone) < end and moment(one, zone) not in gone and one.date() not in days:
            yield one


def _repeated(rule: Any, wall: datetime, zone: tzinfo, end: datetime) -> Iterator[datetime]:
    """Without its UNTIL, which is judged here: it may be in UTC, a date or a wall time."""
    from dateutil.rrule import rrulestr

    parts = {str(name).upper(): value for name, value in rule.items()}
    often = str(_first(parts.get("FREQ"))).upper()
    if often not in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY") or (often == "HOURLY" and set(parts) - _PLAIN):
        raise NoRule(f"FREQ={often}")
    if often == "DAILY" and ("BYSETPOS" in parts or len(_NARROW & set(parts)) > 1):
        raise NoRule("FREQ=DAILY of days that are chosen twice")
    until = _until(_first(parts.pop("UNTIL", None)), zone)
    bare = type(rule)({name: value for name, value in rule.items() if str(name).upper() != "UNTIL"})
    try:
        found = rrulestr(bare.to_ical().decode(), dtstart=wall)
    except (ValueError, TypeError, KeyError, AttributeError) as no:
        raise NoRule(str(no)[:60]) from no
    for one in islice(found, MOST):
        at = moment(one, zone)
        if at >= end or (until is not None and at > until):
            return
        yield one
    if next(islice(found, MOST, None), None) is not None:
        raise NoRule(f"it has repeated more than {MOST} times")


def _until(given: Any, zone: tzinfo) -> datetime | None:
    """The last moment at which it may begin; a date means all of that day."""
    if given is None:
        return None
    if isinstance(given, datetime):
        return given if given.tzinfo is not None else moment(given, zone)
    return moment(datetime(given.year, given.month, given.day, 23, 59, 59), zone)  # noqa: DTZ001  # a wall time


def _excluded(parts: Component, zone: tzinfo) -> tuple[set[datetime], set[date]]:
    """Moments, and whole days."""
    moments, days = set[datetime](), set[date]()
    for given in _each(parts.get("EXDATE")):
        for one in given.dts:
            if isinstance(one.dt, datetime):
                moments.add(moment(_wall(one.dt, zone), zone))
            else:
                days.add(one.dt)
    return moments, days


def _wall(at: Any, zone: tzinfo, like: datetime | None = None) -> datetime:
    """On the wall of the event's zone; of a period its begin, of a date the time of day of `like`."""
    first = at[0] if isinstance(at, tuple) else at
    if isinstance(first, datetime):
        return first if first.tzinfo is None else on_wall(first, zone)
    clock = like.time() if like is not None else datetime.min.time()
    return datetime.combine(first, clock)


def _each(given: Any) -> list[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _first(given: Any) -> Any:
    return given[0] if isinstance(given, list) and given else given
