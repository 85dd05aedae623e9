"""The night that use cases live through."""

from __future__ import annotations

import pytest
from night import Night, night_on

from storage.database import SqlDatabase


@pytest.fixture
async def night(db: SqlDatabase) -> Night:
    """Three in the morning, nothing open; on each database in turn."""
    return await night_on(db)
