"""Phones that ring for what was answered meanwhile are hung up; those that were taken, or speak of more, are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night, without

from bot.domain.delivery import Effect, Lane, Row, Sent
from bot.domain.receipts import Reach, Report
from bot.usecases import lifecycle, receipts, responders
from bot.usecases.delivery import settle
from bot.usecases.hanging_up import rings


@pytest.fixture
def night(night: Night) -> Night:
    """With calls after two minutes, each with an id of its own."""
    night.outside.answers[Effect.PAGE_VOICE] = lambda job: Sent({"sid": f"CA{job.row.id}"})
    return without(night, notifiers=frozenset({"slack", "sms", "voice", "email"}))


async def called(night: Night) -> Row:
    """Alice's phone rings."""
    await night.declare()
    await night.pass_minutes(2)
    return await call(night)


async def call(night: Night) -> Row:
    [row] = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_VOICE]))
    return row


async def comes(night: Night, row: Row, state: str) -> None:
    await receipts.keep(night.bot, row.id, Report(str(row.result["sid"]), state), night.now)


def hung_up(night: Night) -> list[Mapping[str, object]]:
    return [job.data for job in night.outside.jobs if job.row.effect is Effect.CALL_END]


@pytest.mark.parametrize("state", ["queued", "initiated", "ringing"])
async def test_an_ack_hangs_up_a_phone_that_rings(night: Night, state: str) -> None:
    row = await called(night)
    await comes(night, row, state)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert hung_up(night) == [{"sid": row.result["sid"]}]
    await comes(night, row, "canceled")
    assert (await call(night)).reach is Reach.CALLED_OFF


async def test_whoever_acks_elsewhere_is_rung_no_longer_either(night: Night) -> None:
    row = await called(night)
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert hung_up(night) == [{"sid": row.result["sid"]}]


async def test_who_declines_elsewhere_is_rung_no_longer(night: Night) -> None:
    row = await called(night)
    await responders.decline(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert hung_up(night) == [{"sid": row.result["sid"]}]


async def test_resolving_hangs_up_too(night: Night) -> None:
    row = await called(night)
    await lifecycle.resolve(night.bot, 1, "it passed", night.by("dave"), night.now)
    await night.deliver()
    assert hung_up(night) == [{"sid": row.result["sid"]}]


@pytest.mark.parametrize("state", ["in-progress", "busy", "completed"])
async def test_a_call_that_was_taken_or_is_over_is_left_alone(night: Night, state: str) -> None:
    row = await called(night)
    await comes(night, row, state)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert row.result["sid"] not in [data["sid"] for data in hung_up(night)]


async def test_a_call_that_speaks_of_other_pages_too_is_left_alone(night: Night) -> None:
    row = await called(night)
    assert (rings(row), rings(replace(row, bundle_id=7))) == (True, False)


async def test_a_call_that_was_being_placed_when_somebody_acked_is_hung_up(night: Night) -> None:
    await night.declare()
    night.clock.time += timedelta(minutes=2)
    [row] = await night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.PAGES, night.now, 9))
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await settle(night.bot, row, Sent({"sid": "CA9"}), night.now)
    await night.deliver()
    assert hung_up(night) == [{"sid": "CA9"}]


async def test_what_can_ring_no_more_is_not_hung_up(night: Night) -> None:
    await called(night)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    night.clock.time += timedelta(minutes=5)
    await night.deliver()
    assert hung_up(night) == []
