"""On call: rotations and the slots they make (SPEC §9). Pure; definitions and an interval in, slots out.

A rotation is a line of equal turns laid end to end on the wall clock of its zone; turn n belongs to
member n, counted round. Active hours cut the turns; layers are laid over one another; what is left of
each turn is a shift. Shifts become slot rows, and people answer from the rows: a human may have placed
one that no rotation knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.people import PersonId
from bot.domain.walltime import moment, on_wall

DEFAULT_HANDOFF = time(9, 0)
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_MONDAY = date(1970, 1, 5)  # where rotations without a start begin to count, so that nothing shuffles them


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """When a rotation covers at all, in its zone: [start, end) on the given weekdays (Monday is 0).

    `end` at or before `start` means past midnight; equal means the whole day.
    """

    start: time
    end: time
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Rotation:
    """Members taking turns. Handles, not ids: the posture knows people by handle."""

    members: tuple[str, ...]
    period: timedelta  # whole days or weeks hand over at wall time; shorter ones at fixed wall times
    handoff_time: time = DEFAULT_HANDOFF
    handoff_weekday: int | None = 0  # Monday; None unless the period is whole weeks
    zone: str = "UTC"
    start: datetime | None = None  # the first shift begins at or after; None: an epoch common to all
    active: ActiveHours | None = None  # None: always


@dataclass(frozen=True, slots=True)
class Schedule:
    """Named coverage. The highest layer that covers a moment wins; layers[0] is the lowest."""

    name: str
    layers: tuple[Rotation, ...]
    escalation_delay: timedelta | None = None
    escalation_to: str | None = None  # a handle or a position, paged when the assignees are exhausted
    is_active: bool = True
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """What the calculus makes: a handle covers [start, end) on a layer."""

    schedule: str
    handle: str
    start: datetime
    end: datetime
    layer: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """A shift as a row: one person covers [start, end)."""

    id: int
    schedule: str
    person_id: PersonId
    start: datetime
    end: datetime
    layer: int = 0
    is_override: bool = False


@dataclass(frozen=True, slots=True)
class OnCall:
    """The answer to "who is on call?" for one schedule at one moment."""

    schedule: str
    slot: Slot | None
    following: Slot | None = None  # the next slot of somebody else, or after a gap
    until: datetime | None = None  # when the person of `slot` stops; None: as far as slots are known


def shifts(schedule: Schedule, start: datetime, end: datetime) -> list[Shift]:
    """Who covers what of [start, end): ordered, in UTC, never overlapping, one shift from change to change.

    A moment that no layer covers is in no shift; an inactive schedule has none at all. The cost grows
    linearly with the number of turns in the interval.
    """
    covered: list[Shift] = []
    for number, layer in enumerate(schedule.layers if schedule.is_active else ()):
        covered = _overlay(covered, list(_layer(schedule.name, number, layer, start, end)))
    return _merged(covered)


def who_follows(schedule: Schedule, current: str, offset: int, at: datetime) -> str | None:
    """The handle that comes `offset` assignees after `current`, counting round; None where nobody is declared.

    The order is that of the layer `current` is in, then the members of the other layers from the highest
    down. Somebody who is in no layer (an override) stands before the person they replace, who comes last.
    """
    order = _order(schedule, current)
    if current not in order:
        planned = next((shift.handle for shift in shifts(schedule, at, at + timedelta(seconds=1))), None)
        order = [current, *_turned(_order(schedule, planned), planned, 1)]
    return order[offset % len(order)] if len(order) > 1 or offset == 0 else None


def covering(slots: Sequence[Slot], at: datetime) -> Slot | None:
    """The slot of one schedule that holds at a moment: overrides first (the later made wins), then layers."""
    held = [slot for slot in slots if slot.start <= at < slot.end]
    return max(held, key=lambda slot: (slot.is_override, 0 if slot.is_override else slot.layer, slot.id), default=None)


def on_call(schedule: str, slots: Sequence[Slot], at: datetime) -> OnCall:
    """Who is on call at a moment, until when, and who comes after, from the slots of one schedule."""
    current = covering(slots, at)
    until: datetime | None = None
    for change in sorted({edge for slot in slots for edge in (slot.start, slot.end) if edge > at}):
        here = covering(slots, change)
        if until is None and (here is None or current is None or here.person_id != current.person_id):
            until = change
        if until is not None and here is not None:
            return OnCall(schedule, current, here, until if current else None)
    return OnCall(schedule, current)


def next_change(slots: Sequence[Slot], at: datetime, before: datetime) -> datetime | None:
    """The first moment after `at` and before `before` at which somebody else is on call, from one schedule's slots.

    A gap is no change: whoever comes after it is, unless it is the same person.
    """
    now = covering(slots, at)
    for edge in sorted({edge for slot in slots for edge in (slot.start, slot.end) if at < edge < before}):
        there = covering(slots, edge)
        if there is not None and (now is None or there.person_id != now.person_id):
            return edge
    return None


def _layer(schedule: str, number: int, rotation: Rotation, start: datetime, end: datetime) -> Iterator[Shift]:
    zone = ZoneInfo(rotation.zone)
    windows = _windows(rotation.active, zone, start, end) if rotation.active else iter([(start, end)])
    window = next(windows, None)
    for first, last, handle in _turns(rotation, zone, start, end):
        while window is not None and window[0] < last:
            since, until = max(first, window[0]), min(last, window[1])
            if since < until:
                yield Shift(schedule, handle, since, until, number)
            if window[1] > last:
                break
            window = next(windows, None)


def _turns(
    rotation: Rotation, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, str]]:
    """Turns that touch [start, end), cut to it. A turn that falls wholly into a skipped hour does not exist."""
    anchor, period, members = _anchor(rotation, zone), rotation.period, rotation.members
    if not members:
        return
    first = (on_wall(start, zone) - anchor) // period - 1  # one early: a repeated hour sets the wall clock back
    first = first if rotation.start is None else max(first, 0)
    since = moment(anchor + first * period, zone)
    for number in count(first):
        if since >= end:
            return
        until = moment(anchor + (number + 1) * period, zone)
        if until > start and until > since:
            yield max(since, start), min(until, end), members[number % len(members)]
        since = until


def _anchor(rotation: Rotation, zone: ZoneInfo) -> datetime:
    """The wall time at which turn 0 begins: the first handoff at or after the start, or the common epoch's."""
    weekday = rotation.handoff_weekday if rotation.period % _WEEK == timedelta(0) else None
    if rotation.start is None:
        return datetime.combine(_MONDAY + timedelta(days=weekday or 0), rotation.handoff_time)
    begun = on_wall(rotation.start, zone)
    shift = timedelta(days=0 if weekday is None else weekday - begun.weekday())
    step = min(rotation.period, _DAY) if weekday is None else _WEEK
    wall = datetime.combine(begun.date() + shift, rotation.handoff_time)
    wall += -((wall - begun) // step) * step  # the earliest handoff not before the start
    while moment(wall, zone) < rotation.start:
        wall += step
    return wall


def _windows(
    active: ActiveHours, zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The active hours that touch [start, end), in order."""
    day = on_wall(start, zone).date() - _DAY
    last = on_wall(end, zone).date()
    overnight = _DAY if active.end <= active.start else timedelta(0)
    while day <= last:
        if day.weekday() in active.weekdays:
            since = moment(datetime.combine(day, active.start), zone)
            until = moment(datetime.combine(day, active.end) + overnight, zone)
            if since < until:
                yield since, until
        day += _DAY


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


def _order(schedule: Schedule, first: str | None) -> list[str]:
    """Every member once: the highest layer that has `first`, turned to begin there, then the others downwards."""
    layers = [list(dict.fromkeys(layer.members)) for layer in reversed(schedule.layers)]
    home = next((layer for layer in layers if first in layer), [])
    rest = [handle for layer in layers if layer is not home for handle in layer]
    return list(dict.fromkeys([*_turned(home, first, 0), *rest]))


def _turned(order: list[str], first: str | None, beyond: int) -> list[str]:
    """The order, beginning `beyond` places after `first`."""
    cut = order.index(first) + beyond if first in order else 0
    return order[cut:] + order[:cut]
