"""Bringing a database to the newest tables, at start and by the subcommand `migrate`.

Alembic costs 0.2 s to import, so it is only imported when there is something to do.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot import crashpoints
from bot.ports import DatabaseUnavailable
from storage.engine import file_of, migration_engine, read_url
from storage.errors import unavailable
from storage.lock import FileLock, make_folder

#: The last step in `migrations/versions`; a test holds it to that.
HEAD = "0001"

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('tocsin/migrate', 0))")


async def migrate(url: str) -> str | None:
    """Returns the step that the database is at now, None if it was there before.

    Raises DatabaseInUse while a bot runs on the SQLite file, and DatabaseUnavailable.
    """
    where = read_url(url)
    file = file_of(where)
    if file is None:
        return await upgrade(where)
    make_folder(file.parent)
    with FileLock(file):
        return await upgrade(where)


async def upgrade(url: URL) -> str | None:
    """The same for who holds the file's lock already. One transaction: all steps, or none."""
    return await asyncio.to_thread(_upgrade_at, url)


def _upgrade_at(url: URL) -> str | None:
    engine = migration_engine(url)
    try:
        with engine.begin() as conn:
            if engine.dialect.name == "postgresql":
                conn.execute(_LOCK)
            return _upgrade(conn)
    except DBAPIError as error:
        raise unavailable(error) or error from error
    finally:
        engine.dispose()


def _upgrade(conn: Connection) -> str | None:
    before = version_of(conn)
    if before == HEAD:
        return None
    _run_steps(conn, before)
    broken = conn.execute(text("PRAGMA foreign_key_check")).first() if conn.dialect.name == "sqlite" else None
    if broken is not None:
        raise DatabaseUnavailable(f"The migration would leave table {broken[0]} with references to nothing.")
    crashpoints.hit("migrate.before_commit")
    return HEAD


def version_of(conn: Connection) -> str | None:
    """The step that a database is at; None for an empty one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    version: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _run_steps(conn: Connection, before: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = conn
    steps = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in steps:
        raise DatabaseUnavailable(
            f"A newer Tocsin made this database (step {before}): run that one, or restore a backup."
        )
    command.upgrade(config, HEAD)
