"""The night that use cases live through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from night import Night, night_on

from storage.database import SqlDatabase
from storage.verify import findings


@pytest.fixture
async def night(db: SqlDatabase) -> AsyncIterator[Night]:
    """Three in the morning, nothing open; on each database in turn. Whatever happened, no promise is broken."""
    yield await night_on(db)
    assert await findings(db) == []
