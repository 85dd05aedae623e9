"""The night whose loops run; on SQLite alone, for the loops know nothing of the database."""

from __future__ import annotations

import pytest
from night import Night, night_on

from storage.database import SqlDatabase


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    return await night_on(sqlite_db)
