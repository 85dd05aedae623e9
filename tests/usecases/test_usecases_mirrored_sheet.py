"""What the worksheet `incidents` shows: every incident that everybody may read, as it is, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from night import Night, night_on

from bot.domain.delivery import Effect, Never
from bot.usecases import acks
from bot.usecases.mirrored_sheet import bring_up_to_date, roll_in
from bot.views.incident_rows import rows
from storage.database import SqlDatabase


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    return await night_on(sqlite_db)


async def shown(night: Night) -> list[tuple[str, ...]]:
    return rows(await night.bot.db.read(roll_in), "Europe/Berlin", "%m-%d-%Y %H:%M")


async def test_an_incident_is_a_row_and_one_that_is_private_or_a_drill_is_none(db: SqlDatabase) -> None:
    night = await night_on(db)
    await night.declare("=Payments\nAPI is slow")
    await night.declare("CANARY", private=True)
    await night.declare("CANARY", drill=True)
    night.clock.time += timedelta(minutes=2)
    await acks.ack(night.bot, 1, night.by("alice"), night.now)
    assert [await bring_up_to_date(night.bot, night.now) for _ in range(2)] == [True, False]
    assert await shown(night) == [
        (
            "INC-1", "=Payments API is slow", "SEV2", "IN_PROGRESS", "investigating", "payments-api", "Alice Chen", "",
            "11-20-2026 04:00", "11-20-2026 04:02", "", "https://slack.com/app_redirect?channel=CROOM1",
        )
    ]  # fmt: skip


async def test_a_row_of_the_outbox_is_put_once_for_each_state_of_what_everybody_may_read(night: Night) -> None:
    async def put() -> bool:
        return await bring_up_to_date(night.bot, night.now)

    assert [await put(), await put()] == [True, False]
    await night.declare("CANARY", private=True)
    assert await put() is False
    await night.declare()
    assert [await put(), await put()] == [True, False]
    night.outside.jobs.clear()
    assert [await bring_up_to_date(night.bot, night.now, anew=True), await put()] == [True, False]
    await night.deliver()
    assert night.outside.effects().count(Effect.SHEET_WRITE) == 1  # the newest says it all


async def test_what_was_given_up_is_tried_again_an_hour_later(night: Night) -> None:
    async def put() -> bool:
        done = await bring_up_to_date(night.bot, night.now)
        await night.deliver()
        return done

    night.outside.answers[Effect.SHEET_WRITE] = lambda _job: Never("Google answered 403")
    assert [await put(), await put(), await put()] == [True, True, False]
    night.clock.time += timedelta(hours=1)
    del night.outside.answers[Effect.SHEET_WRITE]
    assert [await put(), await put()] == [True, False]
