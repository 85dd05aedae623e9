"""How an incident ends and comes back, also when several people end it at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from night import Night, without
from usecases_asks import facts, forget, refused, rows, said, timers, waiting

from bot.domain.delivery import Effect, PageState
from bot.domain.escalation import RunState
from bot.domain.incident import ClosedAs, State, Status
from bot.domain.people import EVERYTHING
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, responders


async def test_resolving_says_what_fixed_it_and_by_whom(night: Night) -> None:
    await night.declare()
    night.clock.time += timedelta(minutes=9)
    answer = await lifecycle.resolve(night.bot, 1, "  restarted the pods ", night.by("alice"), night.now)
    await night.deliver()
    incident = answer.incident
    assert (incident.state, incident.status, incident.closed_as) == (
        State.RESOLVED,
        Status.RESOLVED,
        ClosedAs.RESOLVED,
    )
    assert (incident.resolution, incident.resolved_by_id) == ("restarted the pods", night.people["alice"].id)
    assert incident.resolved_at == night.now
    assert said(night)[-1] is Kind.RESOLVED
    run = (await night.picture()).runs[0]
    assert (run.run.state, run.run.ended_reason) == (RunState.ENDED, "the incident was resolved")
    assert [paged.page.state for paged in run.paged] == [PageState.ENDED]


@pytest.mark.parametrize(("severity", "posted"), [("sev1", 1), ("sev2", 1), ("sev3", 0)])
async def test_a_postmortem_follows_where_the_severity_asks_for_one(night: Night, severity: str, posted: int) -> None:
    await night.declare(severity=severity)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    await night.deliver()
    assert night.outside.effects().count(Effect.POSTMORTEM_POST) == posted
    assert (await night.kinds()).count(Kind.POSTMORTEM) == posted


async def test_the_severity_at_the_end_decides_about_the_postmortem(night: Night) -> None:
    await night.declare(severity="sev3")
    await incidents.set_severity(night.bot, 1, "sev1", night.by("carol"), night.now)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    assert len(await rows(night, Effect.POSTMORTEM_POST)) == 1
    await night.declare(severity="sev1")
    await incidents.set_severity(night.bot, 2, "sev3", night.by("carol"), night.now)
    await lifecycle.resolve(night.bot, 2, "restarted", night.by("carol"), night.now)
    assert await rows(night, Effect.POSTMORTEM_POST, number=2) == []


async def test_a_false_alarm_is_cancelled_with_a_reason_and_without_a_postmortem(night: Night) -> None:
    await night.declare(severity="sev1")
    assert await refused(lifecycle.cancel(night.bot, 1, "  ", night.by("alice"), night.now)) == (
        "reason_missing",
        {"verb": "cancel"},
    )
    answer = await lifecycle.cancel(night.bot, 1, "the monitor was wrong", night.by("alice"), night.now)
    assert (answer.code, answer.incident.closed_as) == ("cancelled", ClosedAs.CANCELLED)
    assert await rows(night, Effect.POSTMORTEM_POST) == []


async def test_words_have_a_limit(night: Night) -> None:
    await night.declare()
    no = await refused(lifecycle.resolve(night.bot, 1, "x" * 2901, night.by("alice"), night.now))
    assert no == ("text_too_long", {"what": "resolution", "limit": 2900, "length": 2901})
    no = await refused(lifecycle.cancel(night.bot, 1, "x" * 2901, night.by("alice"), night.now))
    assert no == ("text_too_long", {"what": "reason", "limit": 2900, "length": 2901})


@pytest.mark.parametrize(("name", "allowed"), [("dave", True), ("alice", True), ("carol", True), ("bob", True)])
async def test_reporter_team_responders_and_admins_may_close_it(night: Night, name: str, allowed: bool) -> None:
    await night.declare()  # by Dave; Alice and Bob own the service, Carol is an admin
    answer = await lifecycle.resolve(night.bot, 1, "restarted", night.by(name), night.now)
    assert answer.changed is allowed


async def test_whoever_is_far_from_it_is_told_who_can_and_may_once_they_are_on_it(night: Night) -> None:
    await night.declare(by="alice")
    dave = night.by("dave")
    closing = lifecycle.resolve, lifecycle.cancel
    for act in closing:
        no = await refused(act(night.bot, 1, "restarted", dave, night.now))
        assert no == ("not_allowed", {"verb": act.__name__, "who_can": "payments"})
    assert (await refused(incidents.set_severity(night.bot, 1, "sev1", dave, night.now)))[0] == "not_allowed"
    await responders.take(night.bot, 1, dave, night.now)
    assert (await lifecycle.resolve(night.bot, 1, "restarted", dave, night.now)).changed


async def test_two_who_resolve_at_the_same_moment_are_one_resolution_and_one_who_is_told(night: Night) -> None:
    await night.declare()
    people = ["alice", "bob", "carol"]
    acts = [lifecycle.resolve(night.bot, 1, f"by {name}", night.by(name), night.now) for name in people]
    results = await asyncio.gather(*acts, return_exceptions=True)
    won = [result for result in results if not isinstance(result, BaseException)]
    lost = [result for result in results if isinstance(result, Refusal)]
    assert (len(won), len(lost)) == (1, 2)
    winner = (await night.bot.db.read(lambda tx: tx.people.get(won[0].incident.resolved_by_id or 0))).name
    assert {(no.code, no.data["closed_as"], no.data["by"]) for no in lost} == {("already_resolved", "resolved", winner)}
    assert (await night.kinds()).count(Kind.RESOLVED) == 1
    assert len(await rows(night, Effect.POSTMORTEM_POST)) == 1


async def test_an_ack_and_a_resolution_at_the_same_moment_leave_nothing_half_done(night: Night) -> None:
    await night.declare()
    ack = responders.ack(night.bot, 1, night.by("bob"), night.now)
    resolve = lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    acked, resolved = await asyncio.gather(ack, resolve)
    assert (acked.code in ("acked", "closed"), resolved.code) == (True, "resolved")
    picture = await night.picture()
    assert (picture.incident.state, [run.next for run in picture.runs]) == (State.RESOLVED, [None])
    assert await timers(night) == []


async def test_nothing_waits_for_a_closed_incident(night: Night) -> None:
    await night.declare(severity="sev1")
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
    await night.deliver()
    assert (await timers(night), await waiting(night)) == ([], [])


async def test_acking_a_closed_incident_is_a_polite_no_op(night: Night) -> None:
    await night.declare()
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    answer = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (answer.code, answer.changed, answer.data) == ("closed", False, {"closed_as": "resolved"})
    assert (await night.kinds())[-1] is Kind.RESOLVED


async def test_reopening_needs_a_reason_restores_it_and_pages_again(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    await night.deliver()
    forget(night)
    no = await refused(lifecycle.reopen(night.bot, 1, "", night.by("alice"), night.now))
    assert no == ("reason_missing", {"verb": "reopen"})
    answer = await lifecycle.reopen(night.bot, 1, "it is back", night.by("alice"), night.now)
    await night.deliver()
    assert (answer.code, answer.data) == ("reopened", {"paged": ["Alice Chen"]})
    incident = await night.incident()
    assert (incident.state, incident.status) == (State.ASSIGNED, Status.INVESTIGATING)
    assert (incident.closed_as, incident.resolution, incident.resolved_at, incident.assignee_id) == (
        None,
        "",
        None,
        None,
    )
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    assert [fact["reason"] for fact in await facts(night, Kind.REOPENED)] == ["it is back"]
    assert Effect.ROOM_UNARCHIVE in night.outside.effects()


async def test_what_is_open_cannot_be_reopened_not_even_twice(night: Night) -> None:
    await night.declare()
    assert (await refused(lifecycle.reopen(night.bot, 1, "hm", night.by("alice"), night.now)))[0] == "not_resolved"
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    acts = [lifecycle.reopen(night.bot, 1, "it is back", night.by(name), night.now) for name in ("alice", "bob")]
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Answer", "Refusal"]
    assert len(await timers(night, "escalate/")) == 1


async def test_it_can_be_closed_and_reopened_as_often_as_it_takes(night: Night) -> None:
    await night.declare(severity="sev1")
    for number in range(3):
        await lifecycle.resolve(night.bot, 1, "restarted", night.by("carol"), night.now)
        await lifecycle.reopen(night.bot, 1, "it is back", night.by("carol"), night.now)
        assert (await night.incident()).generation == number + 1
    await night.deliver()
    assert len(await timers(night, "escalate/")) == 1
    assert len(await rows(night, Effect.POSTMORTEM_POST)) == 3
    assert [one.id for one in await night.bot.db.read(lambda tx: tx.incidents.open(EVERYTHING))] == [1]


async def test_reopening_a_quiet_severity_pages_nobody(night: Night) -> None:
    await night.declare(severity="sev3")
    await lifecycle.cancel(night.bot, 1, "a false alarm", night.by("dave"), night.now)
    answer = await lifecycle.reopen(night.bot, 1, "it was none", night.by("dave"), night.now)
    assert (answer.data, answer.incident.state) == ({"paged": []}, State.PENDING)


async def test_reopening_pages_whom_the_severity_names_again(night: Night) -> None:
    await night.declare(severity="sev1")
    carol = night.by("carol")
    await responders.ack(night.bot, 1, carol, night.now)
    night.clock.time += timedelta(minutes=1)
    await lifecycle.resolve(night.bot, 1, "restarted", carol, night.now)
    answer = await lifecycle.reopen(night.bot, 1, "it is back", carol, night.now)
    assert answer.data == {"paged": ["Alice Chen", "Carol Díaz"]}
    await incidents.set_severity(night.bot, 1, "sev2", carol, night.now)
    again = await incidents.set_severity(night.bot, 1, "sev1", carol, night.now)
    assert again.data["paged"] == []  # once each time it breaks


async def test_reopening_what_nobody_can_be_paged_for_is_an_error_where_the_owner_wants_it_so(night: Night) -> None:
    strict = without(night, fail_on_no_assignee=True)
    await strict.declare(service="empty-api")
    await lifecycle.resolve(strict.bot, 1, "restarted", strict.by("carol"), strict.now)
    answer = await lifecycle.reopen(strict.bot, 1, "it is back", strict.by("carol"), strict.now)
    assert answer.incident.state is State.ERROR
    assert len(await timers(strict, "escalate/")) == 1
