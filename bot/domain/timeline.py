"""Timeline events: immutable facts. What people typed is kept verbatim; sentences are made when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId


class Kind(StrEnum):
    """Every kind of fact, with the data it carries (names, ids and times as JSON values)."""

    DECLARED = "declared"  # severity, service, page: bool, message (permalink, when declared from one)
    PAGED = "paged"  # one person: person_id, tier (1-based, 0 = fallback), cycle (1-based), reason, notifiers, later
    PAGE_DELIVERED = "page_delivered"  # person_id, notifier, repeat: bool
    PAGE_FAILED = "page_failed"  # person_id, notifier, reason
    TIER_SKIPPED = "tier_skipped"  # tier, targets: [text], reason
    NOBODY = "nobody"  # nobody anywhere could be paged
    ACKED = "acked"  # source
    PAGE_ACKED = "page_acked"  # source: a page asked for by hand was answered; the incident was not acked by it
    UNACKED = "unacked"  # reason; why: ack_timeout; person_id whose ack it was, where somebody else gave it back
    DECLINED = "declined"  # source
    ASKED = "asked"  # person_ids are paged by hand; reason: asked | timeout | declined
    ESCALATED = "escalated"  # tier, cycle, person_ids, reason: timeout | by_hand | declined | undelivered | unacked
    HANDOVER = "handover"  # person_ids came on call while a page waited, and are paged too; tier, cycle
    FALLBACK = "fallback"  # person_ids, reason; executive: they alone are paged, else everybody of every tier
    ASSIGNED = "assigned"  # person_id
    TAKEN = "taken"
    ROLE_GIVEN = "role_given"  # role, person_id
    ROLE_DROPPED = "role_dropped"  # role, person_id
    JOINED = "joined"  # person_id becomes a responder
    STATUS = "status"  # from, to
    UPDATE = "update"  # text, status
    SEVERITY = "severity"  # from, to, reason
    NOTE = "note"  # text
    PINNED = "pinned"  # text, permalink, ts, channel, author
    UNPINNED = "unpinned"  # ts, channel
    ALERT = "alert"  # alert_id, status, summary, count
    ROOM = "room"  # channel, name
    STEP_FAILED = "step_failed"  # step, reason; person_id it could not be done for: a side effect
    REMINDED = "reminded"  # reminder
    SNOOZED = "snoozed"  # reminder, minutes (0 = stopped)
    RESOLVED = "resolved"  # text
    CANCELLED = "cancelled"  # reason
    REOPENED = "reopened"  # reason
    POSTMORTEM = "postmortem"  # permalink
    DRILL_SCORED = "drill_scored"  # out, delivered, acked: seconds from the declaration, or None; person_id, people


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `at` is when it happened (a pinned message's own time), `id` the order it was recorded in.

    `key`, where given, is unique within the incident: recording the same fact twice is a no-op.
    """

    incident_id: int
    at: datetime
    kind: Kind
    actor_id: PersonId | None = None
    actor_label: str = ""  # who, when no person: "Tocsin", "Alertmanager"
    data: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    id: int = 0  # given by storage


#: Facts told in the room as a line of their own. PAGED is not among them: the card shows who is paged, and
#: from the second step on ESCALATED or FALLBACK says it once for everybody.
TOLD: frozenset[Kind] = frozenset(
    {
        Kind.TIER_SKIPPED, Kind.NOBODY, Kind.ACKED, Kind.PAGE_ACKED, Kind.UNACKED, Kind.DECLINED, Kind.ASKED,
        Kind.ESCALATED, Kind.HANDOVER, Kind.FALLBACK,
        Kind.ASSIGNED, Kind.TAKEN, Kind.ROLE_GIVEN, Kind.ROLE_DROPPED, Kind.STATUS, Kind.UPDATE, Kind.SEVERITY,
        Kind.NOTE, Kind.PAGE_FAILED, Kind.RESOLVED, Kind.CANCELLED, Kind.REOPENED, Kind.DRILL_SCORED,
    }
)  # fmt: skip
