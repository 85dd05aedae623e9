"""What a tick costs (look for due timers and rows, ask when the next is due) as the rows that are not due grow 100×."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.harness import Figure, Scale, median_seconds
from bench.rows import fill, fresh
from bot.domain.delivery import Effect, Lane, NewRow
from bot.ports import Tx
from storage.database import SqlDatabase

FEW, MANY = 1_000, 100_000


async def run(scale: Scale) -> list[Figure]:
    many = scale.of(MANY, FEW * 2)
    async with fresh() as db:
        await _grow(db, 0, FEW)
        few_seconds = await median_seconds(lambda: _tick(db), scale.of(200, 5))
        await _grow(db, FEW, many)
        many_seconds = await median_seconds(lambda: _tick(db), scale.of(200, 5))
    note = f"{few_seconds * 1000:.2f} ms at {FEW:,}, {many_seconds * 1000:.2f} ms at {many:,} timers and rows"
    return [Figure("a tick as pending rows grow 100×", many_seconds / few_seconds, "×", 1.5, note=note)]


async def _grow(db: SqlDatabase, held: int, wanted: int) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await fill(db, wanted - held, lambda number: later + timedelta(milliseconds=number))
    for start in range(held, wanted, 1000):
        rows = [
            NewRow(f"row {n}", Effect.ROOM_SAY, Lane(n % 4), later, stream=f"stream {n // 5}", coalesce=None)
            for n in range(start, min(start + 1000, wanted))
        ]
        await db.write(lambda tx, rows=rows: tx.outbox.put(rows))  # type: ignore[misc]  # mypy and a default


async def _tick(db: SqlDatabase) -> None:
    """Every loop looks once and finds nothing."""
    now = datetime.now(UTC)

    async def look(tx: Tx) -> int:
        found = len(await tx.timers.claim("bench", now, 50))
        for lane in Lane:
            found += len(await tx.outbox.claim("bench", lane, now, 8))
        return found

    async def ask(tx: Tx) -> None:
        await tx.timers.next_due()
        await tx.outbox.next_due()

    assert await db.write(look) == 0
    await db.read(ask)
