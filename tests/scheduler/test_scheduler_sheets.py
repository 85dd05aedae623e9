"""The spreadsheet is followed; admins are told once when it breaks, and once when it is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from night import Night, night_on

from bot.domain.delivery import Effect, Lane
from bot.domain.people import Standing
from bot.domain.sheet import Rows
from bot.views import rota_notes
from scheduler.sheets import Following
from storage.database import SqlDatabase

HEAD = ["start_time", "end_time", "assignees"]
TODAY = ["11-20-2026 00:00", "11-20-2026 23:59"]
CONTACTS = [["name"], ["Alice Chen"]]


class Sheet:
    """What the next readings find."""

    zone, time_format = "UTC", "%m-%d-%Y %H:%M"
    found: tuple[Rows, Rows] | str = ([HEAD, [*TODAY, "Alice Chen"]], CONTACTS)

    async def read(self) -> tuple[Rows, Rows] | str:
        return self.found


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    return await night_on(sqlite_db)


async def told(night: Night) -> list[str]:
    """What admins are to be told."""
    rows = await night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, night.now, 90))
    people = await night.bot.db.read(lambda tx: tx.people.many({row.person_id or 0 for row in rows}))
    assert {person.standing for person in people.values()} <= {Standing.ADMIN}
    notes = [row for row in rows if str(row.payload["message"]).startswith("sheet_")]
    return [rota_notes.dm(str(row.payload["message"]), row.payload["data"], night.now).text for row in notes]  # type: ignore[arg-type]  # JSON


async def test_a_fault_is_told_once_and_once_more_when_it_is_mended(night: Night) -> None:
    sheet = Sheet()
    following = Following(night.bot, sheet, 60.0)
    await following.turn()
    assert await told(night) == []
    sheet.found = ([HEAD, [*TODAY, "Eve"]], CONTACTS)
    await following.turn()
    await following.turn()
    [broken] = set(await told(night))
    assert broken == (
        "⚠️ The on-call spreadsheet is not followed: what was last read without a fault stays in force.\n"
        "• schedule, row 2, assignees: “Eve” is not among the contacts"
    )
    sheet.found = Sheet.found
    night.clock.time = night.clock.time.replace(hour=4)
    await following.turn()
    await following.turn()
    assert set(await told(night)) == {"✅ The on-call spreadsheet is followed again."}


async def test_a_google_that_is_away_is_asked_less_often_and_told_after_three_times(night: Night) -> None:
    sheet = Sheet()
    following = Following(night.bot, sheet, 60.0)
    sheet.found = "Google answered 429"
    for _ in range(2):
        await following.turn()
    assert (await told(night), following.pause()) == ([], 240.0)
    await following.turn()
    assert {text.splitlines()[1] for text in await told(night)} == {"• it cannot be read: Google answered 429"}
    sheet.found = Sheet.found
    await following.turn()
    assert following.pause() == 60.0


async def test_what_is_wrong_besides_is_told_and_what_is_mended_in_between_is_not(night: Night) -> None:
    sheet, bad = Sheet(), [*TODAY, "Eve"]
    following = Following(night.bot, sheet, 60.0)
    for rows in ([bad], [bad, [*TODAY, "Mallory"]], [[*TODAY, "Alice Chen"], [*TODAY, "Mallory"]]):
        sheet.found = ([HEAD, *rows], CONTACTS)
        night.clock.time += timedelta(minutes=1)
        await following.turn()
    await Following(night.bot, sheet, 60.0).turn()  # after a restart, or another replica
    eve, mallory = "row 2, assignees: “Eve” is not", "row 3, assignees: “Mallory” is not"
    heard = sorted({text.partition("\n")[2] for text in await told(night)}, key=len)
    assert [[words in text for words in (eve, mallory)] for text in heard] == [[True, False], [True, True]]


async def test_incidents_are_mirrored_after_a_start_and_where_one_changed(night: Night) -> None:
    following = Following(night.bot, Sheet(), 60.0)

    async def written() -> int:
        """How many times the worksheet was to be written since."""
        night.outside.jobs.clear()
        await following.mirror()
        await night.deliver()
        return night.outside.effects().count(Effect.SHEET_WRITE)

    assert [await written(), await written()] == [1, 0]
    await night.declare()
    assert [await written(), await written()] == [1, 0]
    following = Following(night.bot, Sheet(), 60.0)
    night.clock.time += timedelta(minutes=1)
    assert [await written(), await written()] == [1, 0]
