"""The outbox loop: each lane claims its rows under a lease, calls their handlers side by side, settles them.

A lane has workers of its own, so that a page never waits behind a topic. The claim is committed before the call;
what is not settled when the lease ends is claimed again with its doubt marked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic

import structlog

from bot import crashpoints
from bot.bot import Bot
from bot.domain.delivery import OWN_PACE, Effect, Lane, Later, Outcome, Row, Sent, Unknown
from bot.domain.picture import Job
from bot.ports import Conflict, DatabaseUnavailable
from bot.usecases import bundles
from bot.usecases.delivery import Drop, settle
from bot.usecases.preparing import prepare_all
from clients.faults import TOO_LATE, begun_before
from scheduler.outage import SlackWatch

#: Handlers end by themselves before the lease (15 s) does, so that a row is never worked on twice at once.
Handler = Callable[[Job, datetime], Awaitable[Outcome]]

#: Calls at once in each lane.
WORKERS: dict[Lane, int] = {Lane.SEV1: 4, Lane.PAGES: 8, Lane.ANSWERS: 4, Lane.ROOM: 6, Lane.COSMETIC: 2}
#: Real seconds after its claim in which a row's call may begin, so that it ends before the lease (15 s) does.
SURELY_OURS = 8.0
#: After so long no request of it leaves us any more: its lease is about to end.
LAST_BEGIN = 13.0
#: A lane looks for due rows at least this often, whatever woke it or did not.
SWEEP_SECONDS = 5.0
SHORTEST_WAIT = 0.05

#: Seconds between the tries to write an outcome down, while the database is away.
SETTLE_WAITS = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)

log = structlog.get_logger("outbox")


class LaneLoop:
    """One lane. `beat` is when it last looked for rows (monotonic seconds), for watchdog and readiness."""

    def __init__(
        self, bot: Bot, lane: Lane, handlers: Mapping[Effect, Handler], owner: str, watch: SlackWatch | None = None
    ) -> None:
        self.bot, self.lane, self.handlers, self.owner = bot, lane, handlers, owner
        self._watch = watch
        self.beat = monotonic()
        self._woken = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._turns_for_nothing = 0
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Rows may have become due."""
        self._woken.set()

    async def run(self) -> None:
        """Until `stop`; a failing database is logged and tried again."""
        self._ended.clear()
        try:
            while not self._stopping:
                await self._turn()
        finally:
            self._ended.set()

    async def _turn(self) -> None:
        self.beat = monotonic()
        self._woken.clear()
        try:
            # A page goes without a look first. For the others a look costs less than a claim that finds nothing.
            wait = 0.0 if self.lane is Lane.PAGES else await self._ahead()
            if wait <= 0 and not await self._claim():
                wait = await self._ahead() or self._back_off()
        except Exception:
            log.exception("lane", lane=self.lane.name)
            wait = 1.0
        if wait > 0:
            await self._sleep(wait)

    async def stop(self, grace: float) -> None:
        """Takes no more rows and lets the calls under way finish, `grace` seconds at most; those left are cut off.

        What was cut off keeps its lease: it is claimed again when that ends, and looked up first.
        """
        self._stopping = True
        self.wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._ended.wait()  # rows that it claims at this moment get their call too
                while self._running:
                    await asyncio.wait(set(self._running))
        left = set(self._running)
        for task in left:
            task.cancel()
        if left:
            log.warning("cut off", lane=self.lane.name, calls=len(left))
            await asyncio.wait(left, timeout=1.0)

    async def _claim(self) -> bool:
        """Starts a call for each row it may take; True while there may be more."""
        free = WORKERS[self.lane] - len(self._running)
        if free <= 0:
            return False
        now, claimed = self.bot.clock.now(), monotonic()
        rows, more = await bundles.claim(self.bot, self.owner, self.lane, now, free)
        if rows:
            crashpoints.hit("claim.after_commit")
            self._turns_for_nothing = 0
        for row, ready in zip(rows, await self._prepared(rows, now), strict=True):
            task = asyncio.create_task(self._deliver(row, ready, claimed))
            self._running.add(task)
            task.add_done_callback(self._done)
        return more

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._woken.set()

    async def _ahead(self) -> float:
        """Seconds until a row of this lane may go, at most SWEEP_SECONDS; 0 where one is due."""
        if len(self._running) >= WORKERS[self.lane]:
            return SWEEP_SECONDS
        due = await self.bot.db.read(lambda tx: tx.outbox.next_due(self.lane))
        if due is None:
            return SWEEP_SECONDS
        ahead = (due - self.bot.clock.now()) / timedelta(seconds=1)
        return min(max(ahead, SHORTEST_WAIT), SWEEP_SECONDS) if ahead > 0 else 0.0

    def _back_off(self) -> float:
        """Rows are due and none could be had, for another has them: that must not set us spinning."""
        self._turns_for_nothing += 1
        longer: float = SHORTEST_WAIT * 2 ** min(self._turns_for_nothing, 10)
        return min(longer, 1.0)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _prepared(self, rows: Sequence[Row], now: datetime) -> list[Job | Drop | Outcome]:
        """Each row with what its handler needs. What cannot be made ready has its outcome: surely nothing went out."""
        try:
            return [*await prepare_all(self.bot, rows, now)]
        except DatabaseUnavailable as problem:
            return [Later(reason=str(problem))] * len(rows)
        except Exception as bug:
            log.exception("not made ready", rows=[row.key for row in rows])
            if len(rows) > 1:  # only the one that meets it shall suffer
                return [one for row in rows for one in await self._prepared([row], now)]
            return [_bug(bug)]

    async def _deliver(self, row: Row, ready: Job | Drop | Outcome, claimed: float) -> None:
        if monotonic() > claimed + SURELY_OURS:  # we stood still: by now another may be calling
            log.warning("left to whoever claims it next", row=row.key)
            return
        try:
            with begun_before(claimed + LAST_BEGIN):
                outcome = await self._call(row, ready) if isinstance(ready, Job) else ready
            if not isinstance(outcome, Drop):
                crashpoints.called(row.effect.value, sent=isinstance(outcome, Sent))
            await self._settle(row, outcome)
            unasked = isinstance(outcome, Later) and outcome.reason in (OWN_PACE, TOO_LATE)
            if self._watch is not None and not unasked:
                await self._watch.note(row.effect, outcome)
        except Exception:  # the lease ends, the row is claimed again and looked up
            log.exception("settle", row=row.key)

    async def _settle(self, row: Row, outcome: Outcome | Drop) -> None:
        """Patiently: what the call did is known here alone, and would be in doubt for whoever claims the row next."""
        for wait in SETTLE_WAITS:
            try:
                return await settle(self.bot, row, outcome, self.bot.clock.now())
            except (Conflict, DatabaseUnavailable) as trouble:
                log.warning("not settled yet", row=row.key, trouble=str(trouble))
            await asyncio.sleep(wait)
        return await settle(self.bot, row, outcome, self.bot.clock.now())

    async def _call(self, row: Row, job: Job) -> Outcome:
        try:
            return bundles.noted(job, await self.handlers[row.effect](job, self.bot.clock.now()))
        except DatabaseUnavailable as problem:  # while it was made ready: surely nothing went out
            return Later(reason=str(problem))
        except Exception as bug:
            log.exception("handler", row=row.key, effect=row.effect.value)
            return _bug(bug)


def _bug(bug: Exception) -> Unknown:
    return Unknown(f"a bug, see the log: {type(bug).__name__}", bug=True)
