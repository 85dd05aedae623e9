"""Reactions on our messages: 👀 ✅ ack, ❌ declines, 🎖️ volunteers as commander; removing 🎖️ steps down.

They race and repeat: only the newest event of a person, message and emoji counts.
"""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Surface, SurfaceKind
from bot.domain.people import Actor
from bot.ports import Tx
from bot.usecases import pictures, responders
from bot.usecases.once import AlreadyDone, guarded

#: Messages on which a reaction means something.
_STANDS_FOR = {Effect.CARD_POST: SurfaceKind.CARD, Effect.PAGE_SLACK: SurfaceKind.PAGE}


async def reacted(
    bot: Bot, channel: str, ts: str, emoji: str, present: bool, event_ts: str, by: Actor, now: datetime
) -> Answer | None:
    """What a reaction means is done; None where it means nothing, or is stale or a repeat."""
    rules = bot.posture().emoji
    meant = emoji in rules.ack + rules.decline + rules.volunteer
    if not meant or by.person is None or by.person.slack_id is None:
        return None
    slack_id = by.person.slack_id
    surface = await pictures.surface(bot, channel, ts)
    if surface is None or surface.kind not in (SurfaceKind.CARD, SurfaceKind.PAGE):
        return None

    async def newest(tx: Tx) -> bool:
        return await tx.reactions.newest(channel, ts, slack_id, emoji, present, event_ts)

    try:
        return await _act(guarded(bot, newest), surface, emoji, present, by, now)
    except AlreadyDone:
        return None


async def adopt(bot: Bot, key: str, channel: str, ts: str, now: datetime) -> bool:
    """A message that bears this key of ours, and whose place was not saved yet: it is saved now.

    False where the key is of no card or page. A reaction may be quicker than the answer to the post, or than a restart.
    """

    async def work(tx: Tx) -> bool:
        row = await tx.outbox.by_key(key)
        kind = _STANDS_FOR.get(row.effect) if row is not None else None
        if row is None or kind is None or row.incident_id is None:
            return False
        await tx.surfaces.put(Surface(channel, ts, kind, row.incident_id, row.page_id, row.person_id, now))
        return True

    return await bot.db.write(work)


async def _act(bot: Bot, surface: Surface, emoji: str, present: bool, by: Actor, now: datetime) -> Answer | None:
    rules, number = bot.posture().emoji, surface.incident_id
    if emoji in rules.volunteer and surface.kind is SurfaceKind.CARD:
        if present:
            return await responders.volunteer(bot, number, by, now)
        return await responders.step_down(bot, number, by, now)
    if not present:
        # Nothing is undone, but it is remembered: the same emoji put there again means it again.
        return await bot.db.write(_nothing)
    if emoji in rules.ack:
        return await responders.ack(bot, number, by, now)
    if emoji in rules.decline:
        return await responders.decline(bot, number, by, now, surface.page_id)
    return None


async def _nothing(_tx: Tx) -> None:
    """Only the guard's own memory is written."""
