"""The auditor finds what a bug or a damaged database lost, mends it, and tells the admins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from night import Night

from bot.domain.delivery import NOTIFIER_OF, Effect, RowState
from bot.domain.incident import State
from bot.domain.people import EVERYTHING
from bot.ports import Tx
from bot.usecases.audit import Trouble, audit
from bot.usecases.responders import ack


async def told_admins(night: Night) -> list[str]:
    """Whom the auditor wrote to."""
    await night.deliver()
    jobs = [job for job in night.outside.jobs if job.row.effect is Effect.DM_SAY and job.person]
    return [job.person.name for job in jobs if job.data["message"] == "repaired" and job.person]


async def test_a_healthy_night_has_nothing_to_mend(night: Night) -> None:
    await night.declare(severity="sev1")
    await night.pass_minutes(7)
    assert await audit(night.bot, night.now) == []
    await ack(night.bot, 1, night.by("bob"), night.now)
    assert await audit(night.bot, night.now) == []


async def test_a_run_whose_timer_was_lost_is_armed_again_and_climbs(night: Night) -> None:
    await night.declare()
    await night.bot.db.write(lambda tx: tx.timers.cancel(1))
    assert await audit(night.bot, night.now) == [Trouble("unarmed", 1, 1)]
    assert await audit(night.bot, night.now) == []
    await night.pass_minutes(5)
    assert night.outside.paged()[3:] == [("Bob", "slack"), ("Bob", "sms"), ("Bob", "email")]
    assert await told_admins(night) == ["Carol Díaz"]


async def test_a_page_without_a_delivery_is_sent(night: Night) -> None:
    await night.declare()
    run = (await night.picture()).runs[0].run

    async def lose(tx: Tx) -> None:
        bob = night.people["bob"].id
        await tx.pages.add(key="page/1/1/0/0/lost", run=run, step=0, person_id=bob, created_at=night.now)

    await night.bot.db.write(lose)
    assert await audit(night.bot, night.now) == [Trouble("unsent", 1, 1)]
    await night.deliver()
    assert sorted(night.outside.paged()[3:]) == [("Bob", "email"), ("Bob", "slack"), ("Bob", "sms")]


async def test_a_run_that_outlived_its_incident_is_ended(night: Night) -> None:
    await night.declare()

    async def close(tx: Tx) -> None:
        incident = await tx.incidents.get(1, EVERYTHING)
        assert incident is not None
        await tx.incidents.save(replace(incident, state=State.RESOLVED))

    await night.bot.db.write(close)
    assert await audit(night.bot, night.now) == [Trouble("left_climbing", 1, 1)]
    assert (await night.picture()).runs[0].next is None


async def test_work_that_should_have_gone_a_minute_ago_is_reported(night: Night) -> None:
    await night.declare()
    night.clock.time += timedelta(minutes=7)
    assert await audit(night.bot, night.now) == [Trouble("timers_overdue")]
    rows = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, NOTIFIER_OF))
    assert {row.state for row in rows} == {RowState.SENT}
