"""Who is on call through an interval, by a posture alone: shifts laid out once, with the moments that change them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from bot.domain.escalation import Target
from bot.domain.meaning import Found, schedules_of
from bot.domain.oncall import Listed, Rotation, Schedule, Shift, shifts
from bot.domain.posture import Posture
from bot.domain.reach import Readiness, as_exported
from bot.domain.simulation import Roster

Span = tuple[datetime, datetime]
#: How often somebody came or went until then, and who holds each schedule.
State = tuple[int | str | None, ...]


class Almanac(Roster):
    """Answers a planner's questions like any roster, for moments of [start, end), and fast."""

    def __init__(self, posture: Posture, start: datetime, end: datetime, ready: Readiness | None = None) -> None:
        super().__init__(posture)
        self.start, self.end = start, end
        if ready is not None:
            declared = enumerate(posture.people.items(), 1)
            self.people = {handle: as_exported(number, person, ready) for number, (handle, person) in declared}
        self._shifts: dict[str, list[Shift]] = {}
        self._begins: dict[str, list[datetime]] = {}

    def shifts(self, schedule: str) -> list[Shift]:
        """Every shift of one schedule within the interval."""
        if schedule not in self._shifts:
            declared = self.posture.schedules.get(schedule)
            made = shifts(declared, self.start, self.end) if declared is not None else []
            self._shifts[schedule] = made
            self._begins[schedule] = [shift.start for shift in made]
        return self._shifts[schedule]

    def meant(self, targets: Sequence[Target], at: datetime) -> list[Found]:
        """The people that each of these targets means at a moment."""
        return self._found(targets, at)

    def states(self, targets: Sequence[Target]) -> tuple[list[Span], list[State]]:
        """The interval cut at every moment at which these targets may mean somebody else, with the state in each span.

        In equal states they mean the same people.
        """
        names = schedules_of(targets, self.posture)
        counted = {target.name for target in targets if target.offset}
        comings = sorted({edge for name in names if name in counted for edge in _comings(self.posture.schedules[name])})
        edges = {self.start, self.end, *comings}
        edges |= {edge for name in names for shift in self.shifts(name) for edge in (shift.start, shift.end)}
        spans = list(pairwise(sorted(edge for edge in edges if self.start <= edge <= self.end)))
        return spans, [
            (bisect_right(comings, start), *(self._holder(name, start) for name in names)) for start, _ in spans
        ]

    def _holder(self, schedule: str, at: datetime) -> str | None:
        held = self.shifts(schedule)
        place = bisect_right(self._begins[schedule], at) - 1
        return held[place].handle if place >= 0 and at < held[place].end else None


def _comings(schedule: Schedule) -> set[datetime]:
    """When somebody comes or goes, or another written line begins: then others may follow whoever is on call."""
    lines = [line for layer in schedule.layers if isinstance(layer, Listed) for line in layer.lines]
    terms = [term for layer in schedule.layers if isinstance(layer, Rotation) for term in layer.terms]
    edges: Iterable[datetime | None] = (
        edge
        for term in terms
        for edge in (term.since, term.until, *(edge for one in term.away for edge in (one.start, one.end)))
    )
    known = {edge for edge in edges if edge is not None}
    return known | {edge for line in lines for edge in (line.start, line.end)}


def zone_of(schedule: Schedule | None) -> str:
    """The clock a schedule stands on: that of its lowest rotation."""
    layers = schedule.layers if schedule is not None else ()
    return next((layer.zone for layer in layers if isinstance(layer, Rotation)), "UTC")
