"""An ack that is followed by nothing is given back when the policy says so: somebody is paged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from night import THREE_AM, Night, paging_by, posture

from bot.domain.incident import State
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, responders

M = timedelta(minutes=1)


@pytest.fixture
async def acked(night: Night) -> Night:
    """Alice has it; without a sign of her it goes back after half an hour."""
    under = paging_by(night, replace(posture().policies["payments"], ack_timeout=30 * M))
    await under.declare()
    await responders.ack(under.bot, 1, under.by("alice"), under.now)
    under.outside.jobs.clear()
    return under


def whom(night: Night) -> list[str]:
    return [name for name, notifier in night.outside.paged() if notifier == "slack"]


async def test_without_a_sign_the_step_is_paged_again_and_the_room_hears_why(acked: Night) -> None:
    await acked.pass_minutes(29.9)
    assert whom(acked) == []
    await acked.pass_minutes(0.1)
    assert whom(acked) == ["Alice"]
    incident = await acked.incident()
    assert (incident.state, incident.assignee_id) == (State.ASSIGNED, None)
    [told] = [event for event in await acked.events() if event.kind is Kind.UNACKED]
    assert (told.data["why"], told.data["person_id"]) == ("ack_timeout", acked.people["alice"].id)
    await acked.pass_minutes(5)
    assert whom(acked) == ["Alice", "Bob"]


async def test_an_update_is_a_sign(acked: Night) -> None:
    await acked.pass_minutes(20)
    await incidents.update(acked.bot, 1, "still looking", acked.by("alice"), acked.now)
    await acked.pass_minutes(29)
    assert whom(acked) == []
    await acked.pass_minutes(1)
    assert whom(acked) == ["Alice"]


async def test_another_ack_is_a_sign(acked: Night) -> None:
    await acked.pass_minutes(20)
    again = await responders.ack(acked.bot, 1, acked.by("alice"), acked.now)
    assert (again.code, again.changed) == ("acked", False)
    await acked.pass_minutes(29)
    assert whom(acked) == []


async def test_an_ack_after_it_timed_out_starts_anew(acked: Night) -> None:
    await acked.pass_minutes(30)
    await responders.ack(acked.bot, 1, acked.by("alice"), acked.now)
    await acked.pass_minutes(29)
    assert whom(acked) == ["Alice"]
    await acked.pass_minutes(1)
    assert whom(acked) == ["Alice", "Alice"]
    assert acked.now == THREE_AM + 60 * M


async def test_a_closed_incident_does_not_come_back(acked: Night) -> None:
    await lifecycle.resolve(acked.bot, 1, "fixed", acked.by("alice"), acked.now)
    await acked.pass_minutes(120)
    assert whom(acked) == []


async def test_somebody_assigned_since_is_not_given_back_for_the_ack_before(acked: Night) -> None:
    await responders.assign(acked.bot, 1, acked.people["bob"].id, acked.by("dave"), acked.now)
    await acked.deliver()
    await acked.pass_minutes(1)
    await responders.ack(acked.bot, 1, acked.by("bob"), acked.now)
    await acked.pass_minutes(29.5)
    assert whom(acked) == ["Bob"]


async def test_a_policy_without_it_holds_an_ack_for_ever(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.pass_minutes(24 * 60)
    assert whom(night) == ["Alice"]
