"""Follows rotas that are kept in PagerDuty or in a calendar: each by itself, less often while its source fails.

Nothing of a page waits for it: what was read is rows. Times here are real ones, which no sandbox moves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.bot import Bot
from bot.domain.oncall import Origin, Source
from bot.domain.sources import Read, Trouble
from bot.usecases import sources

#: Seconds between two readings; PagerDuty takes 960 requests a minute of one account.
EVERY = {Origin.PAGERDUTY: 60.0, Origin.CALENDAR: 120.0}
LONGEST_PAUSE, LONGEST_READING, LOOK = 600.0, 30.0, 2.0
AT_ONCE = 4
#: So many failures in a row are told: one is soon over.
AWAY_AFTER = 3

Reader = Callable[[Source, datetime], Awaitable[Read]]

log = structlog.get_logger("sources")


@dataclass(slots=True)
class Watched:
    """A schedule whose source is followed. `due` is of the loop's own clock."""

    source: Source
    due: float = 0.0
    failures: int = 0


class Following:
    """What is in force stays there while a source cannot be read, or has a fault."""

    def __init__(self, bot: Bot, read: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot, self._read, self._clock = bot, read, clock
        self._watched: dict[str, Watched] = {}
        self._few = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """For ever; whatever fails is logged and tried again."""
        while True:
            await self.turn()
            await asyncio.sleep(LOOK)

    async def turn(self) -> None:
        """Reads what is due: a source that the posture has named since is at once."""
        named = {
            name: one.source for name, one in self._bot.posture().schedules.items() if one.source and one.is_active
        }
        self._watched = {
            name: known if (known := self._watched.get(name)) and known.source == source else Watched(source)
            for name, source in named.items()
        }
        due = [name for name, one in self._watched.items() if one.due <= self._clock()]
        await asyncio.gather(*(self._one(name, self._watched[name]) for name in due))

    async def _one(self, name: str, watched: Watched) -> None:
        pause: timedelta | None = None
        async with self._few:
            try:
                pause = await self._follow(name, watched)
            except Exception:  # the boundary of one source
                log.exception("reading", schedule=name)
                watched.failures += 1
        doubled = EVERY[watched.source.origin] * float(2 ** min(watched.failures, 10))
        wished = pause.total_seconds() if pause is not None else 0.0
        watched.due = self._clock() + max(min(doubled, LONGEST_PAUSE), min(wished, LONGEST_PAUSE))

    async def _follow(self, name: str, watched: Watched) -> timedelta | None:
        """One reading; admins are told once when it breaks, and once when it is mended."""
        now = self._bot.clock.now()
        try:
            async with asyncio.timeout(LONGEST_READING):
                read = await self._read(watched.source, now)
        except TimeoutError:
            read = Read(troubles=(Trouble("away", "it took too long"),))
        troubles = read.troubles or await sources.take(self._bot, name, read.entries, now)
        away = any(one.code == "away" for one in troubles)
        watched.failures = watched.failures + 1 if away else 0
        if troubles:
            codes = sorted({one.code for one in troubles})
            log.warning("the last good copy stays", schedule=name, codes=codes, failures=watched.failures)
        if not away or watched.failures >= AWAY_AFTER:
            await sources.tell(self._bot, name, troubles, now)
        return read.again


@asynccontextmanager
async def following(bot: Bot, read: Reader) -> AsyncIterator[None]:
    """Runs until the end."""
    task = asyncio.create_task(Following(bot, read).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
