"""Turns: a rotation as equal spans of wall time laid end to end, each beginning at its wall time in its zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

from bot.domain.oncall.definition import Rotation
from bot.domain.oncall.seats import Seats
from bot.domain.walltime import moment, on_wall

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
_MONDAY = date(1970, 1, 5)  # where rotations without a start begin to count, so that nothing shuffles them
_APART = timedelta(hours=27)  # no two zones are further from one another


@dataclass(frozen=True, slots=True)
class Turn:
    """[start, end), and the place in the list whose turn it is; None where nobody is there."""

    start: datetime
    end: datetime
    seat: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A part of a turn with whoever is there for it; `zone` is the clock their active hours stand on."""

    start: datetime
    end: datetime
    handle: str
    zone: ZoneInfo


class Course:
    """A rotation laid out in time."""

    def __init__(self, rotation: Rotation) -> None:
        self.rotation = rotation
        self.zone = ZoneInfo(rotation.zone)
        self.anchor = anchor_of(rotation, self.zone)
        self.seats = Seats(rotation, self._begins, self._turn_at)
        self.zones = {term.handle: ZoneInfo(term.zone) for term in rotation.terms if term.zone}

    def turns(self, start: datetime, end: datetime) -> Iterator[Turn]:
        """Whole turns that touch [start, end). One that falls wholly into a skipped hour does not exist."""
        rotation = self.rotation
        start = start if rotation.start is None else max(start, rotation.start)
        end = end if rotation.end is None else min(end, rotation.end)
        if not rotation.members or start >= end:
            return
        early = 1 if not self.zones else 2 + _APART // rotation.period  # a repeated hour sets the wall clock back
        first = (on_wall(start, self.zone) - self.anchor) // rotation.period - early
        first = first if rotation.start is None else max(first, 0)
        since = self._own(first)
        for number in count(first):
            if since >= end:
                return
            until = max(since, self._own(number + 1))
            if until > start and until > since:
                yield Turn(since, until, self.seats.of(number))
            since = until

    def held(self, start: datetime, end: datetime) -> Iterator[Held]:
        """Who is there for what of [start, end), in order; what nobody is there for is left out."""
        rotation = self.rotation
        start = start if rotation.start is None else max(start, rotation.start)
        end = end if rotation.end is None else min(end, rotation.end)
        for turn in self.turns(start, end):
            since, until = max(turn.start, start), min(turn.end, end)
            for first, last in pairwise([since, *self._edges(since, until), until]):
                handle = self._holder(turn.seat, first)
                if handle is not None:
                    yield Held(first, last, handle, self.zones.get(handle, self.zone))

    def _holder(self, seat: int | None, at: datetime) -> str | None:
        if not self.rotation.terms and seat is not None:
            return self.rotation.members[seat]
        return self.seats.holds(seat, at)

    def _edges(self, since: datetime, until: datetime) -> list[datetime]:
        """Moments within a turn at which somebody comes or goes."""
        edges = {
            edge
            for term in self.rotation.terms
            for edge in (term.since, term.until, *(edge for one in term.away for edge in (one.start, one.end)))
            if edge is not None and since < edge < until
        }
        return sorted(edges)

    def _begins(self, number: int) -> datetime:
        return moment(self.anchor + number * self.rotation.period, self.zone)

    def _own(self, number: int) -> datetime:
        """When a turn begins, on the clock of its member."""
        seat = self.seats.of(number) if self.zones else None
        zone = self.zone if seat is None else self.zones.get(self.rotation.members[seat], self.zone)
        return moment(self.anchor + number * self.rotation.period, zone)

    def _turn_at(self, at: datetime) -> int:
        """The first turn that begins at or after a moment."""
        number = (on_wall(at, self.zone) - self.anchor) // self.rotation.period - 1
        while self._begins(number) < at:
            number += 1
        return number


def anchor_of(rotation: Rotation, zone: ZoneInfo) -> datetime:
    """The wall time at which turn 0 begins: the first handoff at or after the start, or the common epoch's."""
    weekday = rotation.handoff_weekday if rotation.period % WEEK == timedelta(0) else None
    if rotation.start is None:
        return datetime.combine(_MONDAY + timedelta(days=weekday or 0), rotation.handoff_time)
    begun = on_wall(rotation.start, zone)
    shift = timedelta(days=0 if weekday is None else weekday - begun.weekday())
    step = min(rotation.period, DAY) if weekday is None else WEEK
    wall = datetime.combine(begun.date() + shift, rotation.handoff_time)
    wall += -((wall - begun) // step) * step  # the earliest handoff not before the start
    while moment(wall, zone) < rotation.start:
        wall += step
    return wall
