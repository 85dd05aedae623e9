"""`make races`: four processes claim the rows of one PostgreSQL side by side, and none is claimed twice (SPEC §20, R5).

What each worker was given is written down by itself, and compared with the others' and with the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crash.record import record
from crash.server import Server, a_server
from sqlalchemy import create_engine, func, select
from town.program import ROOT

from bot.domain.delivery import Effect, Lane, NewRow, RowState
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.engine import engines, read_url
from storage.opening import open_database
from storage.work_tables import attempt, outbox

WORKERS = 4
#: As many as a lane asks for at once.
BATCH = 8
#: Rows that are put in one transaction.
SLICE = 500
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Raced:
    """What came of it. `double` were given to more than one worker, or more than once."""

    claims: int
    double: int
    left: int
    seconds: float

    def sentence(self, what: str) -> str:
        rate = self.claims / self.seconds
        return (
            f"{self.claims:,} {what} claimed by {WORKERS} processes in {self.seconds:.0f} s ({rate:,.0f}/s): "
            f"{self.double} claimed twice, {self.left} left behind."
        )


async def _fill(url: str, count: int) -> None:
    db = await open_database(url)
    try:
        for start in range(0, count, SLICE):
            numbers = range(start, min(start + SLICE, count))
            await db.write(lambda tx, numbers=numbers: _put(tx, numbers))  # type: ignore[misc]  # bound now
    finally:
        await db.close()


async def _put(tx: Tx, numbers: range) -> None:
    rows = [NewRow(f"race/{n}", Effect.HOME_PUBLISH, Lane.PAGES, LONG_AGO + timedelta(seconds=n)) for n in numbers]
    await tx.outbox.put(rows)


async def _turn(db: SqlDatabase, name: str) -> list[int]:
    """Claims as many as it may, and settles them; answers their ids."""
    now = datetime.now(UTC)
    rows = await db.write(lambda tx: tx.outbox.claim(name, Lane.PAGES, now, BATCH))

    async def settle(tx: Tx) -> list[bool]:
        return [await tx.outbox.settle(row, state=RowState.SENT, outcome="sent") for row in rows]

    if rows:
        assert all(await db.write(settle)), "a row was taken over"
    return [row.id for row in rows]


async def _work(url: str, name: str) -> list[int]:
    """Until nothing is left; answers the ids that this worker was given."""
    db = SqlDatabase(engines(read_url(url)))
    given: list[int] = []
    idle = 0
    try:
        while idle < 3:
            found = await _turn(db, name)
            idle = 0 if found else idle + 1
            given += found
    finally:
        await db.close()
    return given


def race(server: Server, count: int) -> Raced:
    """So many rows, claimed by all workers at once."""
    url = server.create()
    asyncio.run(_fill(url, count))
    began = time.monotonic()
    command = [sys.executable, "-m", "crash.races", "--work", url]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    workers = [
        subprocess.Popen([*command, f"worker{number}"], stdout=subprocess.PIPE, text=True, env=environment)
        for number in range(WORKERS)
    ]
    ended = [(worker.communicate(timeout=1500)[0], worker.returncode) for worker in workers]
    assert [code for _, code in ended] == [0] * WORKERS, "a worker failed"
    given: Counter[int] = Counter()
    for said, _ in ended:
        given.update(json.loads(said.splitlines()[-1]))
    seconds = time.monotonic() - began
    engine = create_engine(read_url(url))
    with engine.connect() as conn:
        tries = conn.execute(select(func.count()).select_from(attempt)).scalar_one()
        left = conn.execute(select(func.count()).where(outbox.c.state == RowState.PENDING)).scalar_one()
    engine.dispose()
    server.drop(url)
    assert tries == given.total(), f"{given.total()} rows were given, {tries} tries are in the ledger"
    return Raced(given.total(), sum(times - 1 for times in given.values()), left, seconds)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--claims", type=int, default=100_000)
    asked.add_argument("--work", nargs=2, metavar=("URL", "NAME"), help="be one of the workers")
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    if given.work:
        print(json.dumps(asyncio.run(_work(*given.work))))
        return 0
    with a_server() as server:
        found = race(server, given.claims)
    record("R5", f"make races CLAIMS={given.claims}", found.sentence("rows"), postgres=True, wanted=given.record)
    return 0 if not found.double and not found.left else 1


if __name__ == "__main__":
    sys.exit(main())
