"""Reads: what a viewer may see, who is named in it, and how little it costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from night import Night
from usecases_asks import refused, statements

from bot.domain.people import EVERYTHING, Person, Viewer, viewer_of
from bot.domain.refusals import Refusal
from bot.usecases import incidents, joining, lifecycle, pictures, reminders, responders
from bot.usecases.declare import Declaration, declare
from bot.usecases.figures import figures

CANARY = "CANARY-7f3a"


async def seen_by(night: Night, person: Person) -> str:
    """Everything that any read gives a person, as one text."""
    viewer = viewer_of(person)
    found: list[object] = [
        await pictures.open_incidents(night.bot, viewer),
        await pictures.recent(night.bot, viewer),
        await pictures.in_channel(night.bot, "CROOM1", viewer),
        await pictures.home(night.bot, person, night.now),
        await pictures.on_call(night.bot, night.now),
        await figures(night.bot),
    ]
    for read in (pictures.picture, pictures.story):
        try:
            found.append(await read(night.bot, 1, viewer))
        except Refusal as no:
            found.append((no.code, no.data))
    return repr(found)


async def test_a_private_incident_is_seen_by_its_people_and_admins_and_by_nobody_else(night: Night) -> None:
    await night.declare(CANARY, private=True, service="hole-api")  # Dave reports, Bob is paged, Carol is an admin
    sees = {name: CANARY in await seen_by(night, person) for name, person in night.people.items()}
    assert sees == {"alice": False, "bob": True, "carol": True, "dave": True, "gina": False}


async def test_an_open_incident_is_seen_by_everybody(night: Night) -> None:
    await night.declare(CANARY, service="hole-api")
    sees = {name: CANARY in await seen_by(night, person) for name, person in night.people.items()}
    assert set(sees.values()) == {True}


async def test_whoever_joins_the_room_sees_it_and_whoever_leaves_sees_it_no_more(night: Night) -> None:
    await night.declare(CANARY, private=True, service="hole-api")
    gina = night.people["gina"]
    await responders.joined_room(night.bot, "CROOM1", gina.id)
    assert CANARY in await seen_by(night, gina)
    await responders.left_room(night.bot, "CROOM1", gina.id, night.now)
    assert CANARY not in await seen_by(night, gina)


async def test_nothing_can_be_done_to_what_cannot_be_seen_and_the_refusal_does_not_tell(night: Night) -> None:
    await night.declare(CANARY, private=True, service="hole-api")
    alice, now = night.by("alice"), night.now
    acts = [
        responders.ack(night.bot, 1, alice, now),
        responders.decline(night.bot, 1, alice, now),
        responders.take(night.bot, 1, alice, now),
        responders.unack(night.bot, 1, alice, now),
        responders.volunteer(night.bot, 1, alice, now),
        responders.assign(night.bot, 1, night.people["alice"].id, alice, now),
        incidents.note(night.bot, 1, "x", alice, now),
        incidents.update(night.bot, 1, "x", alice, now),
        incidents.set_severity(night.bot, 1, "sev1", alice, now),
        lifecycle.resolve(night.bot, 1, "x", alice, now),
        lifecycle.cancel(night.bot, 1, "x", alice, now),
        lifecycle.reopen(night.bot, 1, "x", alice, now),
        reminders.snooze(night.bot, 1, "update", 30, alice, now),
        joining.join(night.bot, 1, alice, now),
    ]
    for act in acts:
        assert await refused(act) == ("no_such_incident", {"number": 1})
    assert await refused(incidents.note(night.bot, 2, "x", alice, now)) == ("no_such_incident", {"number": 2})


async def test_a_private_incident_is_in_no_figure(night: Night) -> None:
    await night.declare(CANARY, private=True)
    assert (await figures(night.bot)).incidents == {}
    await night.declare()
    assert (await figures(night.bot)).incidents == {"ASSIGNED": 1}


async def test_everybody_who_is_named_in_a_story_is_known_by_name(night: Night) -> None:
    await night.declare(severity="sev1")
    await night.pass_minutes(5)
    await responders.give_role(night.bot, 1, "scribe", night.people["dave"].id, night.by("carol"), night.now)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    story = await pictures.story(night.bot, 1, EVERYTHING)
    for event in story.events:
        assert event.actor_id is None or event.actor_id in story.picture.people
        for name in ("person_id", "by"):
            assert event.data.get(name) is None or event.data[name] in story.picture.people
        several = event.data.get("person_ids", [])
        assert isinstance(several, list) and set(several) <= set(story.picture.people)


@pytest.mark.parametrize("minutes", [0, 25])
async def test_a_picture_costs_few_statements_however_long_it_has_been_climbing(night: Night, minutes: int) -> None:
    await night.declare(severity="sev1")
    await night.pass_minutes(minutes)
    with statements(night) as spent:
        await night.picture()
    assert len(spent) <= 16, "\n".join(spent)


async def test_home_shows_my_pages_my_shifts_and_what_is_open(night: Night) -> None:
    await night.declare()
    await night.declare("Checkout is down", severity="sev1")
    home = await pictures.home(night.bot, night.people["alice"], night.now)
    assert [incident.id for _, incident in home.pages] == [2, 1]
    assert [incident.id for incident in home.incidents] == [2, 1]  # worst first
    assert [(schedule, end - night.now) for schedule, _, end in home.shifts] == [("payments", timedelta(days=7))]
    assert [one.schedule for one in home.on_call] == list(night.bot.posture().schedules)


async def test_home_costs_the_same_however_much_is_open(night: Night) -> None:
    costs = []
    for number in range(3):
        await declare(night.bot, Declaration(f"Number {number}"), night.by("dave"), night.now)
        with statements(night) as spent:
            await pictures.home(night.bot, night.people["alice"], night.now)
        costs.append(len(spent))
    assert costs == costs[:1] * 3


async def test_a_viewer_without_a_person_sees_what_is_public(night: Night) -> None:
    await night.declare(CANARY, private=True)
    assert await pictures.open_incidents(night.bot, Viewer(None)) == []
