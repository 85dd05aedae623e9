"""The timer loop: claims due timers and hands each to its use case, until none is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from time import monotonic

import structlog

from bot import crashpoints
from bot.bot import Bot
from bot.domain.timers import Timer, TimerKind
from bot.ports import DatabaseUnavailable
from bot.usecases import acks, alerts, handover, paging, reminders, turns

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
                for timer in claimed:
                    await self._fire(timer, now)
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

    async def _fire(self, timer: Timer, now: datetime) -> None:
        self.beat = monotonic()
        try:
            reason = await HANDLERS[timer.kind](self.bot, timer, now)
            log.info("timer", key=timer.key, reason=reason)
        except Exception:
            log.exception("timer", key=timer.key)
