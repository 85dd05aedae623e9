"""A connection that is lost: before the commit the work runs again, at the commit nobody can know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from databases import opened
from sqlalchemy import make_url, text

from bot.domain.people import Person
from bot.ports import DatabaseUnavailable, Tx
from storage.database import SqlDatabase
from storage.transaction import SqlTx


class Relay:
    """Stands between bot and server, and cuts the line when the bot says COMMIT."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._lines: set[asyncio.Task[None]] = set()
        self._swallow = False  # the next answer, which says that the commit is done
        self.cut = ""  # "before" or "after" the server has heard it

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(asyncio.create_task(self._line(reader, writer)))

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_unix_connection(self._server)
        answers = asyncio.create_task(self._pass_on(back, writer))
        while data := await reader.read(65536):
            if b"COMMIT" in data and self.cut:
                if self.cut == "after":
                    self._swallow = True
                    forth.write(data)
                    await answers
                break
            forth.write(data)
        answers.cancel()
        for end in (writer, forth):
            end.close()
            with suppress(ConnectionError):
                await end.wait_closed()

    async def _pass_on(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await back.read(65536)) and not self._swallow:
            writer.write(data)

    def mend(self) -> None:
        self.cut, self._swallow = "", False

    async def ended(self) -> None:
        await asyncio.gather(*self._lines)


@pytest.fixture
async def relay(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Relay, str]]:
    """The relay, and the address of a fresh database behind it."""
    url = make_url(postgres_url)
    made = Relay(Path(str(url.query["host"])) / ".s.PGSQL.5432")
    server = await asyncio.start_unix_server(made.connected, tmp_path / ".s.PGSQL.5432")
    yield made, f"postgresql://postgres@/{url.database}?host={tmp_path}"
    server.close()
    await server.wait_closed()
    await made.ended()


async def add(tx: Tx) -> None:
    await tx.people.add(Person(0, "Alice"))


async def count(db: SqlDatabase) -> int:
    return len(await db.read(lambda tx: tx.people.all()))


@pytest.mark.parametrize(("cut", "saved"), [("before", 0), ("after", 1)])
async def test_a_commit_that_is_cut_off_is_unknown(relay: tuple[Relay, str], cut: str, saved: int) -> None:
    made, url = relay
    async with opened(url) as db:
        made.cut = cut
        with pytest.raises(DatabaseUnavailable, match="cannot be reached") as refused:
            await db.write(add)
        assert refused.value.unknown is True
        made.mend()
        assert await count(db) == saved
        await db.write(add)
        assert await count(db) == saved + 1


async def test_a_connection_lost_before_the_commit_is_replaced(postgres_url: str) -> None:
    async with opened(postgres_url) as db:
        lost: list[int] = []

        async def work(tx: Tx) -> None:
            assert isinstance(tx, SqlTx)
            await add(tx)
            if not lost:
                lost.append(1)
                tx.scope.conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        await db.write(work)
        assert await count(db) == 1


async def test_connections_that_went_stale_are_replaced(postgres_url: str) -> None:
    """As after a restart of the server."""
    async with opened(postgres_url) as db:
        await db.write(add)
        await count(db)

        async def work(tx: Tx) -> None:
            assert isinstance(tx, SqlTx)
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            tx.scope.conn.execute(text(f"{others} AND datname = current_database()"))

        await db.write(work)
        assert await count(db) == 1


async def test_a_server_that_went_away_gives_a_sentence(relay: tuple[Relay, str], tmp_path: Path) -> None:
    _made, url = relay
    async with opened(url) as db:
        (tmp_path / ".s.PGSQL.5432").unlink()
        with pytest.raises(DatabaseUnavailable, match="cannot be reached") as refused:
            await db.write(add)
        assert refused.value.unknown is False
