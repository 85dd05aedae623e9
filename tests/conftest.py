"""Fixtures that every folder uses: a database of its own for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import databases
import pytest

from storage.database import SqlDatabase


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    return databases.make_sqlite_template(tmp_path_factory.mktemp("sqlite") / "template.db")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    return databases.copy_of(sqlite_template, tmp_path / "tocsin.db")


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    """A fresh database on SQLite alone, for tests that need not run twice."""
    async with databases.opened(sqlite_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[databases.Postgres]:
    """A server of this test process, with a migrated template; skipped plainly where there is none."""
    yield from databases.running_postgres()


@pytest.fixture
def postgres_url(postgres: databases.Postgres) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    with postgres.copy() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database, migrated and empty, on each of the two in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[SqlDatabase]:
    """A fresh database: `await db.write(work)`, where `work` is `async def work(tx)`."""
    async with databases.opened(database_url) as opened:
        yield opened
