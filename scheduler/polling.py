"""Asks Twilio for what it cannot bring where nothing can reach us: SMS replies, receipts and ended calls.

Every two seconds while an open page waits on somebody's phone, else every minute, in real time. Nothing is held
here: what was read is known by its sid in the database, and how far by a mark, so a restart misses and repeats
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from time import monotonic

import structlog

from bot.bot import Bot
from bot.domain.delivery import Effect, Row
from bot.domain.receipts import Report
from bot.ports import DatabaseUnavailable
from bot.usecases import answers, receipts
from clients.faults import Failure
from clients.twilio_reading import Inbound, Reading

#: Seconds between two readings while somebody is awaited, and otherwise.
AWAITED_SECONDS, IDLE_SECONDS = 2.0, 60.0
#: After a failure the next reading waits, doubling up to this.
LONGEST_PAUSE = 15.0
#: Nothing is heard any more of what went out longer ago.
RECEIPTS_FOR = timedelta(hours=2)

MARK = "sms"

log = structlog.get_logger("polling")


class PhonePolling:
    """`beat` is when it last looked whether somebody is awaited (monotonic seconds)."""

    def __init__(self, bot: Bot, reading: Reading) -> None:
        self.bot, self.reading = bot, reading
        self.beat = monotonic()
        self._read_at = float("-inf")
        self._failures = 0
        self._seen: set[str] = set()  # sids of the newest replies: they need not be looked up again
        self._told: dict[str, str] = {}  # sid → its state as last read

    async def run(self) -> None:
        """For ever; whatever fails is logged and tried again."""
        while True:
            self.beat = monotonic()
            try:
                await self.turn()
            except Exception:  # the boundary of this loop
                log.exception("turn")
                self._failures += 1
            await asyncio.sleep(AWAITED_SECONDS)

    async def turn(self) -> None:
        """One reading, if it is time for one."""
        since = monotonic() - self._read_at
        if self._failures and since < min(AWAITED_SECONDS * 2**self._failures, LONGEST_PAUSE):
            return
        if since < IDLE_SECONDS and not await self.bot.db.read(lambda tx: tx.outbox.phone_awaited()):
            return
        self._read_at = monotonic()
        failed = [problem for problem in (await self.replies(), await self.states()) if problem is not None]
        if failed and not self._failures:
            log.warning("phones cannot be read", reason=failed[0].reason)
        self._failures = self._failures + 1 if failed else 0

    async def replies(self) -> Failure | None:
        """SMS that came since the last reading, each acted on once, in their order."""
        now = self.bot.clock.now()
        mark = await self._mark(now)
        found = await self.reading.inbound(mark)
        if not isinstance(found, list):
            return found
        for one in found:
            if one.sid not in self._seen:
                await self._heed(one)
        self._seen = {one.sid for one in found}
        newest = max((one.at for one in found), default=mark)
        if newest > mark:
            await self.bot.db.write(lambda tx: tx.marks.set(MARK, newest))
        return None

    async def _heed(self, one: Inbound) -> None:
        """A database that is away is waited for; a message that we cannot take holds up no other."""
        try:
            reply = await answers.sms(self.bot, one.sender, one.body, one.sid, self.bot.clock.now())
        except DatabaseUnavailable:
            raise
        except Exception:  # the boundary of one message
            log.exception("an SMS could not be taken", sid=one.sid)
            return
        if reply is None:
            log.info("an SMS was not answered: a stranger's, a repeat, or the carrier's own", sid=one.sid)

    async def _mark(self, now: datetime) -> datetime:
        """Until when replies were read. What came before the very first start is nobody's answer to us."""
        known = await self.bot.db.read(lambda tx: tx.marks.get(MARK))
        if known is None:
            await self.bot.db.write(lambda tx: tx.marks.set(MARK, now))
            return now
        return min(known, now)

    async def states(self) -> Failure | None:
        """What became of SMS and calls of which more is to be heard."""
        oldest = self.bot.clock.now() - RECEIPTS_FOR
        rows = await self.bot.db.read(lambda tx: tx.outbox.awaiting_receipts(oldest))
        texts = [row for row in rows if row.effect is Effect.PAGE_SMS]
        calls = [row for row in rows if row.effect is Effect.PAGE_VOICE]
        problems = [await self._read(texts, self.reading.messages), await self._read(calls, self.reading.calls)]
        awaited = {row.result.get("sid") for row in rows}
        self._told = {sid: state for sid, state in self._told.items() if sid in awaited}
        return next((problem for problem in problems if problem is not None), None)

    async def _read(
        self, rows: list[Row], read: Callable[[datetime], Awaitable[list[Report] | Failure]]
    ) -> Failure | None:
        by_sid = {str(row.result["sid"]): row for row in rows if "sid" in row.result}
        if not by_sid:
            return None
        found = await read(min(row.created_at for row in by_sid.values()))
        if not isinstance(found, list):
            return found
        for report in found:
            row = by_sid.get(report.ref)
            if row is not None and self._told.get(report.ref) != report.state:
                await receipts.keep(self.bot, row.id, report, self.bot.clock.now())
                self._told[report.ref] = report.state
        return None


@asynccontextmanager
async def polling(bot: Bot, reading: Reading) -> AsyncIterator[PhonePolling]:
    """Runs until the end."""
    phones = PhonePolling(bot, reading)
    task = asyncio.create_task(phones.run())
    try:
        yield phones
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
