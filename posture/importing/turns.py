"""Turns of other pagers in ours: hours of the week as active hours, and schedules where several are on call at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from bot.domain.oncall import ActiveHours
from posture.importing.draft import Draft, Schedule, Turns

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(weeks=1)
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=366)
_MINUTES: Final = 24 * 60
_WEEK_MINUTES: Final = 7 * _MINUTES

#: From a weekday (Monday is 0) and a minute of that day on, so many minutes.
Stretch = tuple[int, int, int]


def hours(stretches: Iterable[Stretch]) -> tuple[ActiveHours, ...]:
    """The same minutes of every week; those of one clock time on several days are one."""
    days: dict[tuple[int, int], set[int]] = {}
    for day, start, length in stretches:
        for weekday, first, last in _by_day(day, start, min(length, _WEEK_MINUTES)):
            days.setdefault((first, last), set()).add(weekday)
    return tuple(ActiveHours(_clock(first), _clock(last), frozenset(on)) for (first, last), on in days.items())


def _by_day(day: int, start: int, length: int) -> Iterable[Stretch]:
    """In parts of a day at most; one that only passes midnight stays whole."""
    if length <= _MINUTES:
        yield day % 7, start, (start + length) % _MINUTES
        return
    end = start + length
    while start < end:
        until = min(end, _MINUTES)
        yield day % 7, start, until % _MINUTES
        day, start, end = day + 1, 0, end - _MINUTES


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def possible(draft: Draft, name: str, what: str, turns: Turns) -> bool:
    """Whether it can be said here; where not, or not exactly, that is told."""
    if not turns.members:
        draft.note("schedules", name, f"{what} has nobody in it and was left out.")
        return False
    if not _SHORTEST <= turns.period <= _LONGEST:
        draft.note(
            "schedules", name, f"{what} has turns of {turns.period}, which cannot be said here; it was left out."
        )
        return False
    if turns.period % DAY and turns.zone != "UTC" and len(set(turns.members)) > 1:
        draft.note(
            "schedules", name,
            f"{what} has turns that are no whole days: here they hand over at the same times of day all year, and may"
            " be an hour off from there once the clocks have changed.",
        )  # fmt: skip
    return True


def over(turns: Turns, now: datetime) -> bool:
    """Whether nobody will be on call by it again; a day is left for the zones."""
    return turns.end is not None and turns.end < now.replace(tzinfo=None) - DAY


def put(
    draft: Draft, name: str, number: str, team: str, levels: Sequence[Sequence[Turns]], user_group: str = ""
) -> None:
    """Takes a schedule over. Each level lies over those before it; within a level all are on call at once.

    Who is on call at once with somebody else has a schedule of their own, and whatever names one names all of them.
    """
    lanes = [_lanes(level) for level in levels if level]
    made: list[str] = []
    for number_of in range(max(map(len, lanes), default=0)):
        layers = tuple(one for level in lanes for one in _stacked(level, number_of, alone=len(lanes) == 1))
        own = name if not made else draft.name("schedules", f"{name}-{number_of + 1}", "")
        draft.schedules[own] = Schedule(team, layers, user_group=user_group)
        made.append(own)
    draft.know("schedules", number, *made)
    if not made:
        draft.note("schedules", name, f"The schedule `{name}` has nobody who will be on call, and was left out.")
    for more in made[1:]:
        draft.note(
            "schedules", more, f"It is on call at the same time as `{name}`; together they are the schedule there."
        )


def _lanes(level: Sequence[Turns]) -> list[list[Turns]]:
    """As few rows as it takes for nothing in a row to overlap."""
    rows: list[list[Turns]] = []
    for one in level:
        row = next((row for row in rows if all(_apart(one, other) for other in row)), None)
        if row is None:
            rows.append([one])
        else:
            row.append(one)
    return rows


def _stacked(rows: list[list[Turns]], number: int, *, alone: bool) -> list[Turns]:
    """One row on top of the others, so that nothing of a level below shows where this level covers."""
    if alone:
        return rows[number]
    top = rows[number] if number < len(rows) else []
    below = [one for row in rows if row is not top for one in row]
    first = min((one.start for one in below), default=None)
    always = any(not one.windows and one.end is None and (first is None or one.start <= first) for one in top)
    return top if always else below + top


def _apart(one: Turns, other: Turns) -> bool:
    """Whether the two can never cover one moment."""
    if (one.end is not None and one.end <= other.start - DAY) or (
        other.end is not None and other.end <= one.start - DAY
    ):
        return True
    if one.zone != other.zone:
        return False
    if (one.end is not None and one.end <= other.start) or (other.end is not None and other.end <= one.start):
        return True
    return bool(one.windows) and bool(other.windows) and not _minutes(one) & _minutes(other)


def _minutes(turns: Turns) -> set[int]:
    """Of the week that it covers."""
    found: set[int] = set()
    for window in turns.windows:
        first = window.start.hour * 60 + window.start.minute
        length = (window.end.hour * 60 + window.end.minute - first) % _MINUTES or _MINUTES
        for day in window.weekdays:
            found |= {(day * _MINUTES + first + step) % _WEEK_MINUTES for step in range(length)}
    return found
