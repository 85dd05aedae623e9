"""Alerts in, durably: how many a second, beside a bare handler that upserts one row a request; what a repeat costs.

The load is a storm: 500 keys again and again, here in 50 groups, so that it makes 50 incidents.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from bench.harness import Figure, Scale, percentile
from bench.load import Loaded, encoded, post_all
from bench.paging import alert
from bench.town import ROOT, TOKEN, Town, town

KEYS, GROUPS = 500, 50
CONNECTIONS = 64
PATH = "/webhooks/alertmanager"
REPEATS = 3


async def run(scale: Scale) -> list[Figure]:
    count = scale.of(10_000, 500)
    storm = encoded([alert(n % KEYS, group=n % GROUPS) for n in range(count)])
    grouped = [await _bare("grouped", storm) for _ in range(REPEATS)]
    single = [await _bare("single", storm[: count // 5]) for _ in range(REPEATS)]
    first, again = await _bot(storm)
    bare, alone = _rate(grouped), _rate(single)
    figures = [
        Figure("bare handler, grouped durable commits", bare, "requests/s", note=f"median of {REPEATS}"),
        Figure("bare handler, each committed by itself through SQLAlchemy", alone, "requests/s"),
        Figure(
            "alerts in, a storm on an empty database", _rate(first), "requests/s", note="50 incidents made meanwhile"
        ),
        Figure("alerts in, the storm goes on", _rate(again), "requests/s", note=f"median of {len(again)}"),
        Figure("… beside the grouped bare handler", _rate(again) / bare, "×", 0.3, "≥"),
        Figure("… on an empty database", _rate(first) / bare, "×"),
        Figure("… beside commits one by one", _rate(again) / alone, "×", 1.0, "≥"),
        Figure("… accept p99", percentile([s for one in again for s in one.answers], 0.99) * 1000, "ms", 250),
    ]
    return figures + await _repeats(scale)


async def _repeats(scale: Scale) -> list[Figure]:
    """The same alert 1,000 times, and 1,000 different ones of one group."""
    count = scale.of(1000, 100)
    async with town() as here:
        await here.start()
        await _sent(here, encoded([alert(0, group=0)]))
        await here.wire.settle()
        same = await _sent(here, encoded([alert(0, group=0)] * count))
        await here.wire.settle()
        different = await _sent(here, encoded([alert(n, group=0) for n in range(1, count + 1)]))
    share = same.seconds / different.seconds
    note = f"{same.seconds:.2f} s and {different.seconds:.2f} s"
    return [Figure(f"{count:,} repeats of one alert, beside {count:,} different ones", share, "×", 1.0, note=note)]


async def _bot(storm: Sequence[bytes]) -> tuple[list[Loaded], list[Loaded]]:
    async with town() as here:
        await here.start()
        first = await _sent(here, storm)
        await here.wire.settle(1.0)
        again = [await _sent(here, storm) for _ in range(REPEATS)]
    return [first], again


async def _sent(here: Town, bodies: Sequence[bytes]) -> Loaded:
    found = await post_all(here.port, PATH, bodies, {"Authorization": f"Bearer {TOKEN}"}, CONNECTIONS)
    if found.refused:
        raise RuntimeError(f"{found.refused} of {len(bodies)} were refused")
    return found


async def _bare(kind: str, storm: Sequence[bytes]) -> Loaded:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-bench-")))
        command = [sys.executable, "-m", "bench.bare", kind, str(folder / "bare.db")]
        server = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        assert server.stdout is not None
        try:
            port = int(await server.stdout.readline())
            return await post_all(port, PATH, storm, {}, CONNECTIONS)
        finally:
            server.terminate()
            await server.wait()


def _rate(loads: Sequence[Loaded]) -> float:
    return statistics.median(one.rate for one in loads)
