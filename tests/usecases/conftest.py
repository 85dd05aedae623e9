"""The night that use cases live through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import databases
import pytest
from night import Night, night_on

from storage.database import SqlDatabase
from storage.verify import findings


@pytest.fixture
def postgres_url(postgres: databases.Postgres) -> str:
    """An empty database: use cases change rows only, so that all of them share one."""
    return postgres.emptied()


@pytest.fixture
async def night(db: SqlDatabase) -> AsyncIterator[Night]:
    """Three in the morning, nothing open; on each database in turn. Whatever happened, no promise is broken."""
    yield await night_on(db)
    assert await findings(db) == []
