"""Deafness: a socket that is connected and hears nothing is replaced within a minute (DESIGN §5).

A connection that heard nothing for a while is asked for an echo: an event that Slack must send to one of ours.
One that stays silent while another hears is replaced; when all stay silent, all are, and readiness says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

from bot.domain.condition import Condition, impaired, ok

log = logging.getLogger(__name__)

ECHO_EVERY = 15.0  # seconds of silence after which an echo is asked for
SILENT_FOR = 50.0  # seconds of silence that mean deafness, so that with the echo's time it is found within 60
REPLACE_SECONDS = 20.0  # a new connection is waited for so long; the library itself tries for ever


class Connection(Protocol):
    """What is needed of a Socket Mode client."""

    message_listeners: list[Any]

    async def connect_to_new_endpoint(self, force: bool = False) -> None: ...


class Hearing:
    """Watches connections. `echo` makes Slack send something, and answers whether it did."""

    def __init__(
        self,
        connections: Sequence[Connection],
        echo: Callable[[], Awaitable[bool]],
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._connections = list(connections)
        self._echo = echo
        self._seconds = seconds
        self._heard = [seconds()] * len(self._connections)
        self._echoed = float("-inf")  # when the last echo was taken by Slack
        self._replacing: dict[int, asyncio.Task[None]] = {}
        self.replaced = 0
        self.deaf = False  # every connection is, as far as we can tell
        for number, connection in enumerate(self._connections):
            connection.message_listeners.append(self._listener(number))

    def _listener(self, number: int) -> Callable[..., Awaitable[None]]:
        async def heard(_: object, message: Mapping[str, Any], *_raw: object) -> None:
            if message.get("type") != "hello":  # a greeting comes from deaf ones too
                self._heard[number] = self._seconds()
                self.deaf = False

        return heard

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(ECHO_EVERY / 3)
            try:
                await self.look()
            except Exception:  # a watcher that dies would watch nothing
                log.exception("hearing")

    async def look(self) -> None:
        """One look: asks for an echo where there was silence, and replaces what stayed deaf."""
        now = self._seconds()
        if min(self._heard) < now - ECHO_EVERY and self._echoed < now - ECHO_EVERY / 3 and await self._echo():
            self._echoed = self._seconds()
        silent = [n for n, heard in enumerate(self._heard) if heard < now - SILENT_FOR]
        if not silent or self._echoed < now - SILENT_FOR:
            return  # nobody spoke: silence proves nothing
        self.deaf = len(silent) == len(self._connections)
        await asyncio.gather(*(self._replace(number) for number in silent))

    async def _replace(self, number: int) -> None:
        """Never cut off: half way through, the library would not connect again by itself."""
        before = self._replacing.get(number)
        if before is not None and not before.done():
            return
        log.error("a socket is deaf; replaced", extra={"connection": number})
        self.replaced += 1
        self._heard[number] = self._seconds()
        task = asyncio.create_task(self._connections[number].connect_to_new_endpoint(force=True))
        self._replacing[number] = task
        await asyncio.wait({task}, timeout=REPLACE_SECONDS)
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a deaf socket could not be replaced: %s", error, extra={"connection": number})

    async def probe(self) -> Condition:
        """For readiness."""
        if self.deaf:
            return impaired("connected to Slack, and hears nothing")
        return ok(f"the last word from Slack came {self._seconds() - max(self._heard):,.0f} s ago")
