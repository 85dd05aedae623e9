"""Telling one person something, by the first way that works: the response URL, the channel, their direct message.

What only one person sees is seen only where they look at that moment; in the direct message it is a message that stays.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.views.message import Message
from clients.slack import Slack, SlackFailed
from commands.asking import Asked

log = logging.getLogger(__name__)

Way = Callable[[], Awaitable[None]]


async def tell(slack: Slack, asked: Asked, message: Message) -> None:
    """Only that person sees it. What no way can carry is logged: it was an answer, not a page."""
    async for way in _ways(slack, asked, message):
        try:
            await way()
        except SlackFailed as problem:
            log.info("not told by %s: %s", problem.method, problem.code, extra={"user": asked.slack_id})
        else:
            return
    log.warning("somebody could not be told: %s", message.text, extra={"user": asked.slack_id})


async def _ways(slack: Slack, asked: Asked, message: Message) -> AsyncIterator[Way]:
    text, blocks = message.text, message.blocks
    if asked.response_url:
        yield lambda: slack.messages.respond(asked.response_url, text, blocks)
    if asked.channel:
        yield lambda: slack.messages.whisper(asked.channel, asked.slack_id, text, blocks)
    direct = await slack.people.open_dm(asked.slack_id)
    if isinstance(direct, str):
        channel = direct
        yield lambda: slack.messages.say(channel, text, blocks)
