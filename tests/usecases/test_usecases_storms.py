"""A storm: what is worst or new goes first, whatever else waits; it is told once, shown, and told to be over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from night import Night
from usecases_asks import told

from bot.domain import budgets
from bot.domain.alert import AlertStatus, Signal
from bot.domain.delivery import NOTIFIER_OF, Effect, Lane, Row, RowState
from bot.domain.people import Actor, Source
from bot.domain.storms import CALM, ENTER, Sign, Storm
from bot.usecases import alerts, incidents, lifecycle, pictures, storms
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


async def many(night: Night, number: int, **fields: object) -> None:
    for n in range(number):
        await night.declare(f"Case {n}", **fields)


async def test_many_incidents_at_once_are_a_storm_that_admins_hear_of_once(night: Night) -> None:
    await many(night, ENTER - 1, severity="SEV3")
    assert await storms.look(night.bot, night.now) is None
    await night.declare("One more", severity="SEV3")
    begun = await storms.look(night.bot, night.now)
    assert begun == Storm(1, Sign.INCIDENTS, night.now, night.now)
    await storms.look(night.bot, night.now + timedelta(seconds=10))
    await night.deliver()
    assert told(night, storms.BEGAN) == ["Carol"]
    assert (await pictures.home(night.bot, night.people["dave"], night.now)).storm is not None


async def test_pages_that_wait_for_a_bundle_are_a_storm(night: Night) -> None:
    await many(night, budgets.MOST[Effect.PAGE_SMS] + 2)
    begun = await storms.look(night.bot, night.now)
    assert begun is not None and begun.sign is Sign.BUNDLES


async def test_it_is_over_when_there_was_no_sign_of_it_for_a_while_and_counts_what_was_bundled(night: Night) -> None:
    await many(night, 12)
    await storms.look(night.bot, night.now)
    await night.pass_minutes(1)
    bundled = [job.bundle for job in night.outside.jobs if job.bundle]
    night.clock.time += CALM - timedelta(minutes=2)
    assert await storms.look(night.bot, night.now) is not None
    night.clock.time += timedelta(minutes=2)
    assert await storms.look(night.bot, night.now) is None
    await night.deliver()
    (over,) = [job for job in night.outside.jobs if job.data.get("message") == storms.OVER]
    pages = sum(len(several) for several in bundled)
    counts = {"incidents": 12, "pages": pages, "messages": len(bundled)}
    assert over.data["data"] == {"minutes": 11, **counts}
    assert await storms.look(night.bot, night.now) is None
    assert told(night, storms.OVER) == ["Carol"]


async def test_drills_make_no_storm(night: Night) -> None:
    for _ in range(ENTER + 2):
        await drill(night.bot, None, "SEV2", night.by("dave"), night.now)
    await night.deliver()
    assert await storms.look(night.bot, night.now) is None


async def test_a_thousand_alerts_into_one_incident_are_one_card_update_that_waits_and_every_alert_is_kept(
    night: Night,
) -> None:
    by = Actor(None, Source.ALERT, "Alertmanager")

    def signal(n: int) -> Signal:
        return Signal("alertmanager", f"key {n}", AlertStatus.FIRING, f"case {n}", group="one")

    await alerts.receive(night.bot, [signal(0)], by, night.now)
    await night.deliver()
    before = len(night.outside.jobs)
    for first in range(1, 1000, 100):
        await alerts.receive(night.bot, [signal(n) for n in range(first, min(first + 100, 1000))], by, night.now)
    kept = await night.bot.db.read(lambda tx: tx.alerts.of(1))
    assert (len(kept), sum(one.count for one in kept)) == (1000, 1000)
    rows = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1))
    each = {Effect.CARD_UPDATE: 1, Effect.ROOM_TOPIC: 1, Effect.ANNOUNCE_UPDATE: 1, Effect.PAGE_UPDATE: 1}
    assert Counter(row.effect for row in rows if row.state is RowState.PENDING) == each
    await night.deliver()
    assert Counter(job.row.effect for job in night.outside.jobs[before:]) == each
