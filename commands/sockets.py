"""Socket Mode connections: two on one app, so that one that drops or is refreshed leaves the other to hear."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.domain.condition import Condition, impaired, ok
from commands.hearing import Connection

log = logging.getLogger(__name__)

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
        self._answering: set[asyncio.Task[Any]] = set()
        self._closing = False
        for handler in self._handlers:
            handler.client.socket_mode_request_listeners[:] = [self._listener(handler)]

    def _listener(self, handler: AsyncSocketModeHandler) -> Callable[[Any, Any], Awaitable[None]]:
        """What is heard while we close is left to Slack, which sends it again; so is an ack that finds no line."""

        async def heard(client: Any, request: Any) -> None:
            task = asyncio.current_task()
            if self._closing or task is None:
                return
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            try:
                await handler.handle(client, request)
            except (ConnectionError, aiohttp.ClientError) as error:
                log.warning("an ack found no line: %s", type(error).__name__)

        return heard

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
        """Answers what was heard, then closes: CLOSE_SECONDS at most for either; what is left comes again."""
        self._closing = True
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=CLOSE_SECONDS)
        await asyncio.gather(*(self._close(handler) for handler in self._handlers))

    async def _close(self, handler: AsyncSocketModeHandler) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await handler.close_async()
