"""Claims: rows claimed and settled a second by four workers, each claim and each outcome committed durably."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import perf_counter

from bench.harness import Figure, Scale
from bench.postgres import running_postgres
from bench.rows import fresh
from bot.domain.delivery import Effect, Lane, NewRow, RowState
from storage.database import SqlDatabase
from storage.opening import open_database

WORKERS, BATCH = 4, 8


async def run(scale: Scale) -> list[Figure]:
    rows = scale.of(4000, 200)
    async with fresh() as db:
        figures = [await _rate("SQLite", db, rows)]
    async with _postgres() as other:
        if other is not None:
            figures.append(await _rate("PostgreSQL", other, rows))
    return figures


async def _rate(what: str, db: SqlDatabase, count: int) -> Figure:
    now = datetime.now(UTC)
    rows = [NewRow(f"row {n}", Effect.ROOM_SAY, Lane.ROOM, now) for n in range(count)]
    for start in range(0, count, 500):
        await db.write(lambda tx, part=rows[start : start + 500]: tx.outbox.put(part))  # type: ignore[misc]  # mypy and a default
    began = perf_counter()
    done = await asyncio.gather(*(_work(db, f"worker {n}", now) for n in range(WORKERS)))
    rate = count / (perf_counter() - began)
    assert sum(done) == count, "every row once"
    return Figure(f"rows claimed and settled, {what}", rate, "rows/s", note=f"{WORKERS} workers, {BATCH} rows a claim")


async def _work(db: SqlDatabase, owner: str, now: datetime) -> int:
    done = 0
    while rows := await db.write(lambda tx: tx.outbox.claim(owner, Lane.ROOM, now, BATCH)):
        for row in rows:
            done += await db.write(lambda tx, row=row: tx.outbox.settle(row, state=RowState.SENT, outcome="sent"))  # type: ignore[misc]  # mypy and a default
    return done


@asynccontextmanager
async def _postgres() -> AsyncIterator[SqlDatabase | None]:
    with running_postgres() as url:
        if url is None:
            yield None
            return
        db = await open_database(url)
        try:
            yield db
        finally:
            await db.close()
