"""PagerDuty beside us: it follows every turn of an incident it knows, and an ack there is an ack here; no echo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night, without

from bot.domain import severity as sev
from bot.domain.delivery import Effect, Never
from bot.domain.escalation import Target
from bot.domain.incident import State
from bot.domain.mirror import dedup_key
from bot.domain.people import Source
from bot.domain.posture import Posture
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, responders
from bot.usecases.mirror_answers import Heard, heard

NOTIFIERS = frozenset({"slack", "sms", "email", "pagerduty", "webhook"})


def with_target(night: Night, notifiers: tuple[str, ...]) -> Night:
    """The first tier pages by these notifiers."""
    posture = night.bot.posture()
    policy = posture.policies["payments"]
    first = policy.tiers[0]
    target: Target = replace(first.targets[0], notifiers=notifiers)
    tiers = (replace(first, targets=(target,)), *policy.tiers[1:])
    return under(
        without(night, notifiers=NOTIFIERS),
        replace(posture, policies={**posture.policies, "payments": replace(policy, tiers=tiers)}),
    )


def under(night: Night, posture: Posture) -> Night:
    return replace(night, bot=replace(night.bot, posture=lambda: posture))


@pytest.fixture
def paged(night: Night) -> Night:
    """Whoever is on call for payments is paged by Slack and PagerDuty."""
    return with_target(night, ("slack", "pagerduty"))


def told(night: Night) -> list[str]:
    """What PagerDuty was told, in order; a page there is a trigger."""
    jobs = [job for job in night.outside.jobs if job.row.effect in (Effect.PAGE_PAGERDUTY, Effect.PAGERDUTY_TELL)]
    return ["page" if job.row.effect is Effect.PAGE_PAGERDUTY else str(job.data["action"]) for job in jobs]


async def ack(night: Night, name: str = "", email: str = "", event: str = "E1") -> object:
    incident = await night.incident()
    answer = await heard(night.bot, Heard(event, dedup_key(incident), name, email), night.now)
    await night.deliver()
    return answer.code if answer else None


async def test_a_page_there_and_every_turn_after_it(paged: Night) -> None:
    await paged.declare()
    await responders.ack(paged.bot, 1, paged.by("bob"), paged.now)
    await paged.deliver()
    await responders.unack(paged.bot, 1, paged.by("bob"), paged.now)
    await paged.deliver()
    await lifecycle.resolve(paged.bot, 1, "rolled back", paged.by("bob"), paged.now)
    await paged.deliver()
    await lifecycle.reopen(paged.bot, 1, "it came back", paged.by("bob"), paged.now)
    await paged.deliver()
    actions = told(paged)
    assert [one for one in actions if one != "page"] == ["acknowledge", "trigger", "resolve", "trigger"]
    assert actions[0] == "page"


async def test_a_cancelled_incident_is_resolved_there(paged: Night) -> None:
    await paged.declare()
    await lifecycle.cancel(paged.bot, 1, "a test", paged.by("bob"), paged.now)
    await paged.deliver()
    assert told(paged) == ["page", "resolve"]


async def test_an_incident_that_never_went_there_is_never_told_of(night: Night) -> None:
    night = without(night, notifiers=NOTIFIERS)
    await night.declare()
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert told(night) == []


async def test_a_page_that_pagerduty_refused_is_followed_by_nothing(paged: Night) -> None:
    paged.outside.answers[Effect.PAGE_PAGERDUTY] = lambda _: Never("PagerDuty answered 400")
    await paged.declare()
    await responders.ack(paged.bot, 1, paged.by("bob"), paged.now)
    await paged.deliver()
    assert told(paged) == ["page"]


async def test_a_severity_may_be_mirrored_from_the_start(night: Night) -> None:
    mirrored = {**sev.DEFAULTS, "SEV1": replace(sev.DEFAULTS["SEV1"], pagerduty=True)}
    night = under(without(night, notifiers=NOTIFIERS), replace(night.bot.posture(), severities=mirrored))
    await night.declare(severity="SEV2")
    assert told(night) == []
    await incidents.set_severity(night.bot, 1, "SEV1", night.by("bob"), night.now)
    await night.deliver()
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert told(night) == ["trigger", "acknowledge"]
    await night.declare("Another", severity="SEV1")
    assert told(night) == ["trigger", "acknowledge", "trigger"]


async def test_without_a_routing_key_nothing_is_told(night: Night) -> None:
    mirrored = {**sev.DEFAULTS, "SEV2": replace(sev.DEFAULTS["SEV2"], pagerduty=True)}
    night = under(night, replace(night.bot.posture(), severities=mirrored))
    await night.declare()
    assert told(night) == []


async def test_an_ack_there_is_an_ack_here_by_the_one_it_names(paged: Night) -> None:
    await paged.declare()
    assert await ack(paged, email="BOB@acme.example") == "acked"
    picture = await paged.picture()
    assert (picture.incident.state, picture.incident.assignee_id) == (State.IN_PROGRESS, paged.people["bob"].id)
    assert [(one.person_id, one.ack_source) for one in picture.responders if one.ack_source] == [
        (paged.people["bob"].id, Source.PAGERDUTY.value)
    ]


async def test_an_ack_there_is_not_told_back(paged: Night) -> None:
    await paged.declare()
    await ack(paged, email="bob@acme.example")
    assert told(paged) == ["page"]


async def test_the_same_event_counts_once(paged: Night) -> None:
    await paged.declare()
    assert [await ack(paged, "Bob Okafor"), await ack(paged, "Bob Okafor")] == ["acked", None]
    assert (await paged.kinds()).count(Kind.ACKED) == 1


async def test_a_name_that_only_one_of_us_has_is_that_one(paged: Night) -> None:
    await paged.declare()
    await ack(paged, " carol  díaz")
    assert (await paged.incident()).assignee_id == paged.people["carol"].id


@pytest.mark.parametrize("name", ["Dana Fox", ""])
async def test_somebody_we_do_not_know_stops_the_paging_all_the_same(paged: Night, name: str) -> None:
    await paged.declare()
    assert await ack(paged, name) == "acked"
    incident = await paged.incident()
    assert (incident.state, incident.assignee_id) == (State.IN_PROGRESS, None)
    acked = next(event for event in await paged.events() if event.kind is Kind.ACKED)
    assert (acked.actor_id, acked.actor_label) == (None, f"{name} (PagerDuty)" if name else "PagerDuty")
    before = paged.outside.paged()
    await paged.pass_minutes(60)
    assert paged.outside.paged() == before


async def test_a_name_that_two_of_us_have_is_neither(paged: Night) -> None:
    bob = paged.people["bob"]
    await paged.bot.db.write(lambda tx: tx.people.save(replace(paged.people["dave"], name=bob.name)))
    await paged.declare()
    await ack(paged, bob.name)
    assert (await paged.incident()).assignee_id is None


async def test_a_second_ack_there_makes_another_responder(paged: Night) -> None:
    await paged.declare()
    await responders.ack(paged.bot, 1, paged.by("alice"), paged.now)
    assert await ack(paged, email="bob@acme.example") == "already_acked"
    assert await ack(paged, "Dana Fox", event="E2") == "already_acked"
    assert (await paged.incident()).assignee_id == paged.people["alice"].id


async def test_an_ack_of_what_is_over_changes_nothing(paged: Night) -> None:
    await paged.declare()
    await lifecycle.resolve(paged.bot, 1, "x", paged.by("bob"), paged.now)
    assert await ack(paged, email="bob@acme.example") == "closed"


@pytest.mark.parametrize("key", ["", "d3640fbd41094207a1c11e58e46b1662", "tocsin/INC-1/1", "tocsin/INC-7/1795143600"])
async def test_incidents_that_are_none_of_ours_are_left_alone(paged: Night, key: str) -> None:
    await paged.declare()
    before = await paged.events()
    assert await heard(paged.bot, Heard("E1", key, "Bob Okafor"), paged.now) is None
    assert await paged.events() == before


async def test_pages_by_a_shared_notifier_alone_reach_nobody_else(night: Night) -> None:
    """A target that names only the webhook pages by it, and falls back on what reaches the person."""
    night = with_target(night, ("webhook",))
    night.outside.answers[Effect.PAGE_WEBHOOK] = lambda _: Never("the webhook answered 404")
    await night.declare()
    assert night.outside.paged()[0] == ("Alice", "webhook")
    assert sorted(night.outside.paged()[1:]) == [("Alice", "email"), ("Alice", "slack"), ("Alice", "sms")]
    assert night.clock.time - night.now == timedelta(0)
