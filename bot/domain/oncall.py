"""On call: rotations and the slots they make (SPEC §9). Pure; definitions and an interval in, slots out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.domain.people import PersonId


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
    handoff_time: time = time(9, 0)
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
    following: Slot | None = field(default=None)  # the next slot of somebody else, or after a gap
