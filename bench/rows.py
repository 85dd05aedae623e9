"""Databases filled for benchmarks: incidents that climb, each with its run and its timer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from bot.domain.escalation import Policy, RunKind, RunState, Target, TargetKind, Tier
from bot.domain.incident import State, Status
from bot.domain.timers import TimerKind, TimerState
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.opening import open_database
from storage.tables import counter, incident, run
from storage.transaction import SqlTx
from storage.work_tables import timer

SLICE = 5000
POLICY = Policy("payments", (Tier((Target(TargetKind.SCHEDULE, "payments"),), timedelta(minutes=15)),))

Due = Callable[[int], datetime]


@asynccontextmanager
async def fresh() -> AsyncIterator[SqlDatabase]:
    """An empty database in a file of its own."""
    with TemporaryDirectory(prefix="tocsin-bench-") as folder:
        db = await open_database(f"sqlite:///{Path(folder) / 'tocsin.db'}")
        try:
            yield db
        finally:
            await db.close()


async def filled(url: str, count: int, due: Due) -> None:
    """Adds so many incidents with a climbing run and a timer each."""
    db = await open_database(url)
    try:
        await fill(db, count, due)
    finally:
        await db.close()


async def fill(db: SqlDatabase, count: int, due: Due) -> None:
    """The same in a database that is open. `due` is given 0, 1, 2 …"""
    for start in range(0, count, SLICE):
        numbers = range(start, min(start + SLICE, count))

        async def work(tx: Tx, numbers: range = numbers) -> None:
            assert isinstance(tx, SqlTx)
            first = int(await tx.scope.scalar(select(func.coalesce(func.max(incident.c.id), 0)))) + 1
            ids = range(first, first + len(numbers))
            await tx.scope.run(incident.insert(), [_incident(number) for number in ids])
            await tx.scope.run(run.insert(), [_run(number) for number in ids])
            rows = [_timer(number, due(n)) for number, n in zip(ids, numbers, strict=True)]
            await tx.scope.run(timer.insert(), rows)
            upsert = tx.scope.insert(counter).values(name="incident", value=ids[-1])
            await tx.scope.run(upsert.on_conflict_do_update(index_elements=["name"], set_={"value": ids[-1]}))

        await db.write(work)


def _incident(number: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    plain = {"services": ("payments-api",), "private": False, "drill": False, "source_link": "", "description": ""}
    plain |= {"closed_as": None, "resolution": "", "last_update": "", "room_name": "", "generation": 0, "version": 0}
    plain |= {"service": "payments-api", "detected_by": "bench", "declared_at": now, "severity": "SEV2"}
    return plain | {
        "id": number,
        "title": f"API is slow {number}",
        "state": State.ASSIGNED,
        "status": Status.INVESTIGATING,
    }


def _run(number: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    plain = {"kind": RunKind.DECLARE, "policy": POLICY, "state": RunState.CLIMBING, "ended_reason": "", "version": 0}
    return plain | {"id": number, "incident_id": number, "started_at": now, "generation": 0, "step": 0, "next_due": now}


def _timer(number: int, due: datetime) -> dict[str, Any]:
    plain = {"kind": TimerKind.ESCALATE, "state": TimerState.PENDING, "fence": 0, "reason": "", "data": {}}
    plain |= {"generation": 0, "armed_at": datetime.now(UTC)}
    return plain | {"key": f"escalate/{number}", "due_at": due, "incident_id": number, "run_id": number}
