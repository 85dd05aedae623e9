"""Opening the database: for the running bot, or beside it for those who only look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from storage.database import DEADLINE, SqlDatabase, real_time
from storage.engine import engines, file_of, read_url
from storage.lock import FileLock, make_folder
from storage.migrate import upgrade


async def open_database(
    url: str, *, clock: Callable[[], datetime] = real_time, deadline: float = DEADLINE
) -> SqlDatabase:
    """For the running bot: makes the folder, takes the file for itself, migrates. Close it in the end.

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
    return SqlDatabase(engines(where), clock=clock, deadline=deadline, lock=lock)
