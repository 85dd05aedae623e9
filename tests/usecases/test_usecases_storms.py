"""A storm: what is worst or new goes first, whatever else waits."""

from __future__ import annotations

from night import Night

from bot.domain.delivery import NOTIFIER_OF, Lane, Row
from bot.usecases import incidents, lifecycle
from bot.usecases.declare import Declaration, declare
from bot.usecases.drills import drill


async def declared(night: Night, **fields: object) -> list[Row]:
    """The pages of a new incident, before any goes out."""
    form = Declaration("Payments API is slow", **fields)  # type: ignore[arg-type]  # a test names real fields
    answer = await declare(night.bot, form, night.by("dave"), night.now)
    return await pages(night, answer.incident.id)


async def pages(night: Night, number: int) -> list[Row]:
    return await night.bot.db.read(lambda tx: tx.outbox.of_incident(number, NOTIFIER_OF))


def places(rows: list[Row]) -> set[tuple[Lane, bool]]:
    return {(row.lane, row.ahead) for row in rows}


async def test_pages_of_the_most_urgent_severity_have_a_lane_of_their_own(night: Night) -> None:
    assert places(await declared(night, severity="SEV1")) == {(Lane.SEV1, False)}
    assert places(await declared(night, severity="SEV2", service="hole-api")) == {(Lane.PAGES, True)}


async def test_the_first_page_of_a_service_jumps_the_queue(night: Night) -> None:
    assert places(await declared(night)) == {(Lane.PAGES, True)}
    assert places(await declared(night)) == {(Lane.PAGES, False)}
    assert places(await declared(night, service="hole-api")) == {(Lane.PAGES, True)}
    assert places(await declared(night, service="hole-api")) == {(Lane.PAGES, False)}


async def test_a_service_whose_incidents_are_over_or_page_nobody_is_new_again(night: Night) -> None:
    await declared(night)
    await lifecycle.resolve(night.bot, 1, "rolled back", night.by("carol"), night.now)
    await declared(night, severity="SEV3")
    assert places(await declared(night)) == {(Lane.PAGES, True)}


async def test_who_is_paged_later_for_the_first_incident_does_not_jump(night: Night) -> None:
    await declared(night)
    await night.deliver()
    await night.pass_minutes(5)
    assert [row.ahead for row in await pages(night, 1)].count(False) == 3  # Bob: Slack, SMS, mail


async def test_pages_that_wait_go_over_when_the_incident_becomes_worse(night: Night) -> None:
    assert places(await declared(night)) == {(Lane.PAGES, True)}
    await incidents.set_severity(night.bot, 1, "sev1", night.by("carol"), night.now)
    assert {row.lane for row in await pages(night, 1)} == {Lane.SEV1}


async def test_a_drill_never_stands_in_the_way_of_the_real_thing(night: Night) -> None:
    answer = await drill(night.bot, None, "SEV1", night.by("dave"), night.now)
    assert places(await pages(night, answer.incident.id)) == {(Lane.PAGES, False)}
    assert places(await declared(night)) == {(Lane.PAGES, True)}
