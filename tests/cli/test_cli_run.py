"""A start with a bad file falls back on the posture that was accepted last, where there is one that can be read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import databases

from bot.settings import Settings
from cli.run import accepted

TEXT = "people: {alice: {slack: U0A}, bob: {slack: U0B}}\nteams: {web: {members: [alice, bob]}}\n"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_the_newest_row_is_read_again(sqlite_url: str, tmp_path: Path) -> None:
    given = Settings(database_url=sqlite_url)
    assert await accepted(given) is None  # nothing was ever in force
    async with databases.opened(sqlite_url) as db:
        await db.write(lambda tx: tx.postures.accept("d", TEXT, "start", NOON))
    found = await accepted(given)
    assert found is not None and found.posture is not None
    assert (sorted(found.posture.people), found.text) == (["alice", "bob"], TEXT)
    async with databases.opened(sqlite_url) as db:
        await db.write(lambda tx: tx.postures.accept("e", "people: [", "newer program", NOON))
    assert await accepted(given) is None
    assert await accepted(Settings(database_url=f"sqlite:///{tmp_path}/none.db")) is None
