"""An incident: its two axes, its roles and the table of legal moves.

state (paging axis):  PENDING → ASSIGNED → IN_PROGRESS → RESOLVED, ERROR when it cannot be paged
status (human axis):  investigating, identified, mitigating, monitoring, resolved
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId

TITLE_LIMIT = 150  # fits Slack's header block, a topic and an SMS beside the rest
TEXT_LIMIT = 2900  # fits one section block (3,000) with its mark-up


class State(StrEnum):
    """The paging axis (SPEC §1)."""

    PENDING = "PENDING"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    ERROR = "ERROR"


class Status(StrEnum):
    """The human axis (SPEC §1)."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATING = "mitigating"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class ClosedAs(StrEnum):
    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Role(StrEnum):
    """Roles within an incident that every posture has."""

    COMMANDER = "commander"
    RESPONDER = "responder"
    COMMS = "comms"
    SCRIBE = "scribe"


#: Legal moves of the paging axis; `verify` holds the log to this table.
MOVES: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.ASSIGNED, State.IN_PROGRESS, State.RESOLVED, State.ERROR}),
    State.ASSIGNED: frozenset({State.PENDING, State.IN_PROGRESS, State.RESOLVED, State.ERROR}),
    State.IN_PROGRESS: frozenset({State.PENDING, State.ASSIGNED, State.RESOLVED, State.ERROR}),
    State.ERROR: frozenset({State.PENDING, State.ASSIGNED, State.IN_PROGRESS, State.RESOLVED}),
    State.RESOLVED: frozenset({State.PENDING, State.ASSIGNED, State.IN_PROGRESS, State.ERROR}),
}


@dataclass(frozen=True, slots=True)
class Incident:
    """`id` is the n of `INC-n`. `version` rises with every change (compare-and-set)."""

    id: int
    title: str
    severity: str
    service: str  # the first service: it chooses policy, runbook and notify channels
    state: State
    status: Status
    detected_by: str  # a person's name, or the alert source
    declared_at: datetime
    description: str = ""
    services: tuple[str, ...] = ()  # all of them, the first included
    private: bool = False
    drill: bool = False
    source_link: str = ""
    reporter_id: PersonId | None = None
    assignee_id: PersonId | None = None
    commander_id: PersonId | None = None
    closed_as: ClosedAs | None = None
    resolution: str = ""  # what fixed it, or why it was closed
    acked_at: datetime | None = None  # the first ack; MTTA
    resolved_at: datetime | None = None
    resolved_by_id: PersonId | None = None
    last_update: str = ""  # the newest status update's words
    last_update_at: datetime | None = None
    room_channel: str | None = None  # Slack's id, once the room exists
    room_name: str = ""  # wanted name; Slack may have given it a suffix
    generation: int = 0  # rises on reopen; part of timer and page keys
    version: int = 1

    @property
    def name(self) -> str:
        return f"INC-{self.id}"

    @property
    def open(self) -> bool:
        return self.state is not State.RESOLVED


@dataclass(frozen=True, slots=True)
class Responder:
    """A person on an incident. One row a person; roles besides `responder` are in `roles`."""

    incident_id: int
    person_id: PersonId
    joined_at: datetime
    roles: frozenset[str] = frozenset({Role.RESPONDER.value})
    ack_source: str | None = None
    acked_at: datetime | None = None
