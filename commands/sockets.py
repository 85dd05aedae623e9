"""Socket Mode connections: two on one app, so that one that drops or is refreshed leaves the other to hear."""

from __future__ import annotations

import asyncio
import contextlib

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.domain.condition import Condition, impaired, ok
from commands.hearing import Connection

CONNECTIONS = 2
#: A cut connection is noticed after two missed pings; Bolt's default of 10 s takes too long at night.
PING_SECONDS = 5
#: A peer that ignores the closing frame would hold us 10 s.
CLOSE_SECONDS = 3


class Sockets:
    """Build it inside the running loop, after the app token was proved by `apps.connections.open`."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._handlers = [
            AsyncSocketModeHandler(app, app_token, ping_interval=PING_SECONDS) for _ in range(CONNECTIONS)
        ]

    @property
    def clients(self) -> list[Connection]:
        """The connections, for the watcher of deafness."""
        return [handler.client for handler in self._handlers]

    async def connect(self) -> None:
        """Returns when every connection stands; with a bad token it never would (the library tries for ever)."""
        await asyncio.gather(*(handler.connect_async() for handler in self._handlers))

    async def connected(self) -> int:
        """How many connections hear."""
        states = [await handler.client.is_connected() for handler in self._handlers]
        return sum(bool(state) for state in states)

    async def probe(self) -> Condition:
        """For readiness: pages go out without a connection; what people press is not heard."""
        connected = await self.connected()
        return ok(f"{connected} of {CONNECTIONS} connected") if connected else impaired("not connected to Slack")

    async def close(self) -> None:
        """Each within CLOSE_SECONDS; what was heard is acted on by then or comes again."""
        await asyncio.gather(*(self._close(handler) for handler in self._handlers))

    async def _close(self, handler: AsyncSocketModeHandler) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await handler.close_async()
