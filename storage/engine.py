"""Engines by DATABASE_URL: one writer and a few readers that cannot write, on SQLite or PostgreSQL."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from bot.ports import DatabaseUnavailable

READERS = 4
WRITERS_POSTGRES = 5

_FORMS = "DATABASE_URL must look like sqlite:///data/tocsin.db or postgresql://user:password@host/database."

#: Short: SQLite's own wait cannot be interrupted, so `storage.unit` repeats it until the deadline.
_BUSY_MS = 100
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}")
_MIGRATION_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "busy_timeout=5000")
_READER_PRAGMAS = (f"busy_timeout={_BUSY_MS}", "query_only=ON")

#: A transaction in which nothing happens for so long is ended by PostgreSQL: as long as a lease lasts, and longer than
#: any unit of work may take.
FROZEN_MS = 15_000

#: A network that swallows packets must show within seconds.
_POSTGRES_ARGS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
    "application_name": "tocsin",
}


@dataclass(frozen=True, slots=True)
class Engines:
    """`reader` refuses every write."""

    url: URL
    writer: Engine
    reader: Engine
    writers: int  # units of work that may write side by side

    def dispose(self) -> None:
        """Closes every connection; none may be in use."""
        self.writer.dispose()
        self.reader.dispose()


def read_url(text: str) -> URL:
    """Raises DatabaseUnavailable with a sentence that never holds the password."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseUnavailable(_FORMS) from None
    if url.drivername in ("sqlite", "sqlite+aiosqlite"):
        if not url.database or url.database == ":memory:":
            raise DatabaseUnavailable("Tocsin keeps its database in a file: " + _FORMS)
        return url.set(drivername="sqlite")
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        if importlib.util.find_spec("psycopg") is None:
            raise DatabaseUnavailable("PostgreSQL needs its driver, psycopg: `make install` installs it.")
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUnavailable(_FORMS)


def file_of(url: URL) -> Path | None:
    """The SQLite file; None on PostgreSQL."""
    return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None


def engines(url: URL) -> Engines:
    """Opens nothing yet."""
    return _sqlite(url) if file_of(url) else _postgres(url)


def _sqlite_engine(url: URL, size: int, pragmas: tuple[str, ...], begin: str) -> Engine:
    """An engine whose transactions start with `begin`; the driver starts none by itself."""
    threads = {"check_same_thread": False}  # a unit is in one thread; the next on its connection may be in another
    engine = create_engine(url, pool_size=size, max_overflow=0, pool_reset_on_return=None, connect_args=threads)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def reading_engines(url: URL) -> Engines:
    """Engines of which neither can write."""
    built = engines(url)
    return Engines(url, built.reader, built.reader, 1)


def migration_engine(url: URL) -> Engine:
    """Without foreign keys on SQLite: recreating a table would delete the rows that refer to it."""
    if file_of(url):
        return _sqlite_engine(url, 1, _MIGRATION_PRAGMAS, "BEGIN IMMEDIATE")
    return create_engine(url, pool_size=1, connect_args=_connect_args(url))


def _sqlite(url: URL) -> Engines:
    writer = _sqlite_engine(url, 1, _PRAGMAS, "BEGIN IMMEDIATE")
    return Engines(url, writer, _sqlite_engine(url, READERS, _READER_PRAGMAS, "BEGIN"), 1)


def _let_go_when_frozen(engine: Engine) -> None:
    """A replica that stands still in the middle of a transaction must not hold its incident for all the others.

    By a statement, for poolers before PostgreSQL refuse options in the connection itself.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.autocommit = True  # no transaction, and so no commit of ours, before the first unit's
        with connection.cursor() as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = {FROZEN_MS}")
        connection.autocommit = False


def _connect_args(url: URL) -> dict[str, Any]:
    """What the operator says in the address counts more."""
    return {name: value for name, value in _POSTGRES_ARGS.items() if name not in url.query}


def _postgres(url: URL) -> Engines:
    writer = create_engine(url, pool_size=WRITERS_POSTGRES, max_overflow=0, connect_args=_connect_args(url))
    _let_go_when_frozen(writer)
    reader = create_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        connect_args=_connect_args(url),
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return Engines(url, writer, reader, WRITERS_POSTGRES)
