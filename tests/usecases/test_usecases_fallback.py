"""After the last cycle: everybody, or one executive, again and again until somebody acknowledges."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from night import THREE_AM, Night, paging_by

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.incident import State
from bot.domain.timeline import Kind
from bot.usecases import responders

M = timedelta(minutes=1)
ON_CALL = Target(TargetKind.SCHEDULE, "payments")
EMPTY = Target(TargetKind.SCHEDULE, "nobody")
MANAGER = Target(TargetKind.POSITION, "eng-manager")
DAVE = Target(TargetKind.PERSON, "dave")

LED = Policy("led", (Tier((ON_CALL,), 5 * M), Tier((DAVE,), 7 * M)), 0, executive=MANAGER)


def whom(night: Night) -> list[tuple[str, int]]:
    """Those paged by Slack, in order, with the minute."""
    jobs = [job for job in night.outside.jobs if job.row.effect.value == "page.slack" and job.person]
    return [(job.person.name.split()[0], int((job.row.not_before - THREE_AM) / M)) for job in jobs if job.person]


async def test_an_executive_is_paged_after_the_last_cycle_and_again_at_the_last_timeout(night: Night) -> None:
    under = paging_by(night, LED)
    await under.declare()
    await under.pass_minutes(26)
    assert whom(under) == [("Alice", 0), ("Dave", 5), ("Carol", 12), ("Carol", 19), ("Carol", 26)]
    told = [event.data["executive"] for event in await under.events() if event.kind is Kind.FALLBACK]
    assert told == [True, True, True]
    await responders.ack(under.bot, 1, under.by("carol"), under.now)
    await under.pass_minutes(60)
    assert len(whom(under)) == 5


async def test_an_executive_who_cannot_be_reached_gives_way_to_everybody(night: Night) -> None:
    under = paging_by(night, replace(LED, executive=EMPTY))
    await under.declare()
    await under.pass_minutes(12)
    assert whom(under) == [("Alice", 0), ("Dave", 5), ("Alice", 12), ("Dave", 12)]
    skipped = [event.data for event in await under.events() if event.kind is Kind.TIER_SKIPPED]
    assert [(data["tier"], data["targets"], data["reason"]) for data in skipped] == [(0, ["nobody"], "nobody_on_call")]


async def test_where_no_tier_has_anybody_the_executive_is_paged_at_once(night: Night) -> None:
    under = paging_by(night, Policy("hollow", (Tier((EMPTY,), 5 * M), Tier((EMPTY,), 5 * M)), 2, executive=MANAGER))
    incident = await under.declare()
    assert whom(under) == [("Carol", 0)]
    assert incident.state is State.ASSIGNED
    kinds = await under.kinds()
    assert kinds.count(Kind.TIER_SKIPPED) == 2
    assert Kind.NOBODY not in kinds


async def test_an_executive_is_asked_where_everybody_else_has_declined(night: Night) -> None:
    under = paging_by(night, Policy("one", (Tier((ON_CALL,), 5 * M),), 2, executive=MANAGER))
    await under.declare()
    answer = await responders.decline(under.bot, 1, under.by("alice"), under.now)
    await under.deliver()
    assert answer.data["next"] == ["Carol Díaz"]
