"""A severity as one service has it: whom it names, by what, and where it is announced, from the declaration on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from night import Night, night_on, posture

from bot.domain import severity as sev
from bot.domain.delivery import Effect
from storage.database import SqlDatabase
from storage.verify import findings


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> AsyncIterator[Night]:
    """Payments call the manager at SEV2 by mail alone, and say it in a channel of their own."""
    night = await night_on(sqlite_db)
    base = posture()
    own = replace(
        sev.DEFAULTS["SEV2"],
        meaning="cards are declined",
        notify_channels=("payments-fire",),
        notify_positions=("eng-manager",),
        notify_by=(("eng-manager", ("email",)),),
    )
    api = replace(base.services["payments-api"], severities={"SEV2": own})
    made = replace(base, services={**base.services, "payments-api": api})
    yield replace(night, bot=replace(night.bot, posture=lambda: made))
    assert await findings(sqlite_db) == []


async def test_positions_are_paged_by_the_notifiers_that_stand_beside_them(night: Night) -> None:
    await night.declare(severity="sev2")
    assert [one for one in night.outside.paged() if one[0] == "Carol"] == [("Carol", "email")]


async def test_its_meaning_and_its_channels_are_those_of_the_service(night: Night) -> None:
    await night.declare(severity="sev2")
    assert (await night.picture()).severity.meaning == "cards are declined"
    announced = [job.data["channel"] for job in night.outside.jobs if job.row.effect is Effect.ANNOUNCE_POST]
    assert announced == ["payments-fire"]
