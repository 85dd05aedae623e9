"""PagerDuty beside us: what happens here is told there, and who acks there has it here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.mirror import dedup_key, number_in
from bot.domain.people import EVERYTHING, Actor, Person, Source
from bot.ports import Tx
from bot.usecases import responders
from bot.usecases.once import AlreadyDone, once

#: Shown, with the name that PagerDuty gives, where it is nobody of ours.
LABEL = "PagerDuty"


@dataclass(frozen=True, slots=True)
class Heard:
    """An ack in PagerDuty: whose, by what PagerDuty calls them, of which of its incidents."""

    event_id: str
    key: str
    name: str = ""
    email: str = ""


async def heard(bot: Bot, given: Heard, now: datetime) -> Answer | None:
    """Acks ours; None for an incident that is none of ours, or an event that was heard before."""
    number, person = await _meant(bot, given)
    if number is None:
        return None
    by = Actor(person, Source.PAGERDUTY, f"{given.name} ({LABEL})" if given.name else LABEL)
    try:
        return await responders.ack(once(bot, "pagerduty", given.event_id, now), number, by, now)
    except AlreadyDone:
        return None


async def _meant(bot: Bot, given: Heard) -> tuple[int | None, Person | None]:
    async def work(tx: Tx) -> tuple[int | None, Person | None]:
        number = number_in(given.key)
        incident = await tx.incidents.get(number, EVERYTHING) if number is not None else None
        if incident is None or dedup_key(incident) != given.key:
            return None, None
        return incident.id, await _who(tx, given)

    return await bot.db.read(work)


async def _who(tx: Tx, given: Heard) -> Person | None:
    """By mail address, else by a name that only one of us has. PagerDuty says the name alone, as a rule."""
    if given.email:
        return await tx.people.by_email(given.email)
    name = " ".join(given.name.split()).casefold()
    found = [one for one in await tx.people.all() if one.active and " ".join(one.name.split()).casefold() == name]
    return found[0] if name and len(found) == 1 else None
