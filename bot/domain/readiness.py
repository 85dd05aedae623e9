"""Gaps: what will leave nobody on call, or somebody hard to reach, found before it is needed (SPEC §9). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from bot.domain.oncall import Rotation, Schedule, Slot, meant_to_cover, uncovered
from bot.domain.people import Person, PersonId

#: How far ahead gaps are looked for.
AHEAD = timedelta(days=14)

#: Every code there is, with what it means; those in WARNINGS leave somebody on call.
CODES: dict[str, str] = {
    "no_slot": "nobody covers a time that its layers are there for",
    "inactive": "the schedule is switched off, and something pages it",
    "no_address": "somebody who is on call can be reached by nothing that is configured",
    "deactivated": "somebody who is on call is deactivated in Slack",
    "one_person": "one person alone takes every turn",
    "twice": "somebody is on call by two schedules at once",
    "stale": "its source cannot be followed, so that what was last read is in force",
}
WARNINGS = frozenset({"one_person", "twice", "stale"})
#: Told by themselves, at once; here they are only shown until they are mended.
SHOWN_ONLY = frozenset({"stale"})


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is to be mended. `start` and `end` None: as long as it is as it is."""

    code: str
    schedule: str
    person_id: PersonId | None = None
    start: datetime | None = None
    end: datetime | None = None
    other: str = ""  # the other schedule of `twice`
    id: int = 0  # given by storage, once it was told

    @property
    def warning(self) -> bool:
        return self.code in WARNINGS

    def same(self, other: Gap) -> bool:
        """The same trouble, though it may begin later by now, or end elsewhere."""
        about = (self.code, self.schedule, self.person_id, self.other)
        if about != (other.code, other.schedule, other.person_id, other.other):
            return False
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return True
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Known:
    """What gaps depend on: stretches by schedule, the people in them, and the schedules that something pages."""

    schedules: Mapping[str, Schedule]
    off: Collection[str]
    stretches: Mapping[str, Sequence[Slot]]
    people: Mapping[PersonId, Person]
    configured: Collection[str]
    paged: Collection[str]
    stale: Collection[str] = ()  # whose source cannot be followed


def gaps(known: Known, start: datetime, end: datetime) -> list[Gap]:
    """Everything that is to be mended within [start, end), schedule by schedule, errors before warnings."""
    found = [
        gap for name, schedule in known.schedules.items() for gap in _of_schedule(known, name, schedule, start, end)
    ]
    found += _twice(known)
    return sorted(found, key=lambda gap: (gap.warning, gap.schedule, gap.code, gap.start or start))


def _of_schedule(known: Known, name: str, schedule: Schedule, start: datetime, end: datetime) -> Iterator[Gap]:
    if name in known.off or not schedule.is_active:
        if name in known.paged:
            yield Gap("inactive", name)
        return
    held = known.stretches.get(name, ())
    if name in known.stale:
        yield Gap("stale", name)
    for since, until in meant_to_cover(schedule, start, end):
        inside = [slot for slot in held if slot.start < until and slot.end > since]
        for first, last in uncovered(_within(inside, since, until), since, until):
            yield Gap("no_slot", name, None, first, last)
    for person_id in dict.fromkeys(slot.person_id for slot in held):
        person = known.people.get(person_id)
        mine = [slot for slot in held if slot.person_id == person_id]
        if person is None or not person.active:
            yield Gap("deactivated", name, person_id, mine[0].start, mine[-1].end)
        elif not any(person.address(notifier) for notifier in known.configured):
            yield Gap("no_address", name, person_id, mine[0].start, mine[-1].end)
    turning = [layer for layer in schedule.layers if isinstance(layer, Rotation)]
    if name in known.paged and turning and len(schedule.handles) == 1:
        yield Gap("one_person", name, _named(schedule, known.people))


def _named(schedule: Schedule, people: Mapping[PersonId, Person]) -> PersonId | None:
    """The one who takes every turn, not whoever an override put there."""
    return next((one.id for one in people.values() if one.named_in(schedule.handles)), None)


def _within(held: Sequence[Slot], start: datetime, end: datetime) -> list[Slot]:
    return [replace(slot, start=max(slot.start, start), end=min(slot.end, end)) for slot in held]


def _twice(known: Known) -> Iterator[Gap]:
    """Overlaps of one person's stretches on two schedules, each pair of schedules once."""
    by_person: dict[PersonId, list[Slot]] = {}
    for held in known.stretches.values():
        for slot in held:
            by_person.setdefault(slot.person_id, []).append(slot)
    for person_id, mine in by_person.items():
        told: set[tuple[str, str]] = set()
        for one, other in combinations(sorted(mine, key=lambda slot: (slot.start, slot.schedule)), 2):
            pair = (min(one.schedule, other.schedule), max(one.schedule, other.schedule))
            if pair[0] != pair[1] and pair not in told and one.end > other.start:
                told.add(pair)
                yield Gap("twice", pair[0], person_id, other.start, min(one.end, other.end), pair[1])


def compared(told: Sequence[Gap], found: Sequence[Gap], now: datetime) -> tuple[list[Gap], list[Gap], list[Gap]]:
    """Gaps that are new, those that were mended, and those that are simply over."""
    new = [gap for gap in found if not any(gap.same(one) for one in told)]
    gone = [gap for gap in told if not any(gap.same(one) for one in found)]
    mended = [gap for gap in gone if gap.end is None or gap.end > now]
    return new, mended, [gap for gap in gone if gap not in mended]
