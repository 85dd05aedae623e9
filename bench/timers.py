"""10,000 timers armed in the running loops: how late each of those fires that falls due while we watch."""

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


async def run(scale: Scale) -> list[Figure]:
    armed, due = scale.of(ARMED, 200), scale.of(750, 50)
    async with fresh() as db:
        bot, pulse = await _bot(db)
        began = datetime.now(UTC) + timedelta(seconds=scale.of(4, 1))
        await fill(db, armed, lambda n: began + timedelta(seconds=(n if n < due else n + 1_000_000) / PER_SECOND))
        engine = Engine(bot, pulse, dict.fromkeys(Effect, _sent), "bench", _nothing)
        await engine.start()
        try:
            await _fired(db, due)
        finally:
            await engine.stop()
        late = await db.read(_late)
    what = f"a timer's lateness, {armed:,} armed"
    return p50_p99(what, late, (None, 100), f"{PER_SECOND} due a second, each pages somebody")


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
    """No directory to read."""


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
