"""Opening the database: for the running bot, or beside it for those who only look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.ports import DatabaseUnavailable, Tx
from storage.database import DEADLINE, SqlDatabase, real_time
from storage.engine import engines, file_of, read_url, reading_engines
from storage.leases import free_leases
from storage.lock import FileLock, make_folder
from storage.migrate import HEAD, upgrade, version_of
from storage.transaction import SqlTx


async def open_database(
    url: str, *, clock: Callable[[], datetime] = real_time, deadline: float = DEADLINE
) -> SqlDatabase:
    """For the running bot: makes the folder, takes the file for itself, migrates, frees the leases of the dead.

    Close it in the end.

    Raises DatabaseInUse, or DatabaseUnavailable.
    """
    where = read_url(url)
    file = file_of(where)
    lock = None
    if file is not None:
        make_folder(file.parent)
        lock = FileLock(file)
        lock.take()
    try:
        await upgrade(where)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    db = SqlDatabase(engines(where), clock=clock, deadline=deadline, lock=lock)
    if lock is not None:
        await _freed(db)
    return db


async def _freed(db: SqlDatabase) -> None:
    try:
        await db.write(free_leases)
    except BaseException:
        await db.close()
        raise


async def open_beside(url: str) -> SqlDatabase:
    """For those who only look, while the bot runs or not: nothing is made, locked, migrated or written.

    Raises DatabaseUnavailable, also for a database that has not this version's tables.
    """
    where = read_url(url)
    file = file_of(where)
    if file is not None and not file.exists():
        raise DatabaseUnavailable(
            f"There is no database at {file}. DATABASE_URL says where it is; the bot makes it at its first start."
        )
    db = SqlDatabase(reading_engines(where))
    try:
        version = await db.read(_version)
        if version != HEAD:
            raise DatabaseUnavailable(
                f"The database is at step {version or 'none'}, this Tocsin needs {HEAD}:"
                " run `.venv/bin/tocsin migrate` first."
            )
    except BaseException:
        await db.close()
        raise
    return db


async def _version(tx: Tx) -> str | None:
    assert isinstance(tx, SqlTx)
    return version_of(tx.scope.conn)
