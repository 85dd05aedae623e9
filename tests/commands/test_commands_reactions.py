"""Reactions and rooms: 👀 acks, 🎖️ commands, 📌 pins, whoever joins a war room sees it."""

from __future__ import annotations

import pytest
from commands_town import USERS, Town
from sqlalchemy import delete

from bot.domain.delivery import SurfaceKind
from bot.domain.incident import State
from bot.domain.people import Source
from bot.domain.timeline import Kind
from bot.ports import Tx
from sandbox import conduct
from storage.tables import surface
from storage.transaction import SqlTx


@pytest.fixture
async def declared(town: Town) -> Town:
    """INC-1, declared by Dave: its room and card stand, Alice is paged."""
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    return town


async def test_eyes_on_the_page_ack(declared: Town) -> None:
    await declared.react("alice", "eyes", await declared.page())
    assert (await declared.night.incident()).state is State.IN_PROGRESS
    sources = {one.person_id: one.ack_source for one in (await declared.night.picture()).responders}
    assert sources[declared.night.people["alice"].id] == Source.SLACK_REACTION.value


async def test_the_medal_volunteers_and_taking_it_off_steps_down(declared: Town) -> None:
    card = await declared.card()
    await declared.react("dave", "medal", card)
    assert (await declared.night.incident()).commander_id == declared.night.people["dave"].id
    await declared.react("dave", "medal", card, remove=True)
    assert (await declared.night.incident()).commander_id is None


async def test_a_second_volunteer_is_told_who_commands(declared: Town) -> None:
    card = await declared.card()
    await declared.react("dave", "medal", card)
    await declared.react("alice", "medal", card)
    assert declared.whispers("alice")[-1] == (
        "Dave Novak is commander already. Ask them to hand over, or give the role with `/incident role`."
    )


async def test_a_pin_keeps_the_message_once_with_its_own_time_and_author(declared: Town) -> None:
    room, _ = await declared.card()
    said = await conduct.message(declared.world, USERS["dave"], room, "restarting <b> & co, <@U0ALICE>")
    place = (room, str(said["ts"]))
    await declared.react("alice", "pushpin", place)
    await declared.react("dave", "pushpin", place)
    pinned = [event for event in await declared.night.events() if event.kind is Kind.PINNED]
    assert [(p.data["text"], p.actor_id) for p in pinned] == [
        ("restarting <b> & co, @Alice Chen", declared.night.people["dave"].id)
    ]
    await declared.deliver()
    confirmed = declared.world.channels[room].messages[place[1]].reactions
    assert sorted(one.name for one in confirmed) == ["pushpin", "white_check_mark"]
    await declared.react("alice", "pushpin", place, remove=True)
    assert (await declared.night.kinds()).count(Kind.UNPINNED) == 1


async def test_a_message_of_the_bots_own_can_be_pinned_too(declared: Town) -> None:
    card = await declared.card()
    await declared.react("dave", "pushpin", card)
    pinned = [event for event in await declared.night.events() if event.kind is Kind.PINNED]
    assert [(p.data["ts"], p.actor_id) for p in pinned] == [(card[1], None)]


async def forgotten(town: Town, place: tuple[str, str]) -> None:
    """As if the bot had died, or waited, between Slack's answer and its own row."""

    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        await tx.scope.run(delete(surface).where(surface.c.channel == place[0], surface.c.ts == place[1]))

    await town.night.bot.db.write(work)


async def test_a_page_whose_place_is_not_saved_yet_is_found_by_its_key(declared: Town) -> None:
    page = await declared.page()
    await forgotten(declared, page)
    await declared.react("alice", "eyes", page)
    assert (await declared.night.incident()).state is State.IN_PROGRESS


async def test_while_it_cannot_be_looked_up_the_reaction_comes_again(declared: Town) -> None:
    page = await declared.page()
    await forgotten(declared, page)
    declared.live.fault("conversations.history", "http", status=502, times=1)
    await conduct.react(declared.world, USERS["alice"], *page, "eyes")

    async def acked() -> bool:
        return (await declared.night.incident()).state is State.IN_PROGRESS

    await declared.until_true(acked)


async def test_a_message_of_ours_that_is_no_page_is_looked_up_and_means_nothing(declared: Town) -> None:
    posted = next(one for one in (await declared.night.picture()).surfaces if one.kind is SurfaceKind.ANNOUNCEMENT)
    await forgotten(declared, (posted.channel, posted.ts))
    await declared.react("alice", "eyes", (posted.channel, posted.ts))
    assert (await declared.night.incident()).state is State.ASSIGNED


async def test_reactions_elsewhere_mean_nothing(declared: Town) -> None:
    before = await declared.night.events()
    ts = next(iter(declared.world.channels["C0PAYMENTS"].messages))
    await declared.live.slack.rooms.join("C0PAYMENTS")
    for name in ("eyes", "pushpin", "medal", "tada"):
        await declared.react("alice", name, ("C0PAYMENTS", ts))
    assert await declared.night.events() == before


async def test_an_event_that_was_not_saved_comes_again(declared: Town) -> None:
    declared.live.fault("conversations.history", "http", status=502, times=1)
    room, _ = await declared.card()
    said = await conduct.message(declared.world, USERS["dave"], room, "restarting")
    place = (room, str(said["ts"]))
    await conduct.react(declared.world, USERS["dave"], *place, "pushpin")

    async def pinned() -> bool:
        return Kind.PINNED in await declared.night.kinds()

    await declared.until_true(pinned)  # Slack sends it again after three seconds without an ack
    assert (await declared.night.kinds()).count(Kind.PINNED) == 1


async def test_who_joins_the_room_sees_a_private_incident_and_who_leaves_does_not(town: Town) -> None:
    await town.slash("dave", "declare sev2 secret")
    night = town.night
    await town.deliver()
    room, _ = await town.card()
    await conduct.invite(town.world, USERS["dave"], room, [USERS["bob"]])
    bob = night.people["bob"].id

    async def inside() -> bool:
        return bob in await night.bot.db.read(lambda tx: tx.responders.members(1))

    await town.until_true(inside)
    await conduct.leave(town.world, USERS["bob"], room)
    await town.until_true(inside, wanted=False)


async def test_a_change_in_the_directory_is_kept(town: Town) -> None:
    await conduct.profile(town.world, USERS["dave"], {"is_restricted": True})

    async def guest() -> bool:
        person = await town.night.bot.db.read(lambda tx: tx.people.by_slack(USERS["dave"]))
        return person is not None and person.standing.value == "guest"

    await town.until_true(guest)
