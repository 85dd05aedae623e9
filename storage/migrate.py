"""Bringing a database to the newest tables."""

from __future__ import annotations

from sqlalchemy import URL

from storage import work_tables
from storage.engine import engines
from storage.tables import metadata


async def upgrade(url: URL) -> None:
    """Creates what is missing."""
    assert work_tables
    built = engines(url)
    async with built.writer.begin() as conn:
        await conn.run_sync(metadata.create_all)
    await built.dispose()
