"""`/incident page`: a run of its own, which only those it pages can answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night, posture

from bot.domain.answers import Answer
from bot.domain.delivery import PageState
from bot.domain.escalation import RunKind, RunState, TargetKind
from bot.domain.groups import UserGroup
from bot.domain.incident import State
from bot.domain.posture import PersonDecl, Posture
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.usecases import asks, groups, lifecycle, responders
from bot.usecases.asks import Whom
from storage.verify import findings

M = timedelta(minutes=1)


async def ask(night: Night, name: str, kind: TargetKind | None = None, by: str = "dave") -> Answer:
    """By a name of the posture; the night's people are asked for as Slack names them."""
    person = night.people.get(name) if kind is None else None
    answer = await asks.page(night.bot, 1, Whom(name, kind, person), night.by(by), night.now)
    await night.deliver()
    return answer


async def refused(night: Night, name: str, kind: TargetKind | None = None) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        await asks.page(night.bot, 1, Whom(name, kind), night.by("dave"), night.now)
    return no.value.code, dict(no.value.data)


async def runs(night: Night, number: int = 1) -> list[tuple[RunKind, RunState]]:
    return [(one.run.kind, one.run.state) for one in (await night.picture(number)).runs]


def whom(night: Night) -> list[str]:
    return [name for name, notifier in night.outside.paged() if notifier == "slack"]


async def test_whoever_is_asked_for_is_paged_beside_the_policy(night: Night) -> None:
    await night.declare()
    answer = await ask(night, "carol")
    assert (answer.code, answer.data["people"]) == ("paged", ["Carol Díaz"])
    assert whom(night) == ["Alice", "Carol"]
    assert await runs(night) == [(RunKind.DECLARE, RunState.CLIMBING), (RunKind.PAGE, RunState.CLIMBING)]
    page = (await night.picture()).runs[1]
    assert page.run.asked_by_id == night.people["dave"].id
    [told] = [event for event in await night.events() if event.kind is Kind.ASKED]
    assert (told.actor_id, told.data["person_ids"]) == (night.people["dave"].id, [night.people["carol"].id])


async def test_their_ack_answers_their_page_and_makes_them_a_responder(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    answer = await responders.ack(night.bot, 1, night.by("carol"), night.now)
    assert (answer.code, answer.data["by"]) == ("page_acked", "")
    assert await runs(night) == [(RunKind.DECLARE, RunState.CLIMBING), (RunKind.PAGE, RunState.ACKED)]
    incident = await night.incident()
    assert (incident.state, incident.assignee_id, incident.acked_at) == (State.ASSIGNED, None, None)
    assert night.people["carol"].id in [one.person_id for one in (await night.picture()).responders]
    night.outside.jobs.clear()
    await night.pass_minutes(5)
    assert whom(night) == ["Bob"]  # the policy goes on


async def test_an_ack_by_others_leaves_it_climbing_until_they_answer(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert await runs(night) == [(RunKind.DECLARE, RunState.ACKED), (RunKind.PAGE, RunState.CLIMBING)]
    await night.pass_minutes(11)
    assert whom(night) == ["Alice", "Carol", "Carol", "Carol"]  # every five minutes, as the policy's first tier waits
    answer = await responders.ack(night.bot, 1, night.by("carol"), night.now)
    assert (answer.code, answer.data["by"]) == ("page_acked", "Alice Chen")
    assert (await night.incident()).assignee_id == night.people["alice"].id
    await night.pass_minutes(60)
    assert len(whom(night)) == 4


async def test_it_waits_a_quarter_of_an_hour_where_the_policy_would_wait_longer(night: Night) -> None:
    await night.declare(severity="SEV3", service="wiki")
    await ask(night, "bob")
    await night.pass_minutes(16)
    assert whom(night) == ["Bob", "Bob"]


async def test_where_nobody_else_is_asked_their_ack_takes_the_incident(night: Night) -> None:
    await night.declare(severity="SEV3")
    await ask(night, "bob")
    assert (await night.incident()).state is State.ASSIGNED
    answer = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    incident = await night.incident()
    assert (answer.code, incident.state, incident.assignee_id) == ("acked", State.IN_PROGRESS, night.people["bob"].id)


async def test_who_is_paged_by_both_acks_both(night: Night) -> None:
    await night.declare()
    await ask(night, "alice")
    answer = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert answer.code == "acked"
    assert await runs(night) == [(RunKind.DECLARE, RunState.ACKED), (RunKind.PAGE, RunState.ACKED)]
    pages = [paged.page.state for run in (await night.picture()).runs for paged in run.paged]
    assert pages == [PageState.ACKED, PageState.ACKED]


async def test_who_takes_it_answers_their_page_too(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await responders.take(night.bot, 1, night.by("carol"), night.now)
    assert await runs(night) == [(RunKind.DECLARE, RunState.ACKED), (RunKind.PAGE, RunState.ACKED)]


async def test_a_decline_ends_it_where_nobody_else_is_meant(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    answer = await responders.decline(night.bot, 1, night.by("carol"), night.now)
    assert (answer.data["next"], answer.data["others"]) == ([], True)
    assert await runs(night) == [(RunKind.DECLARE, RunState.CLIMBING), (RunKind.PAGE, RunState.ENDED)]
    assert (await night.incident()).state is State.ASSIGNED


async def test_assigning_somebody_leaves_it_climbing(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await responders.assign(night.bot, 1, night.people["bob"].id, night.by("dave"), night.now)
    assert (RunKind.PAGE, RunState.CLIMBING) in await runs(night)


async def test_the_end_of_the_incident_is_its_end(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("dave"), night.now)
    night.outside.jobs.clear()
    await night.pass_minutes(60)
    assert whom(night) == []
    assert await runs(night) == [(RunKind.DECLARE, RunState.ENDED), (RunKind.PAGE, RunState.ENDED)]


async def test_asking_again_pages_again_by_one_run(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await ask(night, "carol")
    assert whom(night) == ["Alice", "Carol", "Carol"]
    assert await runs(night) == [
        (RunKind.DECLARE, RunState.CLIMBING),
        (RunKind.PAGE, RunState.ENDED),
        (RunKind.PAGE, RunState.CLIMBING),
    ]


async def test_a_schedule_means_whoever_is_on_call_and_a_policy_all_its_tiers(night: Night) -> None:
    await night.declare(severity="SEV3")
    await ask(night, "payments-second")
    assert whom(night) == ["Bob"]
    await ask(night, "payments", TargetKind.POLICY)
    assert whom(night) == ["Bob", "Alice"]
    await night.pass_minutes(5)
    assert sorted(whom(night)) == ["Alice", "Bob", "Bob", "Bob"]  # by both runs


async def test_a_user_group_means_its_members(night: Night) -> None:
    await groups.sync(night.bot, [UserGroup("S0WEB", "web-helpers", "Web", ("U0DAVE", "U0CAROL"))])
    await night.declare(severity="SEV3")
    answer = await ask(night, "S0WEB", TargetKind.USER_GROUP, by="alice")
    assert answer.data["people"] == ["Dave Novak", "Carol Díaz"]
    assert (await night.picture()).runs[0].run.policy.name == "@web-helpers"


async def test_a_run_by_hand_that_finds_nobody_any_more_does_not_change_the_incident(night: Night) -> None:
    await night.declare()
    await ask(night, "carol")
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    gone = replace(night.people["carol"], active=False)
    await night.bot.db.write(lambda tx: tx.people.save(gone))
    await night.pass_minutes(8)
    assert (await night.incident()).state is State.IN_PROGRESS
    assert Kind.NOBODY not in await night.kinds()
    assert await findings(night.bot.db) == []  # type: ignore[arg-type]  # it is the real one


def with_people() -> Posture:
    people = {handle: PersonDecl(handle, handle.title()) for handle in ("alice", "bob", "carol", "dave")}
    declared = posture()
    return replace(declared, people=people, positions={**declared.positions, "web": ("dave",)})


async def test_a_name_that_means_nothing_or_several_things_is_refused(night: Night) -> None:
    declared = with_people()
    under = replace(night, bot=replace(night.bot, posture=lambda: declared))
    await under.declare()
    assert await refused(under, "paymnts") == ("unknown_target", {"given": "paymnts", "nearest": "payments"})
    assert await refused(under, "web") == ("target_unclear", {"given": "web", "kinds": ["position", "team"]})
    assert await refused(under, "alice", TargetKind.SCHEDULE) == (
        "unknown_target",
        {"given": "alice", "nearest": "alice"},
    )
    assert await refused(under, "nobody") == ("nobody_to_page", {"person": "nobody"})
    assert await refused(under, "S9", TargetKind.USER_GROUP) == ("nobody_to_page", {"person": "@S9"})
    meant = [asks.meant(declared, Whom(name)).kind for name in ("alice", "payments", "hole", "eng-manager")]
    assert meant == [TargetKind.PERSON, TargetKind.SCHEDULE, TargetKind.POLICY, TargetKind.POSITION]
