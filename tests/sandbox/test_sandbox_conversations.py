"""Channels by the Web API: names, members, invitations, archives, topics, and what a bot may not do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_town import Town, a_town

from sandbox import conduct
from sandbox.seed import ALICE, BOB, CAROL, DAVE, GINA, HENRY, TOCSIN


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("-_-", "invalid_name_punctuation"),
        ("a" * 81, "invalid_name_maxlength"),
        ("Upper", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("dot.ted", "invalid_name_specials"),
        ("payments", "name_taken"),
        ("payments-team", "name_taken"),
    ],
)
async def test_names_follow_slacks_rules(town: Town, name: str, error: str) -> None:
    assert await town.refused(town.slack.conversations_create(name=name)) == error


async def test_a_created_channel_has_slacks_shape_and_its_creator_in_it(town: Town) -> None:
    made = (await town.slack.conversations_create(name="é" + "a" * 79))["channel"]
    assert made == {
        "id": made["id"],
        "name": "é" + "a" * 79,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "created": made["created"],
        "is_archived": False,
        "is_general": False,
        "unlinked": 0,
        "name_normalized": "é" + "a" * 79,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": "T0ACME",
        "updated": made["updated"],
        "parent_conversation": None,
        "creator": TOCSIN,
        "is_ext_shared": False,
        "shared_team_ids": ["T0ACME"],
        "pending_connected_team_ids": [],
        "is_member": True,
        "last_read": made["last_read"],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
    assert (await town.slack.conversations_members(channel=made["id"]))["members"] == [TOCSIN]


async def test_a_name_stays_taken_after_its_channel_is_archived(town: Town) -> None:
    room = await town.room("inc-1")
    await town.slack.conversations_archive(channel=room)
    assert await town.refused(town.slack.conversations_create(name="inc-1")) == "name_taken"


async def test_private_channels_without_the_app_do_not_exist_for_it(town: Town) -> None:
    made = await conduct.create(town.world, ALICE, "secret", is_private=True)
    room = made["channel"]
    for call in (
        town.slack.conversations_info(channel=room),
        town.slack.conversations_members(channel=room),
        town.slack.conversations_history(channel=room),
        town.slack.chat_postMessage(channel=room, text="x"),
        town.slack.conversations_join(channel=room),
        town.slack.conversations_invite(channel=room, users=[BOB]),
    ):
        assert await town.refused(call) == "channel_not_found"
    listed = await town.slack.conversations_list(types="private_channel")
    assert listed["channels"] == []


async def test_invitations(town: Town) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE, BOB])
    assert town.world.channels[room].members == [TOCSIN, ALICE, BOB]

    async def refused(*users: str) -> str:
        return await town.refused(town.slack.conversations_invite(channel=room, users=list(users)))

    assert await refused(ALICE) == "already_in_channel"
    assert await refused(TOCSIN) == "cant_invite_self"
    assert await refused("U0NOBODY") == "user_not_found"
    assert await refused(HENRY) == "cant_invite"
    assert await refused(GINA) == "cant_invite"


async def test_one_who_cannot_be_invited_fails_the_batch_unless_forced(town: Town) -> None:
    room = await town.room()
    batch = town.slack.conversations_invite(channel=room, users=[ALICE, "U0NOBODY", BOB])
    answer = await town.answer(batch)
    assert answer["error"] == "user_not_found"
    assert answer["errors"] == [{"user": "U0NOBODY", "ok": False, "error": "user_not_found"}]
    assert town.world.channels[room].members == [TOCSIN]
    forced = await town.slack.conversations_invite(channel=room, users=[ALICE, "U0NOBODY", BOB], force=True)
    assert forced["errors"] == answer["errors"]
    assert town.world.channels[room].members == [TOCSIN, ALICE, BOB]


async def test_what_needs_membership_is_refused_without_it(town: Town) -> None:
    for call in (
        town.slack.conversations_invite(channel="C0PAYMENTS", users=[DAVE]),
        town.slack.conversations_setTopic(channel="C0PAYMENTS", topic="x"),
        town.slack.conversations_setPurpose(channel="C0PAYMENTS", purpose="x"),
        town.slack.conversations_rename(channel="C0PAYMENTS", name="x"),
        town.slack.conversations_kick(channel="C0PAYMENTS", user=BOB),
        town.slack.conversations_archive(channel="C0PAYMENTS"),
        town.slack.conversations_history(channel="C0PAYMENTS"),
        town.slack.chat_postMessage(channel="C0PAYMENTS", text="x"),
        town.slack.bookmarks_add(channel_id="C0PAYMENTS", title="x", type="link", link="https://a.example"),
    ):
        assert await town.refused(call) == "not_in_channel"


async def test_joining_twice_is_a_warning_and_leaving_twice_a_note(town: Town) -> None:
    first = await town.slack.conversations_join(channel="C0PAYMENTS")
    assert "warning" not in first.data
    assert (await town.slack.conversations_join(channel="C0PAYMENTS"))["warning"] == "already_in_channel"
    assert (await town.slack.conversations_leave(channel="C0PAYMENTS")).data == {"ok": True}
    again = await town.slack.conversations_leave(channel="C0PAYMENTS")
    assert again.data == {"ok": True, "not_in_channel": True}


async def test_nobody_leaves_or_archives_the_general_channel(town: Town) -> None:
    await town.slack.conversations_join(channel="C0GENERAL")
    assert await town.refused(town.slack.conversations_leave(channel="C0GENERAL")) == "cant_leave_general"
    assert await town.refused(town.slack.conversations_archive(channel="C0GENERAL")) == "cant_archive_general"
    kick = town.slack.conversations_kick(channel="C0GENERAL", user=BOB)
    assert await town.refused(kick) == "cant_kick_from_general"


async def test_members_are_removed_but_not_oneself(town: Town) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    await town.slack.conversations_kick(channel=room, user=ALICE)
    assert town.world.channels[room].members == [TOCSIN]
    assert await town.refused(town.slack.conversations_kick(channel=room, user=ALICE)) == "not_in_channel"
    assert await town.refused(town.slack.conversations_kick(channel=room, user=TOCSIN)) == "cant_kick_self"


async def test_only_own_channels_are_renamed(town: Town) -> None:
    room = await town.room("old")
    renamed = await town.slack.conversations_rename(channel=room, name="new")
    assert (renamed["channel"]["name"], renamed["channel"]["previous_names"]) == ("new", ["old"])
    await town.slack.conversations_join(channel="C0PAYMENTS")
    theirs = town.slack.conversations_rename(channel="C0PAYMENTS", name="x")
    assert await town.refused(theirs) == "not_authorized"


async def test_an_archived_channel_takes_nothing_and_a_bot_cannot_bring_it_back(town: Town) -> None:
    room = await town.room()
    ts = (await town.slack.chat_postMessage(channel=room, text="x"))["ts"]
    await town.slack.conversations_archive(channel=room)
    for call in (
        town.slack.chat_postMessage(channel=room, text="x"),
        town.slack.chat_update(channel=room, ts=ts, text="y"),
        town.slack.conversations_invite(channel=room, users=[ALICE]),
        town.slack.conversations_setTopic(channel=room, topic="x"),
        town.slack.conversations_join(channel=room),
        town.slack.reactions_add(channel=room, timestamp=ts, name="eyes"),
    ):
        assert await town.refused(call) == "is_archived"
    assert await town.refused(town.slack.conversations_archive(channel=room)) == "already_archived"
    assert await town.refused(town.slack.conversations_unarchive(channel=room)) == "not_in_channel"
    await conduct.unarchive(town.world, CAROL, room)
    assert await town.refused(town.slack.conversations_unarchive(channel=room)) == "not_archived"


async def test_topics_have_250_characters(town: Town) -> None:
    room = await town.room()
    topic = "x" * 250
    answer = await town.slack.conversations_setTopic(channel=room, topic=topic)
    assert answer["channel"]["topic"]["value"] == topic
    too_long = town.slack.conversations_setTopic(channel=room, topic=topic + "x")
    assert await town.refused(too_long) == "too_long"


async def test_direct_conversations_are_opened_once(town: Town) -> None:
    del town.world.channels["D0ALICE"]
    first = await town.slack.conversations_open(users=[ALICE])
    assert first.data == {"ok": True, "channel": {"id": "D0ALICE"}}
    again = await town.slack.conversations_open(users=[ALICE])
    assert again.data == {"ok": True, "channel": {"id": "D0ALICE"}, "no_op": True, "already_open": True}
    assert await town.refused(town.slack.conversations_open(users=[HENRY])) == "user_disabled"
    assert await town.refused(town.slack.conversations_open(users=["U0NOBODY"])) == "user_not_found"
    group = await town.slack.conversations_open(users=[ALICE, BOB], return_im=True)
    assert group["channel"]["is_mpim"] is True


async def test_long_lists_come_in_pages(town: Town) -> None:
    names, cursor = [], None
    for _ in range(10):
        page = await town.slack.conversations_list(limit=4, cursor=cursor)
        names.append([c["name"] for c in page["channels"]])
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == [["general", "incidents", "incidents-low", "p1-incidents"], ["payments", "random"]]
    assert await town.refused(town.slack.conversations_list(cursor="nonsense")) == "invalid_cursor"
    assert await town.refused(town.slack.conversations_list(types="castle")) == "invalid_types"


async def test_people_are_found_by_id_and_email(town: Town) -> None:
    user = (await town.slack.users_info(user=ALICE))["user"]
    assert (user["profile"]["email"], user["tz"], user["is_restricted"]) == (
        "alice@acme.example",
        "Europe/Berlin",
        False,
    )
    assert (await town.slack.users_lookupByEmail(email="ALICE@acme.example"))["user"]["id"] == ALICE
    assert await town.refused(town.slack.users_lookupByEmail(email="henry@acme.example")) == "users_not_found"
    assert (await town.slack.users_info(user=HENRY))["user"]["deleted"] is True
    assert (await town.slack.users_info(user=GINA))["user"]["is_restricted"] is True
    assert await town.refused(town.slack.users_info(user="U0NOBODY")) == "user_not_found"


async def test_user_groups(town: Town) -> None:
    groups = (await town.slack.usergroups_list(include_users=True))["usergroups"]
    assert [(g["id"], g["handle"], g["users"]) for g in groups] == [
        ("S0PAYMENTS", "payments-team", [ALICE, BOB]),
        ("S0ONCALL", "oncall-payments", [ALICE]),
    ]
    await town.slack.usergroups_users_update(usergroup="S0PAYMENTS", users=[BOB, CAROL])
    assert (await town.slack.usergroups_users_list(usergroup="S0PAYMENTS"))["users"] == [BOB, CAROL]
    made = await town.slack.usergroups_create(name="On call", handle="oncall")
    assert made["usergroup"]["handle"] == "oncall"
    taken = town.slack.usergroups_create(name="Other", handle="oncall")
    assert await town.refused(taken) == "handle_already_exists"
    await town.slack.usergroups_disable(usergroup="S0PAYMENTS")
    listed = [g["handle"] for g in (await town.slack.usergroups_list())["usergroups"]]
    assert listed == ["oncall-payments", "oncall"]


async def test_a_user_group_is_never_empty_and_takes_full_members_only(town: Town) -> None:
    update, group = town.slack.usergroups_users_update, "S0ONCALL"
    assert await town.refused(update(usergroup=group, users=[])) == "no_users_provided"
    for stranger in (GINA, HENRY, TOCSIN, "U0NOBODY"):
        assert await town.refused(update(usergroup=group, users=[ALICE, stranger])) == "invalid_users"
    assert await town.refused(update(usergroup="S0NOBODY", users=[ALICE])) == "no_such_subteam"
    assert await town.refused(town.slack.usergroups_create(name="Y", handle="No Handle")) == "bad_handle"
    disabled = (await town.slack.usergroups_disable(usergroup=group))["usergroup"]
    assert (disabled["date_delete"] > 0, disabled["deleted_by"]) == (True, TOCSIN)
    assert await town.refused(town.slack.usergroups_users_list(usergroup=group)) == "no_such_subteam"
    assert (await update(usergroup=group, users=[BOB, BOB]))["usergroup"]["date_delete"] > 0
    assert (await town.slack.usergroups_users_list(usergroup=group, include_disabled=True))["users"] == [BOB]
    assert (await town.slack.usergroups_enable(usergroup=group))["usergroup"]["date_delete"] == 0
