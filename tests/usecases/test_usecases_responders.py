"""Who is on it: whoever acks, takes it, or has it assigned; and everybody else who helps."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from night import Night
from usecases_asks import facts, forget, last_fact, refused, rows, said, timers

from bot.domain.delivery import Effect, PageState
from bot.domain.escalation import RunKind, RunState
from bot.domain.incident import State
from bot.domain.people import Person, Source
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, responders
from bot.views.answers import answer_text
from bot.views.facts import headline

NOBODY = Person(0, "Nora")  # without Slack, phone or mail


async def on_it(night: Night) -> dict[str, str | None]:
    """Responders by first name, with how they acked."""
    names = {person.id: person.name.split()[0] for person in night.people.values()}
    return {names[one.person_id]: one.ack_source for one in (await night.picture()).responders}


async def holder(night: Night) -> str:
    picture = await night.picture()
    return picture.name(picture.incident.assignee_id)


async def test_any_member_acks_and_so_is_on_it(night: Night) -> None:
    await night.declare()
    answer = await responders.ack(night.bot, 1, night.by("carol", Source.SLACK_COMMAND), night.now)
    assert (answer.code, answer.data) == ("acked", {"runs": 1})
    assert (await holder(night), await on_it(night)) == ("Carol Díaz", {"Dave": None, "Carol": "slack command"})
    members = await night.bot.db.read(lambda tx: tx.responders.members(1))
    assert night.people["carol"].id in members
    assert [paged.page.state for paged in (await night.picture()).runs[0].paged] == [PageState.ENDED]


async def test_what_never_paged_can_be_acked(night: Night) -> None:
    await night.declare(severity="sev3")
    answer = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (answer.code, answer.incident.state, await holder(night)) == ("acked", State.IN_PROGRESS, "Bob Okafor")


async def test_whoever_acks_second_helps_and_is_told_who_has_it(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    answer = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (answer.code, answer.changed, answer.data) == ("already_acked", True, {"by": "Alice Chen"})
    assert (await holder(night), set(await on_it(night))) == ("Alice Chen", {"Dave", "Alice", "Bob"})
    again = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (again.code, again.changed) == ("already_acked", False)


async def test_of_two_who_ack_at_the_same_moment_one_has_it_and_the_other_is_told(night: Night) -> None:
    await night.declare()
    acts = [responders.ack(night.bot, 1, night.by(name), night.now) for name in ("alice", "bob", "carol")]
    answers = await asyncio.gather(*acts)
    assert sorted(answer.code for answer in answers) == ["acked", "already_acked", "already_acked"]
    told = {answer.data["by"] for answer in answers if answer.code == "already_acked"}
    assert told == {await holder(night)}
    assert (await night.kinds()).count(Kind.ACKED) == 1


async def test_the_first_ack_stays_the_first(night: Night) -> None:
    await night.declare()
    first = night.now + timedelta(minutes=2)
    night.clock.time = first
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    night.clock.time += timedelta(minutes=2)
    await responders.unack(night.bot, 1, night.by("alice"), night.now, "my train enters a tunnel")
    night.clock.time += timedelta(minutes=2)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (await night.incident()).acked_at == first
    assert await facts(night, Kind.UNACKED) == [{"reason": "my train enters a tunnel"}]


async def test_an_ack_that_was_never_given_cannot_be_given_back(night: Night) -> None:
    await night.declare()
    assert await refused(responders.unack(night.bot, 1, night.by("alice"), night.now)) == (
        "nothing_acked",
        {"number": 1},
    )


async def test_giving_an_ack_back_where_nothing_paged_leaves_it_to_nobody(night: Night) -> None:
    await night.declare(severity="sev3")
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    answer = await responders.unack(night.bot, 1, night.by("bob"), night.now)
    assert (answer.incident.state, answer.incident.assignee_id) == (State.PENDING, None)
    await night.deliver()
    assert night.outside.paged() == []


async def test_an_ack_that_somebody_else_gives_back_is_told_as_whose_it_was(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    answer = await responders.unack(night.bot, 1, night.by("dave"), night.now, "she fell asleep")
    assert answer_text(answer, night.now) == (
        "Alice Chen's ack of INC-1 is given back. Paging goes on where it stopped."
    )
    fact = await last_fact(night, Kind.UNACKED)
    assert headline(fact, {person.id: person for person in night.people.values()}) == (
        f"{night.people['dave'].name} gave Alice Chen's ack back"
    )


async def test_taking_it_acks_and_the_room_hears_of_it_once(night: Night) -> None:
    await night.declare()
    answer = await responders.take(night.bot, 1, night.by("dave"), night.now)
    await night.deliver()
    assert (answer.code, answer.incident.state, await holder(night)) == ("taken", State.IN_PROGRESS, "Dave Novak")
    assert said(night) == [Kind.TAKEN]
    assert await timers(night, "escalate/") == []


async def test_taking_what_one_has_changes_nothing(night: Night) -> None:
    await night.declare()
    for changed in (True, False, False):
        answer = await responders.take(night.bot, 1, night.by("dave"), night.now)
        assert (answer.code, answer.changed) == ("taken", changed)
    assert [await facts(night, kind) for kind in (Kind.TAKEN, Kind.ACKED)] == [[{}], [{"source": "slack button"}]]


async def test_taking_it_over_from_somebody_moves_it(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    answer = await responders.take(night.bot, 1, night.by("bob"), night.now)
    assert (answer.changed, await holder(night)) == (True, "Bob Okafor")


async def test_assigning_moves_it_pages_that_person_and_invites_them(night: Night) -> None:
    await night.declare(severity="sev3")
    answer = await responders.assign(night.bot, 1, night.people["bob"].id, night.by("dave"), night.now)
    await night.deliver()
    assert (answer.code, answer.data) == ("assigned", {"person": "Bob Okafor"})
    assert (answer.incident.state, await holder(night)) == (State.ASSIGNED, "Bob Okafor")
    assert night.outside.paged() == [("Bob", "slack"), ("Bob", "email")]  # sev3 is of low urgency
    assert said(night) == [Kind.ASSIGNED]
    members = await night.bot.db.read(lambda tx: tx.responders.members(1))
    assert night.people["bob"].id in members


async def test_assigning_ends_the_climb_that_was_under_way(night: Night) -> None:
    await night.declare()
    await responders.assign(night.bot, 1, night.people["bob"].id, night.by("alice"), night.now)
    first, second = (await night.picture()).runs
    assert (first.run.state, first.run.ended_reason) == (RunState.ENDED, "assigned to Bob Okafor")
    assert (second.run.state, second.run.kind) == (RunState.CLIMBING, RunKind.PERSON)
    assert len(await timers(night, "escalate/")) == 1


async def test_assigning_to_who_has_it_already_pages_nobody(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    forget(night)
    answer = await responders.assign(night.bot, 1, night.people["alice"].id, night.by("dave"), night.now)
    await night.deliver()
    assert (answer.changed, night.outside.paged()) == (False, [])
    assert (await night.incident()).state is State.IN_PROGRESS


async def test_assigning_to_somebody_else_than_who_has_it_pages_them(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await responders.assign(night.bot, 1, night.people["bob"].id, night.by("alice"), night.now)
    assert ((await night.incident()).state, await holder(night)) == (State.ASSIGNED, "Bob Okafor")
    answer = await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (answer.code, await holder(night)) == ("acked", "Bob Okafor")


async def test_the_old_page_still_answers_after_it_was_assigned_to_somebody_else(night: Night) -> None:
    await night.declare()
    await responders.assign(night.bot, 1, night.people["bob"].id, night.by("dave"), night.now)
    answer = await responders.ack(night.bot, 1, night.by("alice"), night.now)
    assert (answer.code, await holder(night)) == ("acked", "Alice Chen")
    assert await timers(night, "escalate/") == []


async def test_somebody_who_cannot_be_reached_is_not_assigned(night: Night) -> None:
    await night.declare()
    nobody = await night.bot.db.write(lambda tx: tx.people.add(NOBODY))
    no = await refused(responders.assign(night.bot, 1, nobody.id, night.by("dave"), night.now))
    assert no == ("nobody_to_page", {"person": "Nora"})
    assert len((await night.picture()).runs) == 1


async def test_a_closed_incident_is_not_taken_or_assigned(night: Night) -> None:
    await night.declare()
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    bob = night.by("bob")
    for act in (
        responders.take(night.bot, 1, bob, night.now),
        responders.assign(night.bot, 1, night.people["bob"].id, bob, night.now),
        responders.unack(night.bot, 1, bob, night.now),
    ):
        assert (await refused(act))[0] == "already_resolved"


async def test_a_position_that_acks_what_is_in_good_hands_takes_it_out_of_nobodys_hands(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await incidents.set_severity(night.bot, 1, "sev1", night.by("alice"), night.now)
    assert ((await night.incident()).state, await holder(night)) == (State.IN_PROGRESS, "Alice Chen")
    answer = await responders.ack(night.bot, 1, night.by("carol"), night.now)  # paged by her position
    assert (answer.code, answer.data) == ("page_acked", {"by": "Alice Chen"})
    assert ((await night.incident()).state, await holder(night)) == (State.IN_PROGRESS, "Alice Chen")
    assert [run.run.state for run in (await night.picture()).runs] == [RunState.ACKED, RunState.ACKED]


async def test_a_position_that_acks_before_anybody_else_has_it(night: Night) -> None:
    await night.declare(severity="sev1")
    answer = await responders.ack(night.bot, 1, night.by("carol"), night.now)
    assert (answer.code, await holder(night)) == ("acked", "Carol Díaz")
    assert await timers(night, "escalate/") == []


@pytest.mark.parametrize("private", [False, True])
async def test_everybody_paged_is_invited_once(night: Night, private: bool) -> None:
    await night.declare(private=private)
    await night.pass_minutes(20)  # Alice is paged in both cycles
    invited = [person for row in await rows(night, Effect.ROOM_INVITE) for person in as_ids(row.payload["person_ids"])]
    assert invited == [night.people[name].id for name in ("dave", "alice", "bob", "carol")]


def as_ids(value: object) -> list[int]:
    assert isinstance(value, list)
    return value
