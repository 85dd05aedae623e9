"""Opening: whose file it is, what an address may look like, and sentences for everything that goes wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from storage_samples import NOON, declared, row

from bot.domain.delivery import Lane, Row
from bot.domain.people import Person
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import DatabaseUnavailable, Tx
from bot.usecases.delivery import LANDING
from storage.database import SqlDatabase
from storage.lock import DatabaseInUse
from storage.migrate import migrate
from storage.opening import open_beside, open_database
from storage.transaction import SqlTx
from storage.work_tables import outbox, timer

HOLD = """
import asyncio, sys
from storage.opening import open_database
async def main():
    await open_database(sys.argv[1])
    print("open", flush=True)
    sys.stdin.read()
asyncio.run(main())
"""


async def test_the_folder_is_made(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path}/data/deep/tocsin.db")
    assert await db.read(lambda tx: tx.people.all()) == []
    await db.close()


async def test_a_folder_that_cannot_be_made_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DatabaseUnavailable, match=r"folder .* cannot be made"):
        await open_database(f"sqlite:///{tmp_path}/data/tocsin.db")


async def test_a_second_bot_on_the_same_file_is_refused(sqlite_url: str) -> None:
    first = await open_database(sqlite_url)
    with pytest.raises(DatabaseInUse, match=rf"Another Tocsin \(process {os.getpid()}\) runs on .*tocsin\.db\."):
        await open_database(sqlite_url)
    with pytest.raises(DatabaseInUse):
        await migrate(sqlite_url)
    await first.close()
    await (await open_database(sqlite_url)).close()


async def test_the_lock_dies_with_its_process(sqlite_url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, sqlite_url, stdin=PIPE, stdout=PIPE, env=_environment()
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(DatabaseInUse, match=f"process {holder.pid}"):
        await open_database(sqlite_url)
    holder.kill()
    await holder.communicate()
    await (await open_database(sqlite_url)).close()


async def test_looking_beside_the_running_bot_writes_nothing(sqlite_url: str) -> None:
    async def write(tx: Tx) -> None:
        await tx.people.add(Person(0, "Alice"))

    bot = await open_database(sqlite_url)
    await bot.write(write)
    beside = await open_beside(sqlite_url)
    assert [person.name for person in await beside.read(lambda tx: tx.people.all())] == ["Alice"]
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        await beside.write(write)
    await beside.close()
    await bot.close()


async def test_looking_at_a_missing_database_makes_none(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="There is no database at"):
        await open_beside(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


async def test_looking_at_an_old_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(DatabaseUnavailable, match=r"run `\.venv/bin/tocsin migrate` first"):
        await open_beside(f"sqlite:///{tmp_path}/empty.db")


async def test_a_file_that_is_no_database_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are my notes, please do not lose them " * 100)
    with pytest.raises(DatabaseUnavailable, match="not a SQLite database"):
        await open_database(f"sqlite:///{tmp_path}/notes.db")


async def test_an_unreachable_server_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        await open_database(f"postgresql://tocsin:secret@/tocsin?host={tmp_path}")


async def test_a_missing_database_on_a_server_gives_a_sentence(postgres_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"cannot be reached \(.*no_such_test.* does not exist\)"):
        await open_database(postgres_url.replace("/test", "/no_such_test"))


@pytest.mark.parametrize(
    "address", ["", "tocsin.db", "mysql://root:secret@host/db", "sqlite://", "sqlite:///:memory:", "//secret"]
)
async def test_an_address_that_is_not_understood_is_answered_with_the_right_forms(address: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refused:
        await open_database(address)
    assert "sqlite:///data/tocsin.db or postgresql://user:password@host/database" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://", "postgresql+psycopg://"])
async def test_every_common_form_of_a_postgresql_address_works(postgres_url: str, prefix: str) -> None:
    db = await open_database(postgres_url.replace("postgresql://", prefix))
    assert await db.read(lambda tx: tx.postures.newest()) is None
    await db.close()


async def test_rows_are_stamped_with_the_clock_that_people_see(sqlite_url: str) -> None:
    db = await open_database(sqlite_url, clock=lambda: NOON)
    await db.write(lambda tx: tx.outbox.put([row("a")]))
    found = await db.read(lambda tx: tx.outbox.by_key("a"))
    assert found is not None
    assert found.created_at == NOON
    await db.close()


async def claimed_by_the_dead(url: str) -> tuple[Row, Timer]:
    """A row and a timer that a bot claimed before it was killed."""

    async def work(tx: Tx) -> tuple[Row, Timer]:
        number = (await declared(tx)).id
        await tx.outbox.put([row("a")])
        await tx.timers.arm(NewTimer("t", TimerKind.ESCALATE, NOON, number))
        [taken], [timer] = await tx.outbox.claim("dead", Lane.ROOM, NOON, 9), await tx.timers.claim("dead", NOON, 9)
        return taken, timer

    db = await open_database(url, clock=lambda: NOON)
    found = await db.write(work)
    await db.close()
    return found


async def leases(db: SqlDatabase) -> tuple[datetime | None, datetime | None]:
    async def work(tx: Tx) -> tuple[datetime | None, datetime | None]:
        assert isinstance(tx, SqlTx)
        return tuple([await tx.scope.scalar(select(table.c.lease_until)) for table in (outbox, timer)])  # type: ignore[return-value]

    return await db.read(work)


async def test_on_sqlite_what_the_dead_held_is_free_at_once_but_for_calls_that_may_still_be_landing(
    sqlite_url: str,
) -> None:
    before = datetime.now(UTC)
    await claimed_by_the_dead(sqlite_url)
    after = datetime.now(UTC)
    db = await open_database(sqlite_url, clock=lambda: NOON)
    row_until, timer_until = await leases(db)
    assert row_until is not None
    assert (before + LANDING <= row_until <= after + LANDING, timer_until) == (True, None)
    [again] = await db.write(lambda tx: tx.timers.claim("me", NOON, 9))
    assert again.fence == 2
    await db.close()


async def test_a_row_that_the_dead_had_claimed_is_in_doubt_when_it_is_claimed_again(sqlite_url: str) -> None:
    await claimed_by_the_dead(sqlite_url)
    db = await open_database(sqlite_url, clock=lambda: NOON)

    async def landed(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        await tx.scope.run(update(outbox).values(lease_until=datetime.now(UTC)))

    await db.write(landed)
    [again] = await db.write(lambda tx: tx.outbox.claim("me", Lane.ROOM, NOON, 9))
    assert (again.fence, again.doubt) == (2, True)
    await db.close()


async def test_on_postgresql_another_replica_may_be_alive_and_keeps_its_leases(postgres_url: str) -> None:
    await claimed_by_the_dead(postgres_url)
    db = await open_database(postgres_url, clock=lambda: NOON)
    assert await db.write(lambda tx: tx.timers.claim("me", NOON, 9)) == []
    await db.close()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
