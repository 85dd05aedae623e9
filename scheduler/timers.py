"""The timer loop: claims due timers and hands each to its use case, until none is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic

import structlog

from bot import crashpoints
from bot.bot import Bot
from bot.domain.timers import Timer, TimerKind
from bot.ports import DatabaseUnavailable, Tx
from bot.usecases import acks, alerts, handover, paging, reminders, turns
from bot.usecases.once import within

TimerHandler = Callable[[Bot, Timer, datetime], Awaitable[str]]

#: What each kind of timer does; a test holds it to TimerKind.
HANDLERS: Mapping[TimerKind, TimerHandler] = {
    TimerKind.ESCALATE: paging.on_timer,
    TimerKind.HANDOVER: handover.on_timer,
    TimerKind.ACK_TIMEOUT: acks.on_timer,
    TimerKind.REMIND: reminders.on_timer,
    TimerKind.TURN: turns.on_timer,
    TimerKind.QUIET: alerts.on_timer,
}
#: Timers claimed at once.
BATCH = 50
#: Timers fired in one transaction: a crowd waits for its turn as a whole, and an ack goes between two slices of it.
TOGETHER = 10

log = structlog.get_logger("timers")


class TimerLoop:
    """`beat` is when it last looked for timers (monotonic seconds)."""

    def __init__(self, bot: Bot, owner: str) -> None:
        self.bot, self.owner = bot, owner
        self.beat = monotonic()
        self.trouble = ""  # why they could not be claimed the last time
        self._one = asyncio.Lock()

    @property
    def firing(self) -> bool:
        """At this moment."""
        return self._one.locked()

    async def run_due(self) -> None:
        """Fires everything that is due. A timer whose use case fails is claimed again when its lease ends."""
        async with self._one:
            while True:
                self.beat = monotonic()
                now = self.bot.clock.now()
                claimed = await self._claim(now)
                for first in range(0, len(claimed), TOGETHER):
                    await self._fire(claimed[first : first + TOGETHER], now)
                if len(claimed) < BATCH:
                    return

    async def _claim(self, now: datetime) -> list[Timer]:
        try:
            claimed = await self.bot.db.write(lambda tx: tx.timers.claim(self.owner, now, BATCH))
        except DatabaseUnavailable as problem:
            self.trouble = str(problem)
            raise
        self.trouble = ""
        if claimed:
            crashpoints.hit("timer.claimed")
        return claimed

    async def _fire(self, timers: Sequence[Timer], now: datetime) -> None:
        self.beat = monotonic()
        try:
            reasons = await fire(self.bot, timers, now)
        except Exception:
            log.exception("timer", keys=[timer.key for timer in timers])
            if len(timers) > 1:  # one of them: the others shall not wait for it
                for timer in timers:
                    await self._fire([timer], now)
            return
        for timer, reason in zip(timers, reasons, strict=True):
            log.info("timer", key=timer.key, reason=reason)


async def fire(bot: Bot, timers: Sequence[Timer], now: datetime) -> list[str]:
    """Fires them in one transaction: what came of each, in their order. All of it happens or none."""
    reasons: dict[int, str] = {}

    async def work(tx: Tx) -> None:
        joined = within(bot, tx)
        for timer in sorted(timers, key=_in_order):
            reasons[timer.id] = await HANDLERS[timer.kind](joined, timer, now)

    await bot.write(work)
    return [reasons[timer.id] for timer in timers]


def _in_order(timer: Timer) -> tuple[int, int]:
    """Whoever holds several incidents takes them in this order, so that none waits for another that waits for it."""
    return timer.incident_id or 0, timer.id
