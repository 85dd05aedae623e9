"""The town that commands are tried in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import commands_town
import pytest

from storage.database import SqlDatabase


@pytest.fixture
async def town(sqlite_db: SqlDatabase) -> AsyncIterator[commands_town.Town]:
    """Acme's Slack with the bot in it, at three in the morning."""
    async with commands_town.town(sqlite_db) as found:
        yield found
