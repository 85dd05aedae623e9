"""Migrations: they make exactly the tables of `storage.tables`, once, under a lock, and cost nothing afterwards."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import opened
from sqlalchemy import Connection, Engine, text

from bot.ports import DatabaseUnavailable
from storage import work_tables
from storage.engine import migration_engine, read_url
from storage.migrate import HEAD, migrate
from storage.tables import metadata

assert work_tables.outbox.metadata is metadata

ROOT = Path(__file__).parents[2]
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '') "
    "FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%' "
    "UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'alembic%'"
    " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname NOT LIKE 'alembic%' "
    "AND connamespace = 'public'::regnamespace",
}


def schema(conn: Connection) -> dict[str, list[str]]:
    """Every table, index and constraint in the database's own words; the order within a table does not count."""
    rows = conn.execute(text(SCHEMA[conn.dialect.name]))
    return {name: sorted(part.strip(" \t,") for part in str(sql).splitlines()) for name, sql in rows}


def engine_of(url: str) -> Engine:
    return migration_engine(read_url(url))


async def test_autogenerate_finds_no_difference(database_url: str) -> None:
    engine = engine_of(database_url)
    with engine.connect() as conn:
        differences = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)
    engine.dispose()
    assert differences == []


async def test_the_steps_and_the_tables_make_the_same_schema(database_url: str) -> None:
    engine = engine_of(database_url)
    with engine.begin() as conn:
        stepped = schema(conn)
        metadata.drop_all(conn)
        metadata.create_all(conn)
        assert stepped == schema(conn)
    engine.dispose()
    assert len(stepped) > len(metadata.tables)


def test_head_is_the_last_step() -> None:
    assert ScriptDirectory(str(ROOT / "storage" / "migrations")).get_heads() == [HEAD]


async def test_a_database_is_migrated_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/tocsin.db"
    assert await migrate(url) == HEAD
    assert await migrate(url) is None


async def test_replicas_that_start_together_migrate_once(postgres_url: str) -> None:
    engine = engine_of(postgres_url)
    with engine.begin() as conn:
        metadata.drop_all(conn)
        conn.execute(text("DROP TABLE alembic_version"))
    engine.dispose()
    answers = await asyncio.gather(*(migrate(postgres_url) for _ in range(4)))
    assert sorted(answers, key=str) == [HEAD, None, None, None]


async def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    engine = engine_of(database_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseUnavailable, match=r"A newer Tocsin made this database \(step 9999\)"):
        await migrate(database_url)


async def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    engine = engine_of(url)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE outbox (mine TEXT)"))
    with pytest.raises(Exception, match="already exists"):
        await migrate(url)
    with engine.connect() as conn:
        assert list(schema(conn)) == ["outbox"]
    engine.dispose()


def test_where_nothing_is_to_do_alembic_is_not_even_imported(sqlite_url: str) -> None:
    program = "import asyncio, sys; from storage.migrate import migrate; "
    program += "print(asyncio.run(migrate(sys.argv[1])), 'alembic' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program, sqlite_url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "None False\n"


async def test_a_migrated_database_works(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"
    await migrate(url)
    async with opened(url) as db:
        assert await db.read(lambda tx: tx.people.all()) == []
