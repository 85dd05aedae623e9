"""`python -m bench [NAME …] [--quick] [--json FILE]`: runs the benchmarks and prints one table.

Ends with 0 when all that ran held its limit, 1 when something missed it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import alerts_in, checking, claims, declaring, oncall, paging, presses, proving, starting, ticks, timers
from bench.harness import Benchmark, Figure, Scale, surroundings, table, write

#: By name, in the order of the table.
BENCHMARKS: dict[str, Benchmark] = {
    "paging": paging.run,
    "presses": presses.run,
    "declaring": declaring.run,
    "alerts_in": alerts_in.run,
    "timers": timers.run,
    "ticks": ticks.run,
    "claims": claims.run,
    "oncall": oncall.run,
    "checking": checking.run,
    "proving": proving.run,
    "starting": starting.run,
}


async def _all(names: Sequence[str], scale: Scale) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += await BENCHMARKS[name](scale)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the bot's speed. See docs/speed.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all of them when none")
    parser.add_argument("--quick", action="store_true", help="only show that the benchmarks work")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results.json", help="where the rows go")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there is {', '.join(BENCHMARKS)}")
    figures = asyncio.run(_all(given.names or list(BENCHMARKS), Scale(given.quick)))
    write(given.json, figures)
    print("; ".join(f"{name} {value}" for name, value in surroundings().items()) + "\n")
    print(table(figures))
    return 0 if all(one.holds is not False for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
