"""A copy of a SQLite database that is whole, made while the bot goes on: SQLite's own backup, page by page."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bot.ports import DatabaseUnavailable

#: Pages in one step; between two the bot's commits go on.
PAGES = 256


async def back_up(file: Path, copy: Path) -> int:
    """Copies the database in `file` to `copy`, which must not be there yet; answers the copy's size in bytes.

    What stands at `copy` is whole or nothing: it is made beside it, checked, and moved there in the end. Raises
    DatabaseUnavailable in a sentence.
    """
    if not file.is_file():
        raise DatabaseUnavailable(f"There is no database at {file}.")
    if copy.exists():
        raise DatabaseUnavailable(f"{copy} is there already: name a file that is not.")
    part = copy.with_name(f".{copy.name}.part")
    try:
        await _copied(file, part)
        size = part.stat().st_size
        _settled(part)
        os.link(part, copy)  # refuses, unlike a rename, where somebody made one meanwhile
    except FileExistsError:
        raise DatabaseUnavailable(f"{copy} is there already: name a file that is not.") from None
    except OSError as problem:
        raise DatabaseUnavailable(f"The copy could not be written: {problem.strerror or problem}.") from problem
    finally:
        with suppress(OSError):
            part.unlink()
    return size


async def _copied(file: Path, part: Path) -> None:
    import sqlite3

    import aiosqlite

    try:
        async with (
            aiosqlite.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True) as source,
            aiosqlite.connect(part) as target,
        ):
            await source.backup(target, pages=PAGES)
            await target.execute("PRAGMA journal_mode=DELETE")  # one file, not three
            async with target.execute("PRAGMA quick_check") as found:
                said = await found.fetchone()
    except sqlite3.Error as problem:
        raise DatabaseUnavailable(f"The database could not be copied: {problem}.") from problem
    if said is None or said[0] != "ok":
        raise DatabaseUnavailable("The copy is damaged, and so is the database: restore it from an older copy.")


def _settled(part: Path) -> None:
    """On the disk, whatever becomes of the machine."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
