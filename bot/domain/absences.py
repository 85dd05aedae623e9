"""Time off that people tell, beside what a posture says: laid over every rotation they take turns in. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.domain.oncall import Away, Layer, Rotation, Schedule, Slot, Term, covering
from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is not there during [since, until)."""

    id: int  # given by storage
    person_id: PersonId
    since: datetime
    until: datetime
    told_by_id: PersonId | None
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """[start, end) of a schedule goes from one person to another; None: nobody has it."""

    start: datetime
    end: datetime
    before: PersonId | None
    after: PersonId | None


def laid(schedule: Schedule, told: Mapping[str, Sequence[Absence]]) -> Schedule:
    """The schedule with what was told by now, by handle; what was told before and is no more goes.

    Lines of a sheet or a feed stay as they are: whoever wrote them down says who is there.
    """
    layers = tuple(_layer(layer, told) for layer in schedule.layers)
    return schedule if layers == schedule.layers else replace(schedule, layers=layers)


def _layer(layer: Layer, told: Mapping[str, Sequence[Absence]]) -> Layer:
    if not isinstance(layer, Rotation):
        return layer
    said = {term.handle: term for term in layer.terms}
    if not (set(told) & set(layer.members)) and not any(one.told for term in layer.terms for one in term.away):
        return layer
    terms = [_term(said.get(handle, Term(handle)), told.get(handle, ())) for handle in dict.fromkeys(layer.members)]
    return replace(layer, terms=tuple(term for term in terms if term != Term(term.handle)))


def _term(term: Term, told: Sequence[Absence]) -> Term:
    fixed = tuple(one for one in term.away if not one.told)
    return replace(term, away=(*fixed, *(Away(one.since, one.until, told=True) for one in told)))


def moved(before: Sequence[Slot], after: Sequence[Slot], start: datetime, end: datetime) -> list[Moved]:
    """What of [start, end) changes hands, in order, from the stretches of one schedule before and after."""
    edges = {edge for slot in (*before, *after) for edge in (slot.start, slot.end) if start < edge < end}
    cuts = sorted({start, end} | edges)
    found: list[Moved] = []
    for since, until in pairwise(cuts):
        had, has = covering(before, since), covering(after, since)
        one = Moved(since, until, had.person_id if had else None, has.person_id if has else None)
        last = found[-1] if found else None
        if last is not None and last.end == since and (last.before, last.after) == (one.before, one.after):
            found[-1] = replace(last, end=until)
        elif one.before != one.after:
            found.append(one)
    return found
