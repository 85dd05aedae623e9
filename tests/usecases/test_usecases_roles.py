"""Roles within an incident: volunteered for, given, taken over, given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from night import Night
from usecases_asks import facts, refused, told

from bot.domain.people import Person, Standing
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.usecases import lifecycle, responders


async def roles(night: Night) -> dict[str, list[str]]:
    """Who holds what, by first name."""
    names = {person.id: person.name.split()[0] for person in night.people.values()}
    return {names[one.person_id]: sorted(one.roles) for one in (await night.picture()).responders}


async def test_a_volunteer_commands_and_gets_the_checklist(night: Night) -> None:
    await night.declare(severity="sev1")
    answer = await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    assert answer.data == {"role": "commander", "person": "Bob Okafor", "before": ""}
    assert answer.incident.commander_id == night.people["bob"].id
    assert await roles(night) == {"Dave": ["responder"], "Bob": ["commander", "responder"]}
    assert told(night, "role") == ["Bob"]


async def test_volunteering_twice_changes_nothing(night: Night) -> None:
    await night.declare()
    await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    again = await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    assert (again.changed, len(await facts(night, Kind.ROLE_GIVEN))) == (False, 1)


async def test_of_two_who_volunteer_at_once_one_commands_and_the_other_is_told_who(night: Night) -> None:
    await night.declare()
    acts = [responders.volunteer(night.bot, 1, night.by(name), night.now) for name in ("alice", "bob")]
    results = await asyncio.gather(*acts, return_exceptions=True)
    (lost,) = [result for result in results if isinstance(result, Refusal)]
    holder = (await night.incident()).commander_id
    names = {person.id: person.name for person in night.people.values()}
    assert (lost.code, lost.data) == ("role_taken", {"role": "commander", "holder": names[holder or 0]})


@pytest.mark.parametrize("role", ["commander", "IC", "lead", "comms", "scribe"])
async def test_a_role_is_given_to_anybody_by_its_usual_names(night: Night, role: str) -> None:
    await night.declare()
    answer = await responders.give_role(night.bot, 1, role, night.people["alice"].id, night.by("dave"), night.now)
    expected = {"IC": "commander", "lead": "commander"}.get(role, role)
    assert answer.data == {"role": expected, "person": "Alice Chen", "before": ""}
    assert (await roles(night))["Alice"] == sorted([expected, "responder"])


async def test_giving_a_role_takes_it_off_whoever_held_it(night: Night) -> None:
    await night.declare()
    await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    alice = night.people["alice"].id
    answer = await responders.give_role(night.bot, 1, "commander", alice, night.by("dave"), night.now)
    assert answer.data["before"] == "Bob Okafor"
    assert await roles(night) == {
        "Dave": ["responder"],
        "Bob": ["responder"],
        "Alice": ["commander", "responder"],
    }


async def test_one_person_may_hold_several_roles(night: Night) -> None:
    await night.declare()
    for role in ("commander", "scribe"):
        await responders.give_role(night.bot, 1, role, night.people["bob"].id, night.by("bob"), night.now)
    assert (await roles(night))["Bob"] == ["commander", "responder", "scribe"]
    await responders.drop_role(night.bot, 1, "scribe", night.by("bob"), night.now)
    assert (await night.incident()).commander_id == night.people["bob"].id


async def test_a_role_that_is_given_up_is_free_again(night: Night) -> None:
    await night.declare()
    await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    answer = await responders.drop_role(night.bot, 1, "commander", night.by("bob"), night.now)
    assert (answer.data, answer.incident.commander_id) == ({"role": "commander"}, None)
    no = await refused(responders.drop_role(night.bot, 1, "commander", night.by("bob"), night.now))
    assert no == ("role_not_held", {"role": "commander"})


async def test_what_is_no_role_is_refused_with_what_is(night: Night) -> None:
    await night.declare()
    bob = night.people["bob"].id
    for role in ("chef", "responder", ""):
        no = await refused(responders.give_role(night.bot, 1, role, bob, night.by("bob"), night.now))
        assert no == ("unknown_role", {"given": role, "known": ["commander", "comms", "scribe"]})


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.OUTSIDER])
async def test_whoever_may_only_read_is_given_no_role_and_is_not_assigned(night: Night, standing: Standing) -> None:
    await night.declare()
    gina, dave = await changed(night, "gina", standing=standing), night.by("dave")
    why = {"person": "Gina Guest", "why": standing.value}
    no = await refused(responders.give_role(night.bot, 1, "scribe", gina.id, dave, night.now))
    assert no == ("unfit", {**why, "role": "scribe"})
    assert await refused(responders.assign(night.bot, 1, gina.id, dave, night.now)) == ("unfit", {**why, "role": ""})


async def test_whoever_left_the_workspace_is_given_no_role_and_is_not_assigned(night: Night) -> None:
    await night.declare()
    bob, dave = await changed(night, "bob", active=False), night.by("dave")
    why = {"person": bob.name, "why": "left"}
    no = await refused(responders.give_role(night.bot, 1, "ic", bob.id, dave, night.now))
    assert no == ("unfit", {**why, "role": "commander"})
    assert await refused(responders.assign(night.bot, 1, bob.id, dave, night.now)) == ("unfit", {**why, "role": ""})
    assert (await night.incident()).commander_id is None


async def test_a_commander_who_left_the_workspace_does_not_stand_in_a_volunteers_way(night: Night) -> None:
    await night.declare()
    await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    await changed(night, "bob", active=False)
    await responders.volunteer(night.bot, 1, night.by("carol"), night.now)
    assert (await night.incident()).commander_id == night.people["carol"].id


async def changed(night: Night, name: str, **fields: Any) -> Person:
    """Somebody as the directory says of them now."""
    person = replace(night.people[name], **fields)
    await night.bot.db.write(lambda tx: tx.people.save(person))
    return person


async def test_a_closed_incident_gives_no_roles(night: Night) -> None:
    await night.declare()
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("bob"), night.now)
    assert (await refused(responders.volunteer(night.bot, 1, night.by("bob"), night.now)))[0] == "already_resolved"


async def test_a_commander_who_leaves_the_room_is_asked_to_hand_over(night: Night) -> None:
    await night.declare()
    await responders.volunteer(night.bot, 1, night.by("bob"), night.now)
    await responders.left_room(night.bot, "CROOM1", night.people["bob"].id, night.now)
    await responders.left_room(night.bot, "CROOM1", night.people["alice"].id, night.now)
    await responders.left_room(night.bot, "CELSEWHERE", night.people["bob"].id, night.now)
    await night.deliver()
    assert told(night, "commander_left") == ["Bob"]
    assert (await night.incident()).commander_id == night.people["bob"].id


async def test_whoever_gets_a_role_is_invited(night: Night) -> None:
    await night.declare()
    await responders.give_role(night.bot, 1, "comms", night.people["carol"].id, night.by("dave"), night.now)
    members = await night.bot.db.read(lambda tx: tx.responders.members(1))
    assert night.people["carol"].id in members
