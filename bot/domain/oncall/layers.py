"""Shifts: what is left of each turn once active hours have cut it and higher layers were laid over it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.oncall.definition import ActiveHours, Listed, Rotation, Schedule, Shift
from bot.domain.oncall.turns import DAY, Course, anchor_of
from bot.domain.walltime import moment, on_wall

Interval = tuple[datetime, datetime]


def shifts(schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """Who covers what of [start, end): ordered, in UTC, never overlapping, one shift from change to change.

    A moment that no layer covers is in no shift; an inactive schedule has none at all. The cost grows
    linearly with the number of turns in the interval.
    """
    covered: list[Shift] = []
    for number, layer in enumerate(schedule.layers if schedule.is_active else ()):
        if isinstance(layer, Listed):
            found = _listed(schedule.name, number, layer, start, end)
        else:
            found = _rotating(schedule.name, number, layer, start, end)
        covered = _overlay(covered, list(found))
    return _merged(covered)


def boundary(schedule: Schedule, at: datetime) -> datetime | None:
    """When the turn or line that holds at a moment ends by itself, passed on or not; None where none holds."""
    soon = at + timedelta(seconds=1)
    for layer in reversed(schedule.layers if schedule.is_active else ()):
        if isinstance(layer, Listed):
            ends = [line.end for line in layer.lines if line.start <= at < line.end]
        elif any(_rotating(schedule.name, 0, layer, at, soon)):
            ends = [turn.end for turn in Course(layer).turns(at, soon)]
        else:
            ends = []
        if ends:
            return ends[0]
    return None


def meant_to_cover(schedule: Schedule, start: datetime, end: datetime) -> list[Interval]:
    """What of [start, end) the layers are there for, whoever is a member or away; joined, in order."""
    spans: list[Interval] = []
    if schedule.source is not None and not schedule.layers:  # nothing was read of it yet
        return [(start, end)]
    for layer in schedule.layers:
        if isinstance(layer, Listed):
            spans.append((min((line.start for line in layer.lines), default=start), end))  # in any order, or emptied
            continue
        zone = ZoneInfo(layer.zone)
        since = start if layer.start is None else max(start, moment(anchor_of(layer, zone), zone))
        until = end if layer.end is None else min(end, layer.end)
        if layer.active is None:
            spans.append((since, until))
        elif since < until:
            spans += windows(layer.active, zone, since, until, layer.holidays)
    return joined((max(since, start), min(until, end)) for since, until in spans)


def moved_on(before: Schedule, after: Schedule, now: datetime) -> bool:
    """Whether nothing has changed but that lines are over, and that others follow where the last known one ended."""
    old, new = ([line for layer in one.layers if isinstance(layer, Listed) for line in layer.lines]
                for one in (before, after))  # fmt: skip
    known = max((line.end for line in old), default=now)
    return (
        replace(before, layers=(), source=None) == replace(after, layers=(), source=None)
        and len(after.layers) == 1
        and [line for line in old if line.end > now] == [line for line in new if now < line.end and line.start < known]
    )


def joined(spans: Iterator[Interval] | list[Interval]) -> list[Interval]:
    """Spans in order, those that touch or overlap as one; empty ones are left out."""
    result: list[Interval] = []
    for since, until in sorted(span for span in spans if span[0] < span[1]):
        if result and since <= result[-1][1]:
            result[-1] = (result[-1][0], max(until, result[-1][1]))
        else:
            result.append((since, until))
    return result


def windows(
    active: ActiveHours, zone: ZoneInfo, start: datetime, end: datetime, closed: frozenset[date] = frozenset()
) -> Iterator[Interval]:
    """The active hours within [start, end), in order; none begin on a closed day."""
    day = on_wall(start, zone).date() - DAY
    last = on_wall(end, zone).date()
    overnight = DAY if active.end <= active.start else timedelta(0)
    while day <= last:
        if day.weekday() in active.weekdays and day not in closed:
            since = max(start, moment(datetime.combine(day, active.start), zone))
            until = min(end, moment(datetime.combine(day, active.end) + overnight, zone))
            if since < until:
                yield since, until
        day += DAY


def _rotating(schedule: str, number: int, layer: Rotation, start: datetime, end: datetime) -> Iterator[Shift]:
    for held in Course(layer).held(start, end):
        if layer.active is None:
            yield Shift(schedule, held.handle, held.start, held.end, number)
        else:
            for since, until in windows(layer.active, held.zone, held.start, held.end, layer.holidays):
                yield Shift(schedule, held.handle, since, until, number)


def _listed(schedule: str, number: int, layer: Listed, start: datetime, end: datetime) -> Iterator[Shift]:
    """Of lines that overlap the first holds. One walk over their edges: thousands must not stop the program."""
    inside = [
        (max(line.start, start), min(line.end, end), place, line.assignees[0])
        for place, line in enumerate(layer.lines)
        if line.assignees and max(line.start, start) < min(line.end, end)
    ]
    coming = deque(sorted(inside))
    running: list[tuple[int, datetime, str]] = []  # the first line on top
    for since, until in pairwise(sorted({edge for one in inside for edge in one[:2]})):
        while coming and coming[0][0] <= since:
            _, ends, place, handle = coming.popleft()
            heappush(running, (place, ends, handle))
        while running and running[0][1] <= since:
            heappop(running)
        if running:
            yield Shift(schedule, running[0][2], since, until, number)


def _overlay(lower: list[Shift], upper: list[Shift]) -> list[Shift]:
    """Both, where `upper` wins. Each is ordered and free of overlaps, and so is the result."""
    result: list[Shift] = []
    index = 0
    for shift in lower:
        while index < len(upper) and upper[index].end <= shift.start:
            result.append(upper[index])
            index += 1
        since = shift.start
        while index < len(upper) and upper[index].start < shift.end:
            if since < upper[index].start:
                result.append(replace(shift, start=since, end=upper[index].start))
            since = upper[index].end
            if since > shift.end:
                break  # it reaches into the next shift, and is emitted there
            result.append(upper[index])
            index += 1
        if since < shift.end:
            result.append(replace(shift, start=since))
    return result + upper[index:]


def _merged(ordered: list[Shift]) -> list[Shift]:
    """Shifts that follow one another for the same person on the same layer become one."""
    result: list[Shift] = []
    for shift in ordered:
        last = result[-1] if result else None
        if last and last.end == shift.start and (last.handle, last.layer) == (shift.handle, shift.layer):
            result[-1] = replace(last, end=shift.end)
        else:
            result.append(shift)
    return result
