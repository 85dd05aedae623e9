"""What people may do in the sandbox's Slack, and what its client refuses them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from typing import Any

import pytest
from slack_town import EVERYTHING, Town, a_town

from sandbox import conduct, interact
from sandbox.elements import NotThere, find
from sandbox.manifest import BadManifest, parse
from sandbox.seed import ALICE, BOB, CAROL, DAVE, GINA, HENRY, TOCSIN


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


async def refused(act: Awaitable[Any]) -> str:
    with pytest.raises(conduct.Refused) as refusal:
        await act
    return refusal.value.code


async def test_people_write_only_where_they_are_members(town: Town) -> None:
    world = town.world
    assert await refused(conduct.message(world, DAVE, "C0PAYMENTS", "hi")) == "not_in_channel"
    await conduct.join(world, DAVE, "C0PAYMENTS")
    await conduct.message(world, DAVE, "C0PAYMENTS", "hi")
    await conduct.leave(world, DAVE, "C0PAYMENTS")
    assert await refused(conduct.message(world, DAVE, "C0PAYMENTS", "hi")) == "not_in_channel"
    assert await refused(conduct.message(world, HENRY, "C0PAYMENTS", "hi")) == "user_deactivated"
    assert await refused(conduct.message(world, TOCSIN, "C0PAYMENTS", "hi")) == "user_not_found"


async def test_private_channels_are_hidden_from_strangers(town: Town) -> None:
    world = town.world
    room = (await conduct.create(world, ALICE, "secret", is_private=True))["channel"]
    assert await refused(conduct.join(world, DAVE, room)) == "channel_not_found"
    assert await refused(conduct.message(world, DAVE, "D0ALICE", "hi")) == "channel_not_found"
    await conduct.invite(world, ALICE, room, [DAVE, BOB])
    assert world.channels[room].members == [ALICE, DAVE, BOB]


async def test_guests_see_only_their_channels(town: Town) -> None:
    world = town.world
    assert await refused(conduct.join(world, GINA, "C0RANDOM")) == "channel_not_found"
    assert await refused(conduct.create(world, GINA, "mine")) == "user_is_restricted"
    await conduct.message(world, GINA, "C0PAYMENTS", "hi")


async def test_only_own_messages_are_edited_and_admins_delete_those_of_others(town: Town) -> None:
    world = town.world
    ts = (await conduct.message(world, ALICE, "C0PAYMENTS", "mine"))["ts"]
    assert await refused(conduct.edit(world, BOB, "C0PAYMENTS", ts, "x")) == "cant_update_message"
    assert await refused(conduct.delete(world, BOB, "C0PAYMENTS", ts)) == "cant_delete_message"
    await conduct.delete(world, CAROL, "C0PAYMENTS", ts)
    assert await refused(conduct.edit(world, ALICE, "C0PAYMENTS", ts, "x")) == "message_not_found"


async def test_reactions_need_an_emoji_that_exists(town: Town) -> None:
    ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
    assert await refused(conduct.react(town.world, ALICE, "C0PAYMENTS", ts, "nonsense")) == "invalid_name"
    assert await conduct.react(town.world, ALICE, "C0PAYMENTS", ts, ":medal:") == {"changed": True}
    assert await conduct.react(town.world, ALICE, "C0PAYMENTS", ts, "medal") == {"changed": False}


async def test_commands_and_shortcuts_come_from_the_manifest(town: Town) -> None:
    world = town.world
    ts = next(iter(world.channels["C0PAYMENTS"].messages))
    assert await refused(interact.slash(world, ALICE, "C0PAYMENTS", "/nope")) == "unknown_command"
    assert await refused(interact.shortcut(world, ALICE, "nope")) == "unknown_shortcut"
    assert await refused(interact.shortcut(world, ALICE, "add")) == "unknown_shortcut"
    wrong_kind = interact.shortcut(world, ALICE, "declare", channel="C0PAYMENTS", ts=ts)
    assert await refused(wrong_kind) == "unknown_shortcut"
    assert await refused(interact.press(world, ALICE, "ack", channel="C0PAYMENTS", ts=ts)) == "not_there"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("see <https://evil.example|bank>", "see &lt;<https://evil.example>|bank&gt;"),
        ("<!channel> <!here|x>", "&lt;!channel&gt; &lt;!here|x&gt;"),
        ("<@U0NOBODY> <@U0BOB> @bob", "&lt;@U0NOBODY&gt; <@U0BOB> <@U0BOB>"),
        ("<#C0PAYMENTS> <b> & co", "<#C0PAYMENTS> &lt;b&gt; &amp; co"),
        ("see https://a.example/x", "see <https://a.example/x>"),
    ],
)
async def test_a_control_sequence_that_somebody_types_out_is_plain_text(town: Town, typed: str, sent: str) -> None:
    ts = (await conduct.message(town.world, ALICE, "C0PAYMENTS", typed))["ts"]
    assert town.world.channels["C0PAYMENTS"].messages[ts].text == sent


def test_a_press_counts_though_its_block_was_renamed_by_an_update() -> None:
    ack, why, other = ({"type": "button", "action_id": name} for name in ("ack", "why", "why"))
    now = [
        {"type": "actions", "block_id": "new", "elements": [ack, why]},
        {"type": "actions", "block_id": "newer", "elements": [other]},
    ]
    assert find(now, "ack", "old") == (now[0], ack)
    assert find(now, "why", "newer") == (now[1], other)
    with pytest.raises(NotThere):
        find(now, "why", "old")  # two could be meant


async def test_the_messages_tab_may_be_off() -> None:
    async with a_town(replace(EVERYTHING, messages_tab_read_only=True)) as town:
        assert await refused(conduct.message(town.world, ALICE, "D0ALICE", "hi")) == "messages_tab_disabled"


async def test_a_profile_is_changed_field_by_field(town: Town) -> None:
    world = town.world
    await conduct.profile(world, BOB, {"deleted": True})
    assert all(BOB not in c.members for c in world.channels.values() if c.kind != "im")
    assert await refused(conduct.message(world, BOB, "C0PAYMENTS", "hi")) == "user_deactivated"
    await conduct.profile(world, BOB, {"deleted": False})
    assert await refused(conduct.profile(world, BOB, {"height": 2})) == "unknown_field"
    assert await refused(conduct.profile(world, BOB, {"is_admin": "yes"})) == "invalid_arguments"
    assert await refused(conduct.profile(world, BOB, {"tz": "Mars/Olympus"})) == "invalid_zone"


async def test_a_reset_brings_the_seeded_workspace_back(town: Town) -> None:
    before = {c.id: (c.name, list(c.members), len(c.messages)) for c in town.world.channels.values()}
    await town.room()
    await conduct.archive(town.world, ALICE, "C0PAYMENTS")
    await conduct.profile(town.world, BOB, {"tz": "Asia/Tokyo"})
    town.world.reset()
    assert {c.id: (c.name, list(c.members), len(c.messages)) for c in town.world.channels.values()} == before
    assert town.world.users[BOB].tz == "America/New_York"


async def test_the_bot_is_called_as_the_manifest_says() -> None:
    async with a_town(replace(EVERYTHING, name="Night Watch")) as town:
        bot = town.world.users[TOCSIN]
        assert (bot.real_name, bot.name, town.world.app.name) == ("Night Watch", "nightwatch", "Night Watch")


def test_a_manifest_that_is_none_is_refused() -> None:
    with pytest.raises(BadManifest, match="display_information"):
        parse("a: 1")
