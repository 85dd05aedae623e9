"""Joining a war room: who asks is invited, and so sees what is said there."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane
from bot.domain.incident import Incident
from bot.domain.people import Actor
from bot.ports import Tx
from bot.usecases.change import load, room_key


async def join(bot: Bot, number: int, by: Actor, now: datetime) -> Incident:
    """Invites the actor; refuses an incident that they may not see. Asking twice in one second invites once."""

    async def work(tx: Tx) -> Incident:
        change = await load(bot, tx, number, by, now, "join")
        assert by.person_id is not None
        await tx.responders.join_room(number, by.person_id)
        key = f"join/{number}/{by.person_id}/{int(now.timestamp())}"
        payload = {"person_ids": [by.person_id]}
        change.put(key, Effect.ROOM_INVITE, Lane.ROOM, payload=payload, after=room_key(change.incident))
        await tx.outbox.put(change.rows)
        return change.incident

    return await bot.write(work)
