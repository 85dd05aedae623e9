"""Timers: durable rows that say "at `due_at` do `kind`"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TimerKind(StrEnum):
    ESCALATE = "escalate"  # a run's next step
    HANDOVER = "handover"  # somebody comes on call for the step a run waits in; data: step
    ACK_TIMEOUT = "ack_timeout"  # an ack without a sign since may be given back
    REMIND = "remind"  # data: reminder, number
    TURN = "turn"  # a shift of some schedule nears, begins or ends; of no incident
    QUIET = "quiet"  # an incident opened by alerts resolves itself when all stay resolved


class TimerState(StrEnum):
    PENDING = "pending"
    FIRED = "fired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewTimer:
    """`key` is unique: arming twice is a no-op."""

    key: str
    kind: TimerKind
    due_at: datetime
    incident_id: int | None = None
    run_id: int | None = None
    generation: int = 0
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timer:
    id: int
    key: str
    kind: TimerKind
    due_at: datetime
    incident_id: int | None = None
    run_id: int | None = None
    generation: int = 0
    data: Mapping[str, object] = field(default_factory=dict)
    state: TimerState = TimerState.PENDING
    owner: str | None = None
    fence: int = 0
    reason: str = ""  # why it ended as it did

    @property
    def incident(self) -> int:
        """Of those kinds that are about one."""
        assert self.incident_id is not None
        return self.incident_id
