"""Slots, and what they answer: who is on call, until when, who comes next, and what the rows come to over time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise

from bot.domain.people import PersonId


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
    following: Slot | None = None  # the next slot of somebody else, or after a gap; it starts when it is its turn
    until: datetime | None = None  # when the person of `slot` stops; None: as far as slots are known


def covering(slots: Iterable[Slot], at: datetime) -> Slot | None:
    """The slot of one schedule that holds at a moment: overrides first (the later made wins), then layers."""
    return max((slot for slot in slots if slot.start <= at < slot.end), key=_rank, default=None)


def _rank(slot: Slot) -> tuple[bool, int, int]:
    return slot.is_override, 0 if slot.is_override else slot.layer, slot.id


def on_call(schedule: str, slots: Sequence[Slot], at: datetime, known: datetime | None = None) -> OnCall:
    """Who is on call at a moment, until when, and who comes after, from the slots of one schedule.

    `known` is how far slots are made ahead: an end before it, with nobody after, is the end of the plan.
    """
    current = covering(slots, at)
    until: datetime | None = None
    for change in sorted({edge for slot in slots for edge in (slot.start, slot.end) if edge > at}):
        here = covering(slots, change)
        if until is None and (here is None or current is None or here.person_id != current.person_id):
            until = change
        if until is not None and here is not None:
            return OnCall(schedule, current, replace(here, start=change), until if current else None)
    ends = current is not None and until is not None and known is not None and until < known
    return OnCall(schedule, current, until=until if ends else None)


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


def stretches(slots: Sequence[Slot], start: datetime, end: datetime) -> list[Slot]:
    """What one schedule's slots come to within [start, end): in order, free of overlaps, overrides laid over the rota.

    Each is the slot that holds, cut to what it holds of; two in a row of one person and kind are one.
    """
    inside = [slot for slot in slots if slot.start < end and slot.end > start]
    cuts = {edge for slot in inside for edge in (slot.start, slot.end) if start < edge < end}
    coming = deque(sorted(inside, key=lambda slot: slot.start))
    running: list[tuple[int, int, int, int, Slot]] = []  # the one that holds on top, as `covering` says
    result: list[Slot] = []
    for since, until in pairwise(sorted({start, end} | cuts)):
        while coming and coming[0].start <= since:
            slot = coming.popleft()
            override, layer, number = _rank(slot)
            heappush(running, (-override, -layer, -number, -len(coming), slot))
        while running and running[0][-1].end <= since:
            heappop(running)
        if not running:
            continue
        held = running[0][-1]
        last = result[-1] if result else None
        if last is not None and last.end == since and _alike(last, held):
            result[-1] = replace(last, end=until)
        else:
            result.append(replace(held, start=since, end=until))
    return result


def _alike(one: Slot, other: Slot) -> bool:
    return (one.person_id, one.layer, one.is_override) == (other.person_id, other.layer, other.is_override)


def of_one_person(held: Sequence[Slot]) -> list[Slot]:
    """Stretches of one schedule joined where one person stays, whichever layer or override it is by."""
    result: list[Slot] = []
    for slot in held:
        last = result[-1] if result else None
        if last is not None and last.end == slot.start and last.person_id == slot.person_id:
            result[-1] = replace(last, end=slot.end)
        else:
            result.append(slot)
    return result


def uncovered(held: Sequence[Slot], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The spans of [start, end) that no stretch covers, in order."""
    edges = [start, *(edge for slot in held for edge in (slot.start, slot.end)), end]
    return [(since, until) for since, until in zip(edges[::2], edges[1::2], strict=True) if since < until]
