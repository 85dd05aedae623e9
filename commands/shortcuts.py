"""Shortcuts that declare: from anywhere, and from a message, which becomes the first fact."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.people import Actor
from commands import asking
from commands.boundary import Boundary
from commands.quoting import permalink, words
from modals import declare
from modals.modal import QUOTE_LIMIT, Opened, Quote, View


async def anywhere(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """The global shortcut."""
    return await edge.open(ack, asking.shortcut(body), lambda by: declare.view(edge.desk, Opened(), by))


async def on_message(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """The message shortcut: its first line is proposed as the title."""
    asked = asking.shortcut(body)
    message = body["message"]

    async def build(by: Actor) -> View:
        ts = str(message["ts"])
        text = await words(edge, str(message.get("text") or ""))
        link = await permalink(edge, asked.channel, ts)
        author = "" if message.get("bot_id") else str(message.get("user") or "")
        quote = Quote(text[:QUOTE_LIMIT], link, author, ts)
        title = text.strip().split("\n")[0]
        return await declare.view(edge.desk, Opened(None, asked.channel, quote), by, title=title)

    return await edge.open(ack, asked, build)


async def unknown(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """A shortcut of another version."""
    del edge, body
    return await ack()
