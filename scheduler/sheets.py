"""Follows the spreadsheet and keeps its worksheet `incidents`: a look every so many seconds, fewer while it fails.

Real time, far within Google's quota: one request to read, and up to four to write where an incident changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol

import structlog

from bot.bot import Bot
from bot.domain.sheet import Fault, Rows
from bot.usecases import sheets
from bot.usecases.mirrored_sheet import bring_up_to_date

LONGEST_PAUSE: Final = 600.0
#: The first look waits for so long: what it loads would slow the start.
FIRST_PAUSE: Final = 1.0
#: So many failures in a row are told: one is soon over.
AWAY_AFTER: Final = 3

log = structlog.get_logger("sheets")


class Spreadsheet(Protocol):
    """The spreadsheet; its times are of `zone`, and written as `time_format` says."""

    @property
    def zone(self) -> str: ...
    @property
    def time_format(self) -> str: ...
    async def read(self) -> tuple[Rows, Rows] | str:
        """The worksheets `schedule` and `contacts`, or why they cannot be read."""


class Following:
    """What is in force stays there while the sheet cannot be read, or has a fault."""

    def __init__(self, bot: Bot, spreadsheet: Spreadsheet, every: float) -> None:
        self._bot, self._spreadsheet, self._every = bot, spreadsheet, every
        self._failures = 0
        self._known: frozenset[Fault] | None = None  # as of the reading before; None at the start
        self._anew = True

    async def run(self) -> None:
        """For ever; whatever fails is logged and tried again."""
        await asyncio.sleep(min(FIRST_PAUSE, self._every))
        while True:
            try:
                await self.turn()
                await self.mirror()
            except Exception:  # the boundary of this loop
                log.exception("turn")
                self._failures += 1
            await asyncio.sleep(self.pause())

    def pause(self) -> float:
        """Seconds until the next reading."""
        return max(min(self._every * float(2 ** min(self._failures, 10)), LONGEST_PAUSE), self._every)

    async def turn(self) -> None:
        """One reading; admins are told once when it breaks, when more of it breaks, and once when it is mended."""
        found = await self._spreadsheet.read()
        now = self._bot.clock.now()
        if isinstance(found, str):
            self._failures += 1
            log.warning("the spreadsheet cannot be read", reason=found, failures=self._failures)
            if self._failures >= AWAY_AFTER:
                await self._tell((Fault("", 0, "", "away", found),))
            return
        self._failures = 0
        faults = await sheets.take(self._bot, *found, now, self._spreadsheet.zone, self._spreadsheet.time_format)
        if faults and self._known != frozenset(faults):
            log.warning(
                "the spreadsheet has faults; the last good copy stays", faults=len(faults), first=str(faults[0])
            )
        await self._tell(faults)

    async def mirror(self) -> None:
        """After a start in any case, so that what was missed is brought up to date; then where something changed."""
        await bring_up_to_date(self._bot, self._bot.clock.now(), anew=self._anew)
        self._anew = False

    async def _tell(self, faults: Sequence[Fault]) -> None:
        more = self._known is not None and not self._known.issuperset(faults)
        await sheets.tell(self._bot, faults, self._bot.clock.now(), more=more)
        self._known = frozenset(faults)


@asynccontextmanager
async def following(bot: Bot, spreadsheet: Spreadsheet, every: float) -> AsyncIterator[None]:
    """Runs until the end; `every` is in seconds."""
    task = asyncio.create_task(Following(bot, spreadsheet, every).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
