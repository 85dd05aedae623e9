"""Clocks: the machine's, and one that a sandbox moves (CLOCK_URL). Only due times and what people see follow it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog

log = structlog.get_logger("clock")

#: How long one request waits for the clock to move; the answer comes at once when it does.
WAIT_SECONDS = 25


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC)


class MovedClock:
    """The machine's time plus the offset that a clock server tells; `on_jump` is called whenever it changes."""

    def __init__(self, url: str, session: aiohttp.ClientSession, on_jump: Callable[[], None]) -> None:
        self._url, self._session, self._on_jump = url, session, on_jump
        self._offset = timedelta(0)
        self._version = -1

    def now(self) -> datetime:
        """Aware, UTC."""
        return datetime.now(UTC) + self._offset

    async def start(self) -> None:
        """Reads the offset once, so that nothing is decided by the wrong time."""
        await self._ask({})

    async def follow(self) -> None:
        """Waits for jumps until cancelled; a clock server that is away is asked again every second."""
        while True:
            try:
                await self._ask({"after": str(self._version), "wait": str(WAIT_SECONDS)})
            except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
                log.warning("clock server does not answer", fault=type(fault).__name__)
                await asyncio.sleep(1)

    async def _ask(self, query: dict[str, str]) -> None:
        timeout = aiohttp.ClientTimeout(total=WAIT_SECONDS + 5)
        async with self._session.get(self._url, params=query, timeout=timeout) as response:
            answer = await response.json()
        moved = int(answer["version"]) != self._version
        self._version = int(answer["version"])
        self._offset = timedelta(seconds=float(answer["offset_seconds"]))
        if moved:
            self._on_jump()


@contextlib.asynccontextmanager
async def running_clock(url: str | None, on_jump: Callable[[], None]) -> AsyncIterator[SystemClock | MovedClock]:
    """The machine's clock, or the one at `url`, followed until the end."""
    if url is None:
        yield SystemClock()
        return
    async with aiohttp.ClientSession() as session:
        clock = MovedClock(url, session, on_jump)
        await clock.start()
        following = asyncio.create_task(clock.follow())
        try:
            yield clock
        finally:
            following.cancel()
