"""Short messages to one person, written as outbox rows: `bot.views.texts` words their codes."""

from __future__ import annotations

from bot.domain.delivery import Effect, Lane
from bot.domain.people import Person
from bot.usecases.change import Change


def dm(change: Change, person: Person, message: str, stamp: str, **data: object) -> None:
    """A direct message, once for each (message, stamp, person)."""
    key = f"dm/{change.incident.id}/{message}/{stamp}/{person.id}"
    payload = {"message": message, "data": data}
    change.put(key, Effect.DM_SAY, Lane.ANSWERS, person_id=person.id, payload=payload)
