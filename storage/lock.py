"""One bot to a SQLite file: a lock of the operating system beside it, which dies with its process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from bot.ports import DatabaseUnavailable


class DatabaseInUse(Exception):
    """Another bot runs on this file. Its text is a sentence."""


class FileLock:
    """Held from `take` until `release`, or within `with`. The file stays: removing it would let two holders in."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Raises DatabaseInUse at once if another process holds it, or this one does already."""
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseUnavailable(f"The lock {self.path} cannot be made: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise DatabaseInUse(
                f"Another Tocsin (process {holder}) runs on {self._database}. "
                "Stop it first, or use PostgreSQL to run more than one."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> None:
        self.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def make_folder(folder: Path) -> None:
    """The folder that a database is to be in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(f"The folder {folder} for the database cannot be made: {error.strerror}.") from error
