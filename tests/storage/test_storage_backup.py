"""A backup is whole, whatever happens while it is made, and never takes the place of anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.people import Person
from bot.ports import DatabaseUnavailable, Tx
from storage.backup import back_up
from storage.database import SqlDatabase
from storage.engine import engines, file_of, read_url
from storage.opening import open_beside
from storage.verify import findings


def file(db: SqlDatabase) -> Path:
    found = file_of(db.engines.url)
    assert found is not None
    return found


async def add(db: SqlDatabase, name: str) -> None:
    async def work(tx: Tx) -> None:
        await tx.people.add(Person(0, name))

    await db.write(work)


async def names(path: Path) -> list[str]:
    copied = await open_beside(f"sqlite:///{path}")
    try:
        assert await findings(copied) == []
        return [person.name for person in await copied.read(lambda tx: tx.people.all())]
    finally:
        await copied.close()


async def test_everything_committed_before_is_in_it_and_nothing_after(sqlite_db: SqlDatabase, tmp_path: Path) -> None:
    await add(sqlite_db, "Alice")
    size = await back_up(file(sqlite_db), tmp_path / "copy.db")
    await add(sqlite_db, "Bob")
    assert await names(tmp_path / "copy.db") == ["Alice"]
    assert size == (tmp_path / "copy.db").stat().st_size
    assert [one.name for one in tmp_path.iterdir() if "copy" in one.name] == ["copy.db"]


async def test_it_is_whole_while_others_write(sqlite_db: SqlDatabase, tmp_path: Path) -> None:
    async def busy() -> None:
        for number in range(40):
            await add(sqlite_db, f"person {number}")

    writing = asyncio.create_task(busy())
    await back_up(file(sqlite_db), tmp_path / "copy.db")
    await writing
    copied = await names(tmp_path / "copy.db")
    assert copied == [f"person {number}" for number in range(len(copied))]


async def test_what_is_there_stays(sqlite_db: SqlDatabase, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    with pytest.raises(DatabaseUnavailable, match="is there already: name a file that is not"):
        await back_up(file(sqlite_db), copy)
    assert copy.read_text() == "mine"


async def test_what_cannot_be_copied_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"There is no database at .*none\.db"):
        await back_up(tmp_path / "none.db", tmp_path / "copy.db")
    (tmp_path / "rubbish.db").write_text("this is no database " * 500)
    with pytest.raises(DatabaseUnavailable, match="The database could not be copied: file is not a database"):
        await back_up(tmp_path / "rubbish.db", tmp_path / "copy.db")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["rubbish.db"]


async def test_a_copy_is_a_database_like_any_other(sqlite_db: SqlDatabase, tmp_path: Path) -> None:
    await back_up(file(sqlite_db), tmp_path / "copy.db")
    restored = SqlDatabase(engines(read_url(f"sqlite:///{tmp_path / 'copy.db'}")))
    await add(restored, "Carol")
    assert [person.name for person in await restored.read(lambda tx: tx.people.all())] == ["Carol"]
    await restored.close()
