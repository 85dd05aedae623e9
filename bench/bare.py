"""`python -m bench.bare grouped|single FILE`: what alert ingestion is compared with. Prints its port.

grouped   a bare aiohttp handler that upserts one row a request; those who wait share a durable commit
single    the same, each request committed by itself through SQLAlchemy
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, create_engine, event
from sqlalchemy.dialects.sqlite import insert

from bench.wire import HOST

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")
TABLE = "CREATE TABLE seen (key TEXT PRIMARY KEY, count INTEGER NOT NULL, summary TEXT NOT NULL)"
UPSERT = (
    "INSERT INTO seen VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET count = count + 1, summary = excluded.summary"
)

Keep = Callable[[str, str], Awaitable[None]]


class Grouped:
    """Whoever comes while a commit is under way waits for the next one."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._waiting: list[tuple[tuple[str, str], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(TABLE)

    async def keep(self, key: str, summary: str) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((key, summary), done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._commit, [row for row, _ in group])
            for _, done in group:
                done.set_result(None)
        self._writer = None

    def _commit(self, rows: list[tuple[str, str]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(UPSERT, rows)
        self._connection.execute("COMMIT")


def single(file: str) -> Keep:
    """SQLAlchemy as its tutorial has it: a transaction a request, in a thread."""
    engine, seen = _engine(file)

    def commit(key: str, summary: str) -> None:
        row = insert(seen).values(key=key, count=1, summary=summary)
        again = {"count": seen.c.count + 1, "summary": summary}
        with engine.begin() as conn:
            conn.execute(row.on_conflict_do_update(index_elements=["key"], set_=again))

    lock = asyncio.Lock()  # SQLite has one writer

    async def keep(key: str, summary: str) -> None:
        async with lock:
            await asyncio.to_thread(commit, key, summary)

    return keep


def _engine(file: str) -> tuple[Engine, Table]:
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _record: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    columns = Column("key", Text, primary_key=True), Column("count", Integer), Column("summary", Text)
    metadata = MetaData()
    seen = Table("seen", metadata, *columns)
    metadata.create_all(engine)
    return engine, seen


async def serve(keep: Keep) -> None:
    """Takes the same payload as the bot does, and answers when it is committed."""

    async def taken(request: web.Request) -> web.Response:
        entry = (await request.json())["alerts"][0]
        await keep(entry["fingerprint"], entry["annotations"]["summary"])
        return web.json_response({"ok": True})

    app = web.Application()
    app.router.add_post("/webhooks/alertmanager", taken)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def main() -> None:
    kind, file = sys.argv[1:]
    await serve(Grouped(file).keep if kind == "grouped" else single(file))


if __name__ == "__main__":
    asyncio.run(main())
