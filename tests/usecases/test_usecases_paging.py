"""A run that is moved by hand: escalated, declined, notified again, given back; and what it may never do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night, without
from usecases_asks import facts, forget, refused, timers

from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane, Never, PageState
from bot.domain.escalation import RunKind, RunState
from bot.domain.incident import State
from bot.domain.people import Standing
from bot.domain.picture import Job
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, paging, responders
from bot.usecases.declare import Declaration, declare
from bot.usecases.delivery import Drop
from bot.usecases.preparing import prepare


def names(night: Night) -> list[str]:
    """Whom pages went to, each once, in order."""
    return list(dict.fromkeys(name for name, _ in night.outside.paged()))


def alone(night: Night) -> Night:
    """The same night, where Alice is the only one the policy knows."""
    posture = night.bot.posture()
    policy = replace(posture.policies["payments"], tiers=posture.policies["payments"].tiers[:1])
    changed = replace(posture, policies={**posture.policies, "payments": policy})
    return replace(night, bot=replace(night.bot, posture=lambda: changed))


async def test_a_run_that_found_nobody_never_loses_its_timer_however_fast_it_is_asked_again(night: Night) -> None:
    await night.declare(service="empty-api")
    for _ in range(3):
        await paging.escalate(night.bot, 1, night.by("dave"), night.now)
    assert [timer.due_at for timer in await timers(night, "escalate/")] == [night.now + timedelta(minutes=1)]


async def test_whoever_becomes_reachable_first_is_paged(night: Night) -> None:
    await night.declare(service="hole-api")
    away = replace(night.people["bob"], active=False)
    await night.bot.db.write(lambda tx: tx.people.save(away))
    await night.pass_minutes(6)  # Bob's tier is over, and nobody is there any more
    assert (await night.incident()).state is State.ASSIGNED  # his page is still open
    forget(night)
    await night.bot.db.write(lambda tx: tx.people.save(night.people["bob"]))
    await night.pass_minutes(1)
    assert names(night) == ["Bob"]


@pytest.mark.parametrize(("minutes", "tier"), [(0, 3), (30, 1), (45, 2)])  # either cycle, and the fallback
async def test_a_chosen_tier_is_paged_and_nobody_else_however_long_it_has_been_climbing(
    night: Night, minutes: int, tier: int
) -> None:
    await night.declare()
    await night.pass_minutes(minutes)
    forget(night)
    answer = await paging.escalate(night.bot, 1, night.by("dave"), night.now, tier=tier)
    await night.deliver()
    person = ["Alice", "Bob", "Carol"][tier - 1]
    assert (names(night), answer.data["tier"]) == ([person], tier)
    assert len(await timers(night, "escalate/")) == 1  # and the climb goes on from there


@pytest.mark.parametrize("asked", [4, 9, 0, -1])
async def test_a_tier_that_the_policy_does_not_have_is_refused_and_nobody_is_paged(night: Night, asked: int) -> None:
    await night.declare()
    forget(night)
    no = await refused(paging.escalate(night.bot, 1, night.by("dave"), night.now, tier=asked))
    assert no == ("no_such_tier", {"given": asked, "tiers": 3})
    await night.deliver()
    assert names(night) == []


async def test_escalating_what_never_paged_starts_at_the_tier_that_was_chosen(night: Night) -> None:
    await night.declare(severity="sev3")
    answer = await paging.escalate(night.bot, 1, night.by("dave"), night.now, tier=2)
    await night.deliver()
    assert (names(night), answer.data["tier"]) == (["Bob"], 2)
    assert [fact["reason"] for fact in await facts(night, Kind.PAGED)] == ["by_hand"]


async def test_escalating_without_any_policy_is_refused(night: Night) -> None:
    await night.declare(service="wiki", severity="sev3")
    assert (await refused(paging.escalate(night.bot, 1, night.by("dave"), night.now)))[0] == "no_run"


async def test_escalating_a_closed_incident_is_refused_with_who_closed_it(night: Night) -> None:
    await night.declare()
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    no = await refused(paging.escalate(night.bot, 1, night.by("dave"), night.now))
    assert no == ("already_resolved", {"number": 1, "closed_as": "resolved", "by": "Alice Chen"})


async def test_guests_do_not_page_anybody(night: Night) -> None:
    await night.declare()
    for act in (paging.escalate, paging.notify_again, responders.take, responders.unack):
        assert (await refused(act(night.bot, 1, night.by("gina"), night.now)))[0] == "read_only"


async def test_notifying_again_is_for_a_run_that_climbs(night: Night) -> None:
    await night.declare(severity="sev3")
    assert (await refused(paging.notify_again(night.bot, 1, night.by("dave"), night.now)))[0] == "no_run"
    await incidents.set_severity(night.bot, 1, "sev2", night.by("dave"), night.now)
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert (await refused(paging.notify_again(night.bot, 1, night.by("dave"), night.now)))[0] == "no_run"


async def test_declining_when_others_of_the_step_are_still_paged_pages_nobody_else(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(40)  # the fallback: everybody at once
    forget(night)
    answer = await responders.decline(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert (answer.data, night.outside.paged()) == ({"next": [], "others": True}, [])


async def test_who_declines_is_not_paged_again_at_once_for_want_of_others(night: Night) -> None:
    night = alone(night)
    await night.declare()
    forget(night)
    answer = await responders.decline(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert (answer.data, night.outside.paged()) == ({"next": [], "others": False}, [])
    assert (await night.incident()).state is State.PENDING
    assert (await night.picture()).nobody
    await night.pass_minutes(5)  # but the climb goes on at its time
    assert names(night) == ["Alice"]


async def test_when_everybody_declined_nobody_is_woken_again_before_the_time(night: Night) -> None:
    await night.declare()
    for name in ("alice", "bob", "carol"):
        answer = await responders.decline(night.bot, 1, night.by(name), night.now)
        await night.deliver()
    assert (answer.code, answer.data) == ("declined", {"next": [], "others": False})
    assert names(night) == ["Alice", "Bob", "Carol"]
    assert [timer.due_at for timer in await timers(night, "escalate/")] == [night.now + timedelta(minutes=10)]


async def test_only_who_is_paged_may_decline(night: Night) -> None:
    await night.declare()
    assert await refused(responders.decline(night.bot, 1, night.by("dave"), night.now)) == (
        "not_paged",
        {"number": 1},
    )


async def test_declining_after_the_end_is_a_polite_no_op(night: Night) -> None:
    await night.declare()
    await lifecycle.cancel(night.bot, 1, "a false alarm", night.by("alice"), night.now)
    answer = await responders.decline(night.bot, 1, night.by("alice"), night.now)
    assert (answer.code, answer.changed, answer.data) == ("closed", False, {"closed_as": "cancelled"})


async def test_who_is_paged_by_the_severity_alone_declines_for_themselves_only(night: Night) -> None:
    await night.declare(severity="sev1")
    forget(night)
    answer = await responders.decline(night.bot, 1, night.by("carol"), night.now)
    await night.deliver()
    assert (answer.data, night.outside.paged()) == ({"next": [], "others": True}, [])
    main, notified = (await night.picture()).runs
    assert (main.run.step, len(main.waiting_for), notified.waiting_for) == (0, 1, ())


async def test_the_page_of_a_step_that_is_over_can_still_be_answered(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    declined = await responders.decline(night.bot, 1, night.by("alice"), night.now)
    assert declined.data == {"next": [], "others": True}  # Bob is paged by now
    acked = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert (acked.code, (await night.incident()).state) == ("acked", State.IN_PROGRESS)


async def test_who_is_paged_for_a_private_incident_may_answer_also_from_outside_its_room(night: Night) -> None:
    await night.declare(private=True)
    await responders.left_room(night.bot, "CROOM1", night.people["alice"].id, night.now)
    assert (await responders.ack(night.bot, 1, night.by("alice"), night.now)).code == "acked"


async def test_a_guest_who_was_put_on_call_may_answer_the_page_but_nothing_else(night: Night) -> None:
    night.people["alice"] = replace(night.people["alice"], standing=Standing.GUEST)
    await night.bot.db.write(lambda tx: tx.people.save(night.people["alice"]))
    await night.declare()
    assert (await refused(responders.take(night.bot, 1, night.by("alice"), night.now)))[0] == "read_only"
    assert (await responders.ack(night.bot, 1, night.by("alice"), night.now)).code == "acked"
    assert (await refused(incidents.note(night.bot, 1, "hm", night.by("alice"), night.now)))[0] == "read_only"


async def test_a_run_that_ended_is_not_woken_by_giving_an_ack_back(night: Night) -> None:
    await night.declare()
    carol = night.by("carol")
    await incidents.set_severity(night.bot, 1, "sev3", carol, night.now)
    await lifecycle.resolve(night.bot, 1, "restarted", carol, night.now)
    await lifecycle.reopen(night.bot, 1, "it is back", carol, night.now)  # sev3 pages nobody
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    forget(night)
    await responders.unack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert night.outside.paged() == []
    assert (await night.incident()).state is State.PENDING


async def test_an_undelivered_page_of_a_position_does_not_climb(night: Night) -> None:
    def unreachable(job: object) -> Never:
        return Never("no such mailbox")

    await night.declare(severity="sev1")
    main, notified = (await night.picture()).runs
    assert (main.run.kind, notified.run.kind) == (RunKind.DECLARE, RunKind.NOTIFY)
    assert len(notified.waiting_for) == 1
    for effect in (Effect.PAGE_SLACK, Effect.PAGE_EMAIL):
        night.outside.answers[effect] = unreachable
    await paging.escalate(night.bot, 1, night.by("dave"), night.now, tier=3)
    await night.deliver()
    assert (await night.picture()).runs[1].run.step == 0


async def test_nobody_anywhere_is_no_error_while_the_severity_paged_somebody_besides(night: Night) -> None:
    strict = without(night, fail_on_no_assignee=True)
    assert (await strict.declare(service="empty-api", severity="sev1")).state is State.ASSIGNED
    await strict.pass_minutes(3)
    assert (await strict.incident()).state is State.ASSIGNED
    answer = await responders.decline(strict.bot, 1, strict.by("carol"), strict.now)
    assert answer.data == {"next": [], "others": False}
    await strict.pass_minutes(1)
    assert (await strict.incident()).state is State.ERROR


async def test_every_page_ends_as_what_it_was(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    run = (await night.picture()).runs[0]
    states = [(paged.person.name, paged.page.state) for paged in run.paged]
    assert states == [("Alice Chen", PageState.ENDED), ("Bob Okafor", PageState.ACKED)]
    assert (run.run.state, run.run.acked_by_id) == (RunState.ACKED, night.people["bob"].id)


async def test_a_policy_that_is_declared_after_nobody_could_be_paged_pages_at_the_next_look(night: Night) -> None:
    await night.declare(service="wiki")
    posture = night.bot.posture()
    wiki = replace(posture.services["wiki"], policy="payments")
    changed = replace(posture, services={**posture.services, "wiki": wiki})
    later = replace(night, bot=replace(night.bot, posture=lambda: changed))
    await later.pass_minutes(1)
    assert names(later) == ["Alice"]
    await later.pass_minutes(5)
    assert names(later) == ["Alice", "Bob"]


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (responders.ack, "acknowledged before it was sent"),
        (responders.decline, "the page was declined before it was sent"),
    ],
)
async def test_a_page_that_was_claimed_when_somebody_answered_is_not_sent(
    night: Night, act: Callable[..., Awaitable[Answer]], reason: str
) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    rows = await night.bot.db.write(lambda tx: tx.outbox.claim("bot", Lane.PAGES, night.now, 9))
    assert len(rows) == 3
    assert [isinstance(await prepare(night.bot, row, night.now), Job) for row in rows] == [True] * 3
    await act(night.bot, 1, night.by("alice"), night.now)
    assert [await prepare(night.bot, row, night.now) for row in rows] == [Drop(reason)] * 3
