"""Cost: a claim never reads what is done or not due, and a declare stays a handful of statements."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from storage_samples import MINUTE, NOON, climbing, declared, four, row

from bot.domain.delivery import Lane
from bot.domain.incident import Responder
from bot.domain.people import EVERYTHING
from bot.domain.timeline import Event, Kind
from bot.domain.timers import NewTimer, TimerKind
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.tables import metadata


@contextmanager
def statements(db: SqlDatabase) -> Iterator[list[tuple[str, Any]]]:
    """What went to the database, transaction words aside."""
    seen: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, sql: str, params: Any, *_rest: object) -> None:
        if not sql.startswith("BEGIN"):
            seen.append((sql, params))

    engines = {db.engines.writer, db.engines.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


READS: dict[str, tuple[Callable[[Tx], Awaitable[object]], list[str]]] = {
    "claim of the outbox": (
        lambda tx: tx.outbox.claim("one", Lane.PAGES, NOON, 5),
        ["ix_outbox_due", "ix_outbox_stream", "sqlite_autoindex_outbox_1"],
    ),
    "claim of timers": (lambda tx: tx.timers.claim("one", NOON, 5), ["ix_timer_due"]),
    "next due row": (
        lambda tx: tx.outbox.next_due(),
        ["ix_outbox_due", "ix_outbox_stream", "sqlite_autoindex_outbox_1"],
    ),
    "next due timer": (lambda tx: tx.timers.next_due(), ["ix_timer_due"]),
    "coalescing": (lambda tx: tx.outbox.put([row("a", coalesce="card")]), ["ix_outbox_coalesce"]),
    "depth": (lambda tx: tx.outbox.depth(), ["ix_outbox_due", "ix_outbox_dead"]),
    "cancelled timers": (lambda tx: tx.timers.cancel(1), ["ix_timer_incident"]),
    "open pages of a person": (lambda tx: tx.pages.open_of_person(1), ["ix_page_open"]),
    "open incidents": (lambda tx: tx.incidents.open(EVERYTHING), ["ix_incident_open"]),
    "who is on call": (lambda tx: tx.slots.at("payments", NOON), ["ix_slot_schedule"]),
    "rows of a page": (lambda tx: tx.outbox.of_page(1), ["ix_outbox_page"]),
    "rows of an incident": (lambda tx: tx.outbox.of_incident(1), ["ix_outbox_incident"]),
    "alerts of a key or a group": (lambda tx: tx.alerts.open_incident_for("a", "b"), ["ix_alert_group"]),
}


@pytest.mark.parametrize("what", READS)
async def test_it_is_found_by_an_index_alone(sqlite_db: SqlDatabase, what: str) -> None:
    work, indexes = READS[what]
    with statements(sqlite_db) as seen:
        await sqlite_db.write(work)
    plan = _plan(sqlite_db, seen)
    scans = [line for line in plan if line.startswith("SCAN ") and "USING" not in line]
    assert [line for line in scans if line.split()[1] in metadata.tables] == []
    assert [index for index in indexes if not any(index in line for line in plan)] == []


def _plan(db: SqlDatabase, seen: list[tuple[str, Any]]) -> list[str]:
    conn = sqlite3.connect(str(db.engines.url.database))
    lines = [line[3] for sql, params in seen for line in conn.execute(f"EXPLAIN QUERY PLAN {sql}", _first(params))]
    conn.close()
    return lines


def _first(params: Any) -> Any:
    """Of many rows put at once, the first."""
    return params[0] if isinstance(params, list) else params


async def test_a_declare_is_few_statements(sqlite_db: SqlDatabase) -> None:
    alice = (await sqlite_db.write(four))["alice"]

    async def declare(tx: Tx) -> None:
        number = (await declared(tx, reporter_id=alice.id)).id
        climb = await climbing(tx, number)
        await tx.responders.put(Responder(number, alice.id, NOON))
        await tx.timeline.add([Event(number, NOON, Kind.NOTE, data={"n": n}) for n in range(8)])
        await tx.outbox.put([row(f"row {n}", incident_id=number, run_id=climb.id) for n in range(12)])
        for minutes in (5, 15):
            key = f"timer {minutes}"
            await tx.timers.arm(NewTimer(key, TimerKind.ESCALATE, NOON + minutes * MINUTE, number, climb.id))

    with statements(sqlite_db) as seen:
        await sqlite_db.write(declare)
    assert len(seen) == 9


async def test_a_claim_is_two_statements_and_an_empty_one_is_one(sqlite_db: SqlDatabase) -> None:
    await sqlite_db.write(lambda tx: tx.outbox.put([row(f"row {n}") for n in range(5)]))
    with statements(sqlite_db) as seen:
        await sqlite_db.write(lambda tx: tx.outbox.claim("one", Lane.ROOM, NOON, 10))
        assert len(seen) == 2
        await sqlite_db.write(lambda tx: tx.outbox.claim("one", Lane.ROOM, NOON, 10))
    assert len(seen) == 3
