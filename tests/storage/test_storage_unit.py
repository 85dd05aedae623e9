"""Units of work: committed whole or not at all, whoever is cancelled, and never longer than their deadline."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from databases import opened
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from storage_samples import NOON, declared

from bot.domain.people import EVERYTHING, Person
from bot.ports import Conflict, DatabaseUnavailable, Tx
from storage.database import SqlDatabase
from storage.transaction import SqlTx

SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}00000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep({n} / 30.0)",
}


async def names(db: SqlDatabase) -> list[str]:
    async def work(tx: Tx) -> list[str]:
        return [person.name for person in await tx.people.all()]

    return await db.read(work)


def adding(name: str, started: threading.Event | None = None, slow: int = 0) -> Callable[[Tx], Awaitable[str]]:
    """Adds a person, then keeps the connection busy for a while."""

    async def work(tx: Tx) -> str:
        assert isinstance(tx, SqlTx)
        await tx.people.add(Person(0, name))
        if started is not None:
            started.set()
        if slow:
            tx.scope.conn.execute(text(SLOW[tx.scope.conn.dialect.name].format(n=slow)))
        return name

    return work


def linger() -> None:
    """Gives others a turn; a unit of work is in a thread of its own."""
    time.sleep(0.01)


async def test_what_the_work_returns_comes_back_and_is_kept(db: SqlDatabase) -> None:
    assert await db.write(adding("Alice")) == "Alice"
    assert await names(db) == ["Alice"]


async def test_raising_undoes_everything(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        await tx.people.add(Person(0, "Alice"))
        raise LookupError("nobody")

    with pytest.raises(LookupError, match="nobody"):
        await db.write(work)
    assert await names(db) == []


async def test_a_read_cannot_write(db: SqlDatabase) -> None:
    with pytest.raises(DBAPIError, match="read"):
        await db.read(adding("Alice"))
    assert await names(db) == []


async def test_a_read_sees_one_moment(db: SqlDatabase) -> None:
    loop = asyncio.get_running_loop()

    async def work(tx: Tx) -> tuple[int, int]:
        before = len(await tx.people.all())
        asyncio.run_coroutine_threadsafe(db.write(adding("Alice")), loop).result(10)
        return before, len(await tx.people.all())

    assert await db.read(work) == (0, 0)
    assert await names(db) == ["Alice"]


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_cancelled_caller_leaves_when_the_unit_is_done(db: SqlDatabase, times: int) -> None:
    started = threading.Event()
    caller = asyncio.create_task(db.write(adding("Alice", started, slow=20)))
    await asyncio.to_thread(started.wait, 10)
    for _ in range(times):
        caller.cancel()
        await asyncio.sleep(0.01)
    assert not caller.done()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await names(db) == ["Alice"]
    await db.write(adding("Bob"))
    assert await names(db) == ["Alice", "Bob"]


async def test_a_unit_is_interrupted_at_its_deadline_and_nothing_is_saved(db: SqlDatabase) -> None:
    with pytest.raises(DatabaseUnavailable, match="took too long") as refused:
        await db.within(0.2).write(adding("Alice", slow=900))
    assert refused.value.unknown is False
    await db.write(adding("Bob"))
    assert await names(db) == ["Bob"]


async def test_a_unit_that_waits_for_something_else_is_a_bug_and_nothing_is_saved(db: SqlDatabase) -> None:
    other: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work(tx: Tx) -> None:
        await tx.people.add(Person(0, "Alice"))
        await other

    with pytest.raises(RuntimeError, match="nothing but its transaction"):
        await db.write(work)
    await db.write(adding("Bob"))
    assert await names(db) == ["Bob"]


async def test_a_unit_whose_turn_never_comes_gives_up_alone(sqlite_db: SqlDatabase) -> None:
    started = threading.Event()
    first = asyncio.create_task(sqlite_db.write(adding("Alice", started, slow=60)))
    await asyncio.to_thread(started.wait, 10)
    with pytest.raises(DatabaseUnavailable, match="took too long"):
        await sqlite_db.within(0.1).write(adding("Bob"))
    assert await first == "Alice"
    assert await names(sqlite_db) == ["Alice"]


async def test_a_unit_that_lost_a_race_runs_again(db: SqlDatabase) -> None:
    tries: list[str] = []

    async def work(tx: Tx) -> None:
        tries.append("tried")
        await tx.people.add(Person(0, "Alice"))
        if len(tries) < 5:
            raise Conflict("somebody was first")

    await db.write(work)
    assert len(tries) == 5
    assert await names(db) == ["Alice"]


async def test_a_unit_runs_five_times_at_most(db: SqlDatabase) -> None:
    tries: list[str] = []

    async def work(tx: Tx) -> None:
        tries.append("tried")
        raise Conflict("somebody was first")

    with pytest.raises(Conflict, match="somebody was first"):
        await db.write(work)
    assert len(tries) == 5


async def test_simultaneous_changes_of_one_incident_are_all_kept(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id

    async def work(tx: Tx) -> None:
        found = await tx.incidents.get(number, EVERYTHING)
        assert found is not None
        await tx.incidents.save(replace(found, generation=found.generation + 1))

    await asyncio.gather(*(db.write(work) for _ in range(20)))
    found = await db.read(lambda tx: tx.incidents.get(number, EVERYTHING))
    assert found is not None
    assert (found.generation, found.version) == (20, 21)


async def test_two_who_add_the_same_row_at_once_both_find_it(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> int:
        known = await tx.people.by_slack("U1")
        linger()
        return (known or await tx.people.add(Person(0, "Alice", slack_id="U1"))).id

    assert len(set(await asyncio.gather(*(db.write(work) for _ in range(4))))) == 1
    assert await names(db) == ["Alice"]


async def test_a_row_that_cannot_be_is_a_bug_and_told_as_one(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        for _ in range(2):
            await tx.people.add(Person(0, "Alice", slack_id="U1"))

    with pytest.raises(IntegrityError):
        await db.write(work)
    assert await names(db) == []


async def test_locks_taken_crosswise_are_sorted_out(db: SqlDatabase) -> None:
    """PostgreSQL ends one of the two as a deadlock; it runs again."""
    one, two = (await db.write(declared)).id, (await db.write(declared)).id

    async def cross(first: int, second: int) -> None:
        async def work(tx: Tx) -> None:
            for number in (first, second):
                found = await tx.incidents.get(number, EVERYTHING)
                assert found is not None
                await tx.incidents.save(replace(found, generation=found.generation + 1))
                linger()

        await db.write(work)

    await asyncio.gather(cross(one, two), cross(two, one))
    both = await db.read(lambda tx: tx.incidents.recent(EVERYTHING))
    assert [found.generation for found in both] == [2, 2]


async def test_a_file_locked_by_another_program_is_waited_for(sqlite_db: SqlDatabase) -> None:
    file = sqlite_db.engines.url.database
    other = sqlite3.connect(str(file), check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.rollback)
    release.start()
    await sqlite_db.write(adding("Alice"))
    release.join()
    other.close()
    assert await names(sqlite_db) == ["Alice"]


async def test_a_file_that_stays_locked_gives_a_sentence_and_works_afterwards(sqlite_db: SqlDatabase) -> None:
    other = sqlite3.connect(str(sqlite_db.engines.url.database))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked by another program") as refused:
        await sqlite_db.within(0.3).write(adding("Alice"))
    assert refused.value.unknown is False
    assert await names(sqlite_db) == []
    other.rollback()
    other.close()
    await sqlite_db.write(adding("Bob"))
    assert await names(sqlite_db) == ["Bob"]


async def test_a_full_disk_gives_a_sentence_and_saves_nothing(sqlite_db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        tx.scope.conn.execute(text("PRAGMA max_page_count=1"))
        await tx.inbox.first("test", "big", NOON, "x" * 100_000)

    with pytest.raises(DatabaseUnavailable, match="disk that holds the database is full"):
        await sqlite_db.write(work)


async def test_closing_waits_for_the_units_under_way(sqlite_url: str) -> None:
    started = threading.Event()
    async with opened(sqlite_url) as db:
        unit = asyncio.create_task(db.write(adding("Alice", started, slow=10)))
        await asyncio.to_thread(started.wait, 10)
    assert await unit == "Alice"
