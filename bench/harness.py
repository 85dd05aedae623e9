"""What every benchmark shares: a figure beside its limit, percentiles, and the table and JSON they end in."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

LIMIT_AT_MOST, LIMIT_AT_LEAST = "≤", "≥"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. Without a limit it stands there to be compared with (a baseline, or for the record)."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    sense: str = LIMIT_AT_MOST
    note: str = ""

    @property
    def holds(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value <= self.limit if self.sense == LIMIT_AT_MOST else self.value >= self.limit


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done: `quick` shows that a benchmark works, its figures are worth little."""

    quick: bool = False

    def of(self, usual: int, quick: int) -> int:
        return quick if self.quick else usual


Benchmark = Callable[[Scale], Awaitable[list[Figure]]]


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank: of 100 values the 99th for 0.99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def p50_p99(
    what: str, seconds: Sequence[float], limits: tuple[float | None, float | None], note: str = ""
) -> list[Figure]:
    """Two figures in milliseconds."""
    kept = f"{len(seconds)} times" + (f"; {note}" if note else "")
    return [
        Figure(f"{what}, p50", percentile(seconds, 0.50) * 1000, "ms", limits[0], note=kept),
        Figure(f"{what}, p99", percentile(seconds, 0.99) * 1000, "ms", limits[1], note=kept),
    ]


async def median_seconds(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The median of several repetitions, after one that does not count."""
    await work()
    return statistics.median([await _seconds(work) for _ in range(times)])


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    with quiet():
        began = perf_counter()
        await work()
        return perf_counter() - began


@contextmanager
def quiet() -> Iterator[None]:
    """No garbage collection of the harness itself in between."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def until(met: Callable[[], bool], seconds: float = 20.0, pause: float = 0.002) -> None:
    """Waits for something that others do; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110  (what is waited for happens in other processes)
            await asyncio.sleep(pause)


def surroundings() -> dict[str, object]:
    """The machine, as far as it explains the figures."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
        "machine": platform.machine(),
    }


def table(figures: Sequence[Figure]) -> str:
    """Markdown, as it stands in docs/speed.md."""
    lines = ["| what | figure | limit | | how |", "| --- | ---: | ---: | --- | --- |"]
    for one in figures:
        limit = "" if one.limit is None else f"{one.sense} {_shown(one.limit)} {one.unit}"
        verdict = {None: "", True: "holds", False: "**missed**"}[one.holds]
        lines.append(f"| {one.what} | {_shown(one.value)} {one.unit} | {limit} | {verdict} | {one.note} |")
    return "\n".join(lines)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def write(path: Path, figures: Sequence[Figure]) -> None:
    rows = [asdict(one) | {"holds": one.holds} for one in figures]
    text = json.dumps({"surroundings": surroundings(), "figures": rows}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
