"""The doctor says where a bot that runs obeys another posture than the file that it is asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import databases

from bot.settings import Settings
from cli.doctor import Diagnosis, Health
from cli.doctor_local import posture
from posture import load

TEXT = "people: {alice: {slack: U0A}, bob: {slack: U0B}}\nteams: {web: {members: [alice, bob], rotation: {}}}\n"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_a_text_that_is_not_in_force_is_warned_of(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "posture.yaml"
    file.write_text(TEXT)
    given = Settings(database_url=sqlite_url, posture=file)
    [_, *before] = await posture(given)
    async with databases.opened(sqlite_url) as db:
        await db.write(lambda tx: tx.postures.accept(load(file).digest, TEXT, "start", NOON))
        [_, *same] = await posture(given)
        await db.write(lambda tx: tx.postures.accept("other", "other", "reload", NOON))
    assert (before, same) == ([], [])
    assert (await posture(given))[1:] == [
        Diagnosis(
            "posture",
            Health.WARN,
            "posture 2 is in force since 2026-11-20 12:00 UTC, and it is not this text",
            "A bot that runs takes a change within seconds; SIGHUP makes it look."
            " `.venv/bin/tocsin diff` says what would change.",
        )
    ]
