"""People and things that the storage tests put into a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.escalation import Policy, Run, RunKind, Target, TargetKind, Tier
from bot.domain.incident import Incident, State, Status
from bot.domain.people import Person
from bot.ports import Tx

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POLICY = Policy("payments", (Tier((Target(TargetKind.SCHEDULE, "payments"),), 15 * MINUTE),))


async def four(tx: Tx) -> dict[str, Person]:
    """Alice, Bob, Carol and Dave, by handle; Dave is known from Slack only."""
    people = [
        Person(0, "Alice", "alice", "U1", "Alice@example.com", "+15550001", "Europe/Berlin"),
        Person(0, "Bob", "bob", "U2", "bob@example.com", "+15550002"),
        Person(0, "Carol", "carol", "U3", "carol@example.com"),
        Person(0, "Dave", None, "U4"),
    ]
    return {person.name.lower(): await tx.people.add(person) for person in people}


async def declared(tx: Tx, **fields: Any) -> Incident:
    """A new incident."""
    plain: dict[str, Any] = {
        "title": "API is slow",
        "severity": "SEV2",
        "service": "payments",
        "state": State.PENDING,
        "status": Status.INVESTIGATING,
        "detected_by": "Alice",
        "declared_at": NOON,
        "services": ("payments", "web"),
    }
    new = Incident(id=await tx.incidents.next_id(), **plain | fields)
    await tx.incidents.add(new)
    return new


async def climbing(tx: Tx, incident_id: int) -> Run:
    return await tx.runs.add(incident_id, RunKind.DECLARE, POLICY, NOON)


def row(key: str, lane: Lane = Lane.ROOM, effect: Effect = Effect.ROOM_SAY, **fields: Any) -> NewRow:
    return NewRow(key, effect, lane, fields.pop("not_before", NOON), **fields)
