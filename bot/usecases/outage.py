"""Slack is away: everybody on an open incident is told by SMS and mail who has it and where to meet (SPEC §8).

Pages go on by the other notifiers without this, and the room is filled in when Slack returns.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow, PageState
from bot.domain.incident import Incident, State
from bot.domain.people import EVERYTHING, Person
from bot.ports import Tx

MESSAGE = "slack_away"

#: The outbox effect that says something by each notifier that is not Slack.
_SAYS = {"sms": Effect.SMS_SAY, "email": Effect.MAIL_SAY}


async def slack_away(bot: Bot, since: datetime, now: datetime) -> int:
    """Writes the roster to everybody concerned, once for each outage (`since`), incident and person; how many."""

    async def work(tx: Tx) -> int:
        rows = [
            row for incident in await tx.incidents.open(EVERYTHING) for row in await _roster(bot, tx, incident, now)
        ]
        stamped = [_stamped(row, since) for row in rows]
        await tx.outbox.put(stamped)
        return len(stamped)

    return await bot.write(work)


async def _roster(bot: Bot, tx: Tx, incident: Incident, now: datetime) -> list[NewRow]:
    people = await _concerned(tx, incident)
    if not people:
        return []
    holder = people.get(incident.assignee_id or 0) if incident.state is State.IN_PROGRESS else None
    data = {
        "number": incident.id,
        "title": incident.title,
        "holder": holder.name if holder else "",
        "people": [f"{person.name} {person.phone or ''}".strip() for person in people.values()],
        "bridge": bot.posture().bridge,
    }
    return [row for person in people.values() for row in _rows(bot, incident, person, data, now)]


async def _concerned(tx: Tx, incident: Incident) -> dict[int, Person]:
    """Responders, and whoever is being paged."""
    ids = {row.person_id for row in await tx.responders.of(incident.id)}
    ids |= {page.person_id for page in await tx.pages.of(incident.id) if page.state is PageState.OPEN}
    return {number: person for number, person in (await tx.people.many(ids)).items() if person.active}


def _rows(bot: Bot, incident: Incident, person: Person, data: dict[str, object], now: datetime) -> list[NewRow]:
    addresses = {"sms": person.phone, "email": person.email}
    return [
        NewRow(
            f"away/{incident.id}/{person.id}/{notifier}",
            effect,
            Lane.ANSWERS,
            now,
            incident_id=incident.id,
            person_id=person.id,
            payload={"to": addresses[notifier], "message": MESSAGE, "data": data},
        )
        for notifier, effect in _SAYS.items()
        if addresses[notifier] and notifier in bot.config.notifiers
    ]


def _stamped(row: NewRow, since: datetime) -> NewRow:
    return replace(row, key=f"{row.key}/{int(since.timestamp())}")
