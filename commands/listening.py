"""What hears Slack while the bot runs: the connections, what they wake, and the watch over their deafness."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from bot.bot import Bot
from clients.slack import Slack
from commands.boundary import Boundary
from commands.hearing import Hearing
from commands.registry import build_app
from commands.sockets import Sockets
from commands.tracked import Tasks

log = logging.getLogger(__name__)

#: What was heard and not yet answered may go on this long after a stop was asked for.
DRAIN_SECONDS = 5.0


async def listening(
    stack: AsyncExitStack, bot: Bot, slack: Slack, app_token: str, echo: Callable[[], Awaitable[bool]],
    away: Exception | None,
) -> tuple[Sockets, Hearing]:  # fmt: skip
    """Connected, until the stack unwinds; where Slack is `away` it goes on trying beside everything else."""
    tasks = Tasks()
    stack.push_async_callback(tasks.drain, DRAIN_SECONDS)
    sockets = Sockets(build_app(Boundary(bot, slack, tasks)), app_token)
    stack.push_async_callback(sockets.close)
    connecting = asyncio.create_task(sockets.connect())
    stack.callback(connecting.cancel)
    if away is None:
        await connecting
    else:
        log.error("Slack is away; paging goes on without it until it returns: %s", away)
    hearing = Hearing(sockets.clients, echo)
    stack.callback(asyncio.create_task(hearing.watch()).cancel)
    return sockets, hearing
