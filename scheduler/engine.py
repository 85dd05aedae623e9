"""Everything that runs by itself: lanes, timers, jobs and the watchdog over them; started and stopped as one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import crashpoints
from bot.bot import Bot
from bot.domain.delivery import Effect, Lane
from bot.ports import DatabaseUnavailable
from bot.usecases.audit import audit
from bot.usecases.figures import Running
from bot.usecases.following import look_again
from bot.usecases.outage import slack_away
from bot.usecases.pruning import prune
from bot.usecases.readiness import tell_gaps
from bot.usecases.rotas import adopt
from bot.usecases.schedules import extend_slots
from bot.usecases.steps import set_back
from bot.usecases.storms import look
from bot.usecases.watching import tell_restarted
from scheduler.jobs import Jobs, Work, arm_wake, build, quiet
from scheduler.outage import SlackWatch
from scheduler.outbox import Handler, LaneLoop
from scheduler.timers import TimerLoop

#: A loop that has not looked for work for this long stands still.
STILL_SECONDS = 45.0
TIMERS = "timers"
#: The guard slept so much longer than it meant to: the whole process stood still, and its loops had no turn.
OVERSLEPT_SECONDS = 5.0
#: A loop that was started again so often in a row, and stands still, is beyond repair.
MOST_RESTARTS = 2

log = structlog.get_logger("engine")


class Pulse:
    """What `Bot.wake` calls: a commit may have made something due. Many calls become one turn."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def __call__(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


class Engine:
    """The loops of one process. `owner` names it in leases."""

    def __init__(
        self,
        bot: Bot,
        pulse: Pulse,
        handlers: Mapping[Effect, Handler],
        owner: str,
        read_directory: Work,
        tell_lacks: Work,
    ) -> None:
        self.bot, self.pulse = bot, pulse
        self.slack = SlackWatch(self._slack_away)
        self.lanes = [LaneLoop(bot, lane, handlers, owner, self.slack) for lane in Lane]
        self.timers = TimerLoop(bot, owner)
        daily = self._extend_slots, self._tell_gaps
        watches = self._watch_storms, self._prune
        self._jobs = Jobs(quiet(TIMERS, self._run_due), self._audit, read_directory, *daily, *watches, tell_lacks)
        self._scheduler: AsyncIOScheduler = build(self._jobs)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.restarts = 0
        self.troubles: Counter[str] = Counter()  # what the auditor found, for metrics
        self._guarded_at = monotonic()
        self._in_a_row: Counter[str] = Counter()  # restarts, by loop
        self._telling: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Starts every loop; what became due while we were down goes out at once."""
        self._scheduler.start()
        for name, run in self._runs().items():
            self._tasks[name] = asyncio.create_task(run())
        self._tasks["guard"] = asyncio.create_task(self._guard())
        self.pulse()
        await self._run_due()

    def _runs(self) -> dict[str, Callable[[], Coroutine[None, None, None]]]:
        return {**{lane.lane.name: lane.run for lane in self.lanes}, "pulse": self._beat}

    async def stop(self, grace: float = 8.0) -> None:
        """Takes nothing new, lets calls under way finish, then ends; unfinished rows keep their lease's end."""
        self._tasks["guard"].cancel()  # it must not start again what ends now
        self._scheduler.pause()
        crashpoints.hit("stop.draining")
        await asyncio.gather(*(lane.stop(grace) for lane in self.lanes))
        self._scheduler.shutdown(wait=False)
        for task in self._tasks.values():
            task.cancel()
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._telling, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await self.pulse.wait()
            for lane in self.lanes:
                lane.wake()
            if not self.timers.firing:  # else they arm the wake when they are done
                await self._rearm_safely()

    async def _run_due(self) -> None:
        await self.timers.run_due()
        await self._rearm_safely()

    async def _rearm_safely(self) -> None:
        try:
            await self._rearm()
        except Exception:  # the sweep finds what this missed
            log.exception("rearm")

    async def _rearm(self) -> None:
        due = await self.bot.db.read(lambda tx: tx.timers.next_due())
        if due is not None:
            ahead = max(due - self.bot.clock.now(), timedelta(0))
            arm_wake(self._scheduler, self._jobs.run_due, datetime.now(UTC) + ahead)

    async def _audit(self) -> None:
        await adopt(self.bot)  # schedules that another replica took over
        if moved := await set_back(self.bot, self.bot.clock.now()):
            log.error("the clock was set back; what it had armed waits anew", moved=moved)
        for trouble in await audit(self.bot, self.bot.clock.now()):
            log.error("audit", trouble=trouble.code, incident=trouble.incident_id, run=trouble.run_id)
            self.troubles[trouble.code] += 1

    async def _watch_storms(self) -> None:
        await look(self.bot, self.bot.clock.now())

    async def _slack_away(self) -> None:
        now = self.bot.clock.now()
        await slack_away(self.bot, now, now)

    async def _prune(self) -> None:
        pruned = await prune(self.bot, self.bot.clock.now())
        log.info("pruned", rows={kind.value: count for kind, count in pruned.items()})

    async def _extend_slots(self) -> None:
        now = self.bot.clock.now()
        await extend_slots(self.bot, self.bot.posture(), now)
        await look_again(self.bot, now)

    async def _tell_gaps(self) -> None:
        await tell_gaps(self.bot, self.bot.clock.now())

    def counted(self) -> Running:
        """Since the start, for metrics."""
        return Running(dict(self.slack.senders.pages), dict(self.troubles), self.restarts)

    def still(self) -> list[str]:
        """The loops that stand still, by name; empty when all is well."""
        limit = monotonic() - STILL_SECONDS
        names = [lane.lane.name for lane in self.lanes if lane.beat < limit or self._tasks[lane.lane.name].done()]
        return names + ([TIMERS] if self.timers.beat < limit else [])

    def guarded(self) -> bool:
        """False where the loops are not watched over any more, or cannot be mended: the process should end."""
        beyond = any(times > MOST_RESTARTS for times in self._in_a_row.values())
        return not beyond and not self._tasks["guard"].done() and self._guarded_at > monotonic() - STILL_SECONDS

    async def _guard(self) -> None:
        """Restarts what ended or stands still: lanes, the pulse, and APScheduler, which can die silently (3.11.3)."""
        while True:
            meant = monotonic() + STILL_SECONDS / 9
            await asyncio.sleep(STILL_SECONDS / 9)
            self._guarded_at = monotonic()
            if self._guarded_at > meant + OVERSLEPT_SECONDS:
                continue
            try:
                await self._mend()
            except Exception:
                log.exception("guard")

    async def _mend(self) -> None:
        still = self.still()
        ended = [name for name in self._runs() if self._tasks[name].done()]
        broken = sorted({*still, *ended})
        self._in_a_row = Counter({name: self._in_a_row[name] + 1 for name in broken})
        if not broken:
            return
        log.error("loops ended or stand still; started again", loops=broken)
        self.restarts += len(broken)
        for name, run in self._runs().items():
            if name in broken:
                self._tasks[name].cancel()
                await asyncio.wait({self._tasks[name]}, timeout=1.0)
                self._tasks[name] = asyncio.create_task(run())
        if TIMERS in broken:
            self._replace_scheduler()
        self._tell(broken)

    def _replace_scheduler(self) -> None:
        """With its timer loop: the old one may wait for ever under its lock."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self.timers = TimerLoop(self.bot, self.timers.owner)
        self._scheduler = build(self._jobs)
        self._scheduler.start()
        self.pulse()

    def _tell(self, loops: list[str]) -> None:
        """Beside the guard: the database may be what stands still."""
        task = asyncio.create_task(self._tell_admins(loops))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_admins(self, loops: list[str]) -> None:
        try:
            await tell_restarted(self.bot, loops, self.bot.clock.now())
        except DatabaseUnavailable as problem:
            log.warning("admins were not told of a restart", reason=str(problem))
