"""Follows the spreadsheet: reads it every minute of real time, far within Google's quota; less often while it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from bot.bot import Bot
from bot.domain.sheet import Fault, Rows
from bot.usecases import sheets

EVERY_SECONDS, LONGEST_PAUSE = 60.0, 600.0
#: So many failures in a row are told: one is soon over.
AWAY_AFTER = 3

Read = Callable[[], Awaitable[tuple[Rows, Rows] | str]]

log = structlog.get_logger("sheets")


class Following:
    """What is in force stays there while the sheet cannot be read, or has a fault."""

    def __init__(self, bot: Bot, read: Read, zone: str, time_format: str) -> None:
        self._bot, self._read = bot, read
        self._zone, self._time_format = zone, time_format
        self._failures = 0

    async def run(self) -> None:
        """For ever; whatever fails is logged and tried again."""
        while True:
            try:
                await self.turn()
            except Exception:  # the boundary of this loop
                log.exception("turn")
                self._failures += 1
            await asyncio.sleep(self.pause())

    def pause(self) -> float:
        """Seconds until the next reading."""
        return min(EVERY_SECONDS * float(2 ** min(self._failures, 10)), LONGEST_PAUSE)

    async def turn(self) -> None:
        """One reading; admins are told once when it breaks, and once when it is mended."""
        found = await self._read()
        now = self._bot.clock.now()
        if isinstance(found, str):
            self._failures += 1
            log.warning("the spreadsheet cannot be read", reason=found, failures=self._failures)
            if self._failures >= AWAY_AFTER:
                await sheets.tell(self._bot, (Fault("", 0, "", "away", found),), now)
            return
        self._failures = 0
        faults = await sheets.take(self._bot, *found, now, self._zone, self._time_format)
        if faults:
            log.warning(
                "the spreadsheet has faults; the last good copy stays", faults=len(faults), first=str(faults[0])
            )
        await sheets.tell(self._bot, faults, now)


@asynccontextmanager
async def following(bot: Bot, read: Read, zone: str, time_format: str) -> AsyncIterator[None]:
    """Runs until the end."""
    task = asyncio.create_task(Following(bot, read, zone, time_format).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
