"""Reactions: 👀 ✅ ack, ❌ declines, 🎖️ volunteers, 📌 adds a war-room message to the timeline.

The use case decides what a reaction on one of our messages means. A pin needs the message itself, which is fetched
from Slack first; an event that could not be saved, or whose message could not be fetched, stays unacked. A message of
ours whose place is not saved yet is looked up too: people are quicker than an answer that is lost.
"""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.people import EVERYTHING, Actor
from bot.ports import DatabaseUnavailable
from bot.usecases import incidents, pictures
from bot.usecases.reactions import adopt, reacted
from bot.views.answers import answer
from bot.views.message import Message, say
from clients.slack import SlackFailed
from commands import asking
from commands.boundary import Boundary
from commands.quoting import author_of, moment, permalink, words

FETCH_SECONDS = 1.5


async def added(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`reaction_added`."""
    return await _changed(edge, ack, body, present=True)


async def removed(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`reaction_removed`."""
    return await _changed(edge, ack, body, present=False)


async def _changed(edge: Boundary, ack: AsyncAck, body: dict[str, Any], *, present: bool) -> BoltResponse:
    event = body["event"]
    item = event.get("item") or {}
    if item.get("type") != "message":
        return await ack()
    channel, ts, emoji = str(item["channel"]), str(item["ts"]), str(event["reaction"]).split("::")[0]
    asked = asking.event(body, str(event["user"]), channel)
    if emoji in edge.bot.posture().emoji.pin:
        return await _pinned(edge, ack, asked, ts, present=present)
    if not _meant(edge, emoji):
        return await ack()
    if await pictures.surface(edge.bot, channel, ts) is None:
        try:
            if not await _is_ours(edge, event, channel, ts):
                return await ack()
        except (SlackFailed, TimeoutError, DatabaseUnavailable):
            return BoltResponse(status=503)

    async def act(by: Actor) -> Message | None:
        now = edge.bot.clock.now()
        given = await reacted(edge.bot, channel, ts, emoji, present, str(event["event_ts"]), by, now)
        return say(answer(given, now)) if given is not None and not given.changed else None

    return await edge.hear(asked, act)


async def _is_ours(edge: Boundary, event: dict[str, Any], channel: str, ts: str) -> bool:
    """A card or page of ours whose place we have not saved: looked up by the key that it bears."""
    if not await edge.is_bot(str(event.get("item_user", ""))):
        return False
    async with asyncio.timeout(FETCH_SECONDS):
        said = await edge.slack.messages.said(channel, ts)
    return said is not None and bool(said.key) and await adopt(edge.bot, said.key, channel, ts, edge.bot.clock.now())


def _meant(edge: Boundary, emoji: str) -> bool:
    rules = edge.bot.posture().emoji
    return emoji in rules.ack + rules.decline + rules.volunteer


async def _pinned(edge: Boundary, ack: AsyncAck, asked: asking.Asked, ts: str, *, present: bool) -> BoltResponse:
    channel = asked.channel
    if await pictures.in_channel(edge.bot, channel, EVERYTHING) is None:
        return await ack()
    if not present:

        async def retract(by: Actor) -> None:
            await incidents.unpin(edge.bot, channel, ts, by, edge.bot.clock.now())

        return await edge.hear(asked, retract)
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            said = await edge.slack.messages.said(channel, ts)
            text = await words(edge, said.text) if said else ""
            link = await permalink(edge, channel, ts)
    except (SlackFailed, TimeoutError):
        return BoltResponse(status=503)
    if said is None:
        return await ack()

    async def pin(by: Actor) -> None:
        author = await author_of(edge, said.user)
        await incidents.pin(edge.bot, channel, ts, text, link, author, moment(ts), by, edge.bot.clock.now())

    return await edge.hear(asked, pin)
