"""Timers in the running loops: how late each fires of those that fall due while we watch, and how soon a crowd is done.

The crowd is SPEC's: 50,000 are pending and 2,000 of them fall due within one second.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bench.harness import Figure, Scale, p50_p99
from bench.rows import fill, fresh
from bench.town import POSTURE
from bot.bot import Bot, Config
from bot.domain.delivery import Effect, Outcome, Sent
from bot.domain.picture import Job
from bot.domain.timers import TimerState
from bot.ports import Tx
from bot.usecases.schedules import accept_posture
from clients.clock import SystemClock
from posture import loads
from scheduler.engine import Engine, Pulse
from storage.database import SqlDatabase
from storage.transaction import SqlTx
from storage.work_tables import timer

ARMED, PER_SECOND = 10_000, 50
PENDING, CROWD = 50_000, 2_000


async def run(scale: Scale) -> list[Figure]:
    armed, due = scale.of(ARMED, 200), scale.of(750, 50)
    late = await _lateness(armed, due, PER_SECOND, scale.of(4, 1))
    what = f"a timer's lateness, {armed:,} armed"
    steady = p50_p99(what, late, (None, 100), f"{PER_SECOND} due a second, each pages somebody")
    pending, crowd = scale.of(PENDING, 400), scale.of(CROWD, 100)
    last = max(await _lateness(pending, crowd, crowd, scale.of(12, 1)))
    what = f"{crowd:,} timers due in one second, {pending:,} pending: the last has fired after"
    return [*steady, Figure(what, last, "s", 10.0, note="each pages somebody")]


async def _lateness(armed: int, due: int, per_second: int, ahead: float) -> list[float]:
    """Seconds by which each of `due` timers fired late, of so many armed; the first is due `ahead` seconds from now."""
    async with fresh() as db:
        bot, pulse = await _bot(db)
        began = datetime.now(UTC) + timedelta(seconds=ahead)
        await fill(db, armed, lambda n: began + timedelta(seconds=(n if n < due else n + 10_000_000) / per_second))
        engine = Engine(bot, pulse, dict.fromkeys(Effect, _sent), "bench", _nothing, _nothing)
        await engine.start()
        try:
            await _fired(db, due)
        finally:
            await engine.stop()
        return await db.read(_late)


async def _bot(db: SqlDatabase) -> tuple[Bot, Pulse]:
    declared = loads(POSTURE, "bench").posture
    assert declared is not None
    pulse = Pulse()
    bot = Bot(db, SystemClock(), lambda: declared, pulse, Config())
    await accept_posture(bot, declared, text=POSTURE, digest="bench", by="bench", now=bot.clock.now())
    return bot, pulse


async def _sent(_job: Job, _now: datetime) -> Outcome:
    return Sent({"channel": "D0", "ts": "1.0", "name": "room"})


async def _nothing() -> None:
    """No directory to read, no lacks to tell."""


async def _fired(db: SqlDatabase, wanted: int) -> None:
    found: list[float] = []
    for _ in range(600):
        found = await db.read(_late)
        if len(found) >= wanted:
            return
        await asyncio.sleep(0.25)
    raise TimeoutError(f"{len(found)} of {wanted} timers fired")


async def _late(tx: Tx) -> list[float]:
    """Seconds between a timer's due time and the commit that fired it."""
    assert isinstance(tx, SqlTx)
    fired = timer.c.state == TimerState.FIRED, timer.c.key.startswith("escalate/"), ~timer.c.key.like("escalate/%/%")
    rows = await tx.scope.all(select(timer.c.due_at, timer.c.done_at).where(*fired))
    return [(row["done_at"] - row["due_at"]) / timedelta(seconds=1) for row in rows]
