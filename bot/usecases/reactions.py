"""Reactions on our messages: 👀 ✅ ack, ❌ declines, 🎖️ volunteers as commander; removing 🎖️ steps down.

They race and repeat: only the newest event of a person, message and emoji counts.
"""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Surface, SurfaceKind
from bot.domain.people import Actor
from bot.ports import Tx
from bot.usecases import pictures, responders
from bot.usecases.once import AlreadyDone, guarded


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
