"""The sandbox's clock: the machine's time plus an offset that people and tests can move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FARTHEST_SECONDS = 20 * 365 * 86_400.0
"""How far from the machine's time the clock may stand, either way."""


class Clock:
    """Now, which can be moved. `version` grows by one at every move, so that others can wait for the next."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0
        self.version = 1
        self.on_change: Callable[[], None] = lambda: None
        self._moved = asyncio.Event()
        self._closed = False

    def now(self) -> datetime:
        """The time the bot and everything in the sandbox live in, aware and in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    def advance(self, seconds: float) -> None:
        """Move by `seconds`, back when negative. ValueError when that is out of reach."""
        offset = self.offset_seconds + seconds
        if not abs(offset) <= FARTHEST_SECONDS:
            raise ValueError("The clock can stand at most 20 years from the machine's time.")
        self._set(offset)

    def reset(self) -> None:
        """Back to the machine's time."""
        self._set(0.0)

    async def wait_past(self, version: int, timeout: float) -> None:
        """Return once `version` is passed, after `timeout` real seconds, or when the clock is closed."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self.version <= version and not self._closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await self._move_within(left):
                return

    async def sleep_until(self, due: datetime) -> None:
        """Return when this clock reads `due`: time passed, or someone moved the clock."""
        while not self._closed:
            left = (due - self.now()).total_seconds()
            if left <= 0:
                return
            await self._move_within(left)

    def close(self) -> None:
        """Let go of everyone who waits: the process is ending."""
        self._closed = True
        self._moved.set()

    async def _move_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._moved.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _set(self, offset: float) -> None:
        self.offset_seconds = offset
        self.version += 1
        self._moved.set()
        self._moved = asyncio.Event()
        self.on_change()
