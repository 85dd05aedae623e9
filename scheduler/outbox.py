"""The outbox loop: each lane claims its rows under a lease, calls their handlers side by side, settles them.

A lane has workers of its own, so that a page never waits behind a topic. The claim is committed before the call;
what is not settled when the lease ends is claimed again with its doubt marked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic

import structlog

from bot import crashpoints
from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, Outcome, Row, Sent, Unknown
from bot.domain.picture import Job
from bot.usecases.delivery import Drop, prepare, settle

#: Handlers end by themselves before the lease (15 s) does, so that a row is never worked on twice at once.
Handler = Callable[[Job, datetime], Awaitable[Outcome]]

#: Calls at once in each lane.
WORKERS: dict[Lane, int] = {Lane.PAGES: 8, Lane.ANSWERS: 4, Lane.ROOM: 6, Lane.COSMETIC: 2}
#: A lane looks for due rows at least this often, whatever woke it or did not.
SWEEP_SECONDS = 5.0

log = structlog.get_logger("outbox")


class LaneLoop:
    """One lane. `beat` is when it last looked for rows (monotonic seconds), for watchdog and readiness."""

    def __init__(self, bot: Bot, lane: Lane, handlers: Mapping[Effect, Handler], owner: str) -> None:
        self.bot, self.lane, self.handlers, self.owner = bot, lane, handlers, owner
        self.beat = monotonic()
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Rows may have become due."""
        self._woken.set()

    async def run(self) -> None:
        """Until `stop`; a failing database is logged and tried again."""
        while not self._stopping:
            self.beat = monotonic()
            self._woken.clear()
            try:
                busy = await self._claim()
                wait = 0.0 if busy else await self._wait_seconds()
            except Exception:
                log.exception("lane", lane=self.lane.name)
                wait = 1.0
            if wait > 0:
                await self._sleep(wait)

    async def stop(self, grace: float) -> None:
        """Takes no more rows and lets the calls under way finish, `grace` seconds at most."""
        self._stopping = True
        self.wake()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)

    async def _claim(self) -> bool:
        """Starts a call for each row it may take; True while there may be more."""
        free = WORKERS[self.lane] - len(self._running)
        if free <= 0:
            return False
        now = self.bot.clock.now()
        rows = await self.bot.db.write(lambda tx: tx.outbox.claim(self.owner, self.lane, now, free))
        if rows:
            crashpoints.hit("claim.after_commit")
        for row in rows:
            task = asyncio.create_task(self._deliver(row))
            self._running.add(task)
            task.add_done_callback(self._done)
        return len(rows) == free

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._woken.set()

    async def _wait_seconds(self) -> float:
        if len(self._running) >= WORKERS[self.lane]:
            return SWEEP_SECONDS
        due = await self.bot.db.read(lambda tx: tx.outbox.next_due())
        if due is None:
            return SWEEP_SECONDS
        ahead = (due - self.bot.clock.now()) / timedelta(seconds=1)
        return min(max(ahead, 0.05), SWEEP_SECONDS)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _deliver(self, row: Row) -> None:
        try:
            outcome = await self._call(row)
            if not isinstance(outcome, Drop):
                crashpoints.called(row.effect.value, sent=isinstance(outcome, Sent))
            await settle(self.bot, row, outcome, self.bot.clock.now())
        except Exception:  # the lease ends, the row is claimed again and looked up
            log.exception("settle", row=row.key)

    async def _call(self, row: Row) -> Outcome | Drop:
        now = self.bot.clock.now()
        try:
            job = await prepare(self.bot, row, now)
            if isinstance(job, Drop):
                return job
            return await self.handlers[row.effect](job, now)
        except Exception as bug:
            log.exception("handler", row=row.key, effect=row.effect.value)
            return Unknown(f"a bug, see the log: {type(bug).__name__}", bug=True)
