"""Cold start until Slack is connected, what the process weighs, and a restart with 100,000 timers pending."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from bench.harness import Figure, Scale
from bench.rows import filled
from bench.town import Town, town

PENDING = 100_000


async def run(scale: Scale) -> list[Figure]:
    times = scale.of(7, 2)
    async with town() as here:
        first = await here.start()
        await here.stop()
        starts, weights = [], []
        for _ in range(times):
            starts.append(await here.start())
            await here.wire.settle(0.5)
            weights.append(_weight(here))
            await here.stop()
        restart = await _restart(here, scale.of(PENDING, 2000))
    note = f"median of {times}"
    figures = [
        Figure("cold start to connected", statistics.median(starts), "s", 1.0, note=note),
        Figure("the very first start, with its migrations", first, "s"),
        Figure(f"restart with {PENDING:,} timers pending, until ready", restart, "s", 2.0),
    ]
    if all(weights):
        figures.insert(2, Figure("memory (PSS), idle", statistics.median(weights), "MiB", 100, note=note))
    return figures


async def _restart(here: Town, pending: int) -> float:
    """Seconds until /readyz says so, on a database with so many timers that are not due."""
    later = datetime.now(UTC) + timedelta(hours=1)
    await filled(here.database, pending, lambda number: later + timedelta(seconds=number))
    found = []
    for _ in range(3):
        began = perf_counter()
        await here.start()
        found.append(perf_counter() - began)
        await here.stop()
    return statistics.median(found)


def _weight(here: Town) -> float:
    """Proportional set size in MiB; 0 where the system does not tell (it is Linux's)."""
    assert here.process is not None
    rollup = Path(f"/proc/{here.process.pid}/smaps_rollup")
    if not rollup.exists():
        return 0.0
    line = next(line for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024
