"""Short messages to one person, written as outbox rows: `bot.views.texts` words their codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.people import Person
from bot.usecases.change import Change


def dm(change: Change, person: Person, message: str, stamp: str, **data: object) -> None:
    """A direct message, once for each (message, stamp, person)."""
    key = f"dm/{change.incident.id}/{message}/{stamp}/{person.id}"
    payload = {"message": message, "data": data}
    change.put(key, Effect.DM_SAY, Lane.ANSWERS, person_id=person.id, payload=payload)


def note_row(person: Person, message: str, stamp: str, data: Mapping[str, object], now: datetime) -> NewRow | None:
    """A direct message about no incident, once for each (message, stamp, person); None for people without Slack."""
    if person.slack_id is None:
        return None
    payload = {"message": message, "data": dict(data)}
    key = f"note/{message}/{stamp}/{person.id}"
    return NewRow(key, Effect.DM_SAY, Lane.ANSWERS, now, person_id=person.id, payload=payload)


def home_row(person: Person, now: datetime) -> NewRow:
    """App Home as it is after this change; only the newest is published."""
    home = f"home/{person.id}"
    key = f"{home}/{int(now.timestamp() * 1000)}"
    return NewRow(key, Effect.HOME_PUBLISH, Lane.COSMETIC, now, person_id=person.id, coalesce=home)
