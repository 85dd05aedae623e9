"""The door of the web server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import web_door

from storage.database import SqlDatabase


@pytest.fixture
async def door(sqlite_db: SqlDatabase) -> AsyncIterator[web_door.Door]:
    """Open, with a quiet night behind it."""
    async with web_door.door(sqlite_db) as found:
        yield found
