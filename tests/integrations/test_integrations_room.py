"""The war room, against the sandbox: made once under a free name, filled, described, archived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from live_slack import BOB, Live, in_doubt, job, live, now, picture

from bot.domain.delivery import Effect, Later, Never, Sent, Unknown
from bot.domain.incident import Status
from bot.domain.picture import Job
from bot.views import rooms
from integrations.invites import Invites
from integrations.room import ONLY_PEOPLE, Room
from integrations.room_names import names
from integrations.signs import BURST, Signs, together
from sandbox import seed

PATTERN = {"pattern": "inc-{id}-{slug}"}
NAME = "inc-42-payments-api-is-slow"


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        yield found


def creation(**fields: Any) -> Job:
    return job(Effect.ROOM_CREATE, picture(**fields), data=PATTERN)


async def a_room(there: Live) -> str:
    made = await Room(there.slack).create(creation(), now())
    assert isinstance(made, Sent)
    return str(made.ref["channel"])


async def test_a_room_is_made_under_the_wanted_name(there: Live) -> None:
    outcome = await Room(there.slack).create(creation(), now())
    room = there.room(NAME)
    assert outcome == Sent({"channel": room.id, "name": NAME})
    assert not room.is_private


async def test_a_private_incident_gets_a_private_room(there: Live) -> None:
    await Room(there.slack).create(creation(private=True), now())
    assert there.room(NAME).is_private


async def test_a_taken_name_gets_a_number(there: Live) -> None:
    for _ in range(3):
        await Room(there.slack).create(creation(), now())
    found = [name for name in names(PATTERN["pattern"], picture().incident) if there.world.channel_named(name)]
    assert found == [NAME, f"{NAME}-2", f"{NAME}-3"]


def test_names_that_are_tried_fit_slack_and_end_with_one_that_is_as_good_as_unique() -> None:
    shown = picture(title="x" * 150).incident
    tried = list(names("a" * 70 + "-{slug}", shown))
    assert [len(name) for name in tried] == [80] * 10
    assert tried[-1].endswith("-inc42")
    assert len(set(tried)) == 10


@pytest.mark.parametrize("kind", ["reset_after", "garbage"])
async def test_a_room_that_was_made_unheard_is_found_and_not_made_twice(there: Live, kind: str) -> None:
    given = creation()
    there.fault("conversations.create", kind)
    assert isinstance(await Room(there.slack).create(given, now()), Unknown)
    outcome = await Room(there.slack).create(in_doubt(given), now())
    assert outcome == Sent({"channel": there.room(NAME).id, "name": NAME}, found=True)
    assert there.world.channel_named(f"{NAME}-2") is None


async def test_a_room_under_a_second_name_is_found_too(there: Live) -> None:
    await a_room(there)
    there.room(NAME).purpose["value"] = "War room of INC-7: another"
    given = creation()
    there.fault("conversations.create", "reset_after", match={"name": f"{NAME}-2"})
    assert isinstance(await Room(there.slack).create(given, now()), Unknown)
    outcome = await Room(there.slack).create(in_doubt(given), now())
    assert outcome == Sent({"channel": there.room(f"{NAME}-2").id, "name": f"{NAME}-2"}, found=True)


async def test_a_room_that_bears_our_purpose_is_ours_without_doubt(there: Live) -> None:
    channel = await a_room(there)
    there.room(NAME).purpose["value"] = rooms.purpose(picture())
    outcome = await Room(there.slack).create(creation(), now())
    assert outcome == Sent({"channel": channel, "name": NAME}, found=True)


async def test_a_room_of_somebody_else_or_of_long_ago_is_never_taken_for_ours(there: Live) -> None:
    room = there.world.channels[await a_room(there)]
    room.purpose["value"] = rooms.purpose(picture())
    room.creator = seed.ALICE
    outcome = await Room(there.slack).create(in_doubt(creation()), now())
    assert outcome == Sent({"channel": there.room(f"{NAME}-2").id, "name": f"{NAME}-2"})
    room.creator, room.created = seed.TOCSIN, int((now() - timedelta(days=1)).timestamp())
    outcome = await Room(there.slack).create(creation(), now())
    assert outcome == Sent({"channel": there.room(f"{NAME}-3").id, "name": f"{NAME}-3"})


async def test_while_rooms_cannot_be_looked_up_no_second_one_is_made(there: Live) -> None:
    await a_room(there)
    there.fault("users.conversations", "http", status=503)
    outcome = await Room(there.slack).create(in_doubt(creation()), now())
    assert outcome == Later(reason="not looked up: http 503")
    assert there.world.channel_named(f"{NAME}-2") is None


async def test_a_room_that_may_not_be_made_is_said_to_be_so(there: Live) -> None:
    there.world.switches.restricted = ["conversations.create"]
    assert await Room(there.slack).create(creation(), now()) == Never("restricted_action")


def invitation(channel: str, users: Sequence[str]) -> Job:
    return job(Effect.ROOM_INVITE, picture(room_channel=channel), data={"slack_ids": list(users)})


async def test_everybody_is_invited_in_one_call(there: Live) -> None:
    channel = await a_room(there)
    outcome = await Invites(there.slack).invite(invitation(channel, [seed.ALICE, seed.BOB]), now())
    assert outcome == Sent({"invited": [seed.ALICE, seed.BOB], "failed": {}})
    assert len(there.calls("conversations.invite")) == 1
    assert {seed.ALICE, seed.BOB} <= set(there.world.channels[channel].members)


async def test_one_who_cannot_be_invited_does_not_stop_the_others(there: Live) -> None:
    channel = await a_room(there)
    users = [seed.ALICE, seed.HENRY, "U0UNKNOWN", seed.BOB]
    outcome = await Invites(there.slack).invite(invitation(channel, users), now())
    assert isinstance(outcome, Sent)
    assert outcome.ref["invited"] == [seed.ALICE, seed.BOB]
    failed = outcome.ref["failed"]
    assert isinstance(failed, dict)
    assert sorted(failed) == [seed.HENRY, "U0UNKNOWN"]
    assert {seed.ALICE, seed.BOB} <= set(there.world.channels[channel].members)


async def test_one_who_is_inside_already_counts_as_invited(there: Live) -> None:
    channel = await a_room(there)
    for _ in range(2):
        outcome = await Invites(there.slack).invite(invitation(channel, [seed.ALICE, seed.BOB]), now())
    assert outcome == Sent({"invited": [seed.ALICE, seed.BOB], "failed": {}})


async def test_a_room_that_takes_nobody_is_a_failed_step(there: Live) -> None:
    channel = await a_room(there)
    there.world.switches.restricted = ["conversations.invite"]
    outcome = await Invites(there.slack).invite(invitation(channel, [seed.ALICE, seed.BOB]), now())
    assert outcome == Never("restricted_action")


async def test_nobody_to_invite_is_done_without_a_call(there: Live) -> None:
    channel = await a_room(there)
    outcome = await Invites(there.slack).invite(invitation(channel, []), now())
    assert outcome == Sent({"invited": [], "failed": {}})
    assert there.calls("conversations.invite") == []


async def test_a_pause_among_single_invitations_comes_back_for_all(there: Live) -> None:
    channel = await a_room(there)
    there.fault("conversations.invite", "rate_limited", match={"users": seed.BOB}, retry_after=1)
    outcome = await Invites(there.slack).invite(invitation(channel, [seed.ALICE, seed.HENRY, seed.BOB]), now())
    assert isinstance(outcome, Later)
    assert outcome.reason == "ratelimited"


async def test_topic_and_purpose_are_set_where_they_differ_and_then_left_alone(there: Live) -> None:
    channel = await a_room(there)
    given = job(Effect.ROOM_TOPIC, picture(room_channel=channel, title="a < b & c"))
    assert await Signs(there.slack).describe(given, now()) == Sent()
    assert await Signs(there.slack).describe(given, now()) == Sent()
    assert [len(there.calls(f"conversations.set{what}")) for what in ("Topic", "Purpose")] == [1, 1]
    assert "a &lt; b &amp; c" in there.world.channels[channel].topic["value"]


async def test_a_topic_follows_the_state_and_the_purpose_stays(there: Live) -> None:
    channel = await a_room(there)
    before, after = picture(room_channel=channel), picture(room_channel=channel, status=Status.MITIGATING)
    commanded = picture(room_channel=channel, status=Status.MITIGATING, commander_id=BOB.id)
    for shown, at in ((before, now()), (after, now() + BURST), (commanded, now() + 2 * BURST)):
        assert await Signs(there.slack).describe(job(Effect.ROOM_TOPIC, shown), at) == Sent()
    assert [len(there.calls(f"conversations.set{what}")) for what in ("Topic", "Purpose")] == [2, 1]
    assert "mitigating" in there.world.channels[channel].topic["value"]


async def test_a_topic_is_set_once_more_at_the_end_of_a_burst(there: Live) -> None:
    channel = await a_room(there)
    assert await Signs(there.slack).describe(job(Effect.ROOM_TOPIC, picture(room_channel=channel)), now()) == Sent()
    changed = job(Effect.ROOM_TOPIC, picture(room_channel=channel, status=Status.MITIGATING))
    last = there.world.channels[channel].topic["last_set"]
    soon = datetime.fromtimestamp(last, UTC) + timedelta(seconds=1)
    outcome = await Signs(there.slack).describe(changed, soon)
    assert outcome == Later(BURST - timedelta(seconds=1), "the topic was set a moment ago")
    assert await Signs(there.slack).describe(changed, soon + BURST) == Sent()
    assert len(there.calls("conversations.setTopic")) == 2


@pytest.mark.parametrize("emoji", [":red_circle:", "🔴️"])
async def test_a_topic_whose_emoji_slack_spells_otherwise_is_the_same(there: Live, emoji: str) -> None:
    channel = await a_room(there)
    given = job(Effect.ROOM_TOPIC, picture(room_channel=channel))
    assert await Signs(there.slack).describe(given, now()) == Sent()
    there.world.channels[channel].topic["value"] = there.world.channels[channel].topic["value"].replace("🔴", emoji)
    assert await Signs(there.slack).describe(given, now() + BURST) == Sent()
    assert len(there.calls("conversations.setTopic")) == 1


async def test_a_topic_that_is_refused_is_said_to_be_so(there: Live) -> None:
    channel = await a_room(there)
    there.world.switches.restricted = ["conversations.setTopic"]
    given = job(Effect.ROOM_TOPIC, picture(room_channel=channel))
    assert await Signs(there.slack).describe(given, now()) == Never("restricted_action")
    assert there.world.channels[channel].purpose["value"] != ""


async def test_bookmarks_are_added_once_and_follow_their_address(there: Live) -> None:
    channel = await a_room(there)
    signs, room = Signs(there.slack), there.world.channels[channel]
    given = job(Effect.ROOM_BOOKMARKS, picture(room_channel=channel))
    for _ in range(2):
        assert await signs.bookmarks(given, now()) == Sent()
    before = [(mark.title, mark.link) for mark in room.bookmarks]
    assert before == [(mark["title"], mark["link"]) for mark in rooms.bookmarks(picture())]
    moved = picture(room_channel=channel, source_link="https://alerts.acme.example/2?a=1&b=2")
    assert await signs.bookmarks(job(Effect.ROOM_BOOKMARKS, moved), now()) == Sent()
    assert [(mark.title, mark.link) for mark in room.bookmarks] == [
        before[0],
        ("Source", "https://alerts.acme.example/2?a=1&b=2"),
    ]


@pytest.mark.parametrize("kind", ["reset_after", "garbage"])
async def test_a_bookmark_that_was_added_unheard_is_not_added_twice(there: Live, kind: str) -> None:
    channel = await a_room(there)
    given = job(Effect.ROOM_BOOKMARKS, picture(room_channel=channel))
    there.fault("bookmarks.add", kind)
    assert isinstance(await Signs(there.slack).bookmarks(given, now()), Unknown)
    assert await Signs(there.slack).bookmarks(in_doubt(given), now()) == Sent()
    assert [mark.title for mark in there.world.channels[channel].bookmarks] == ["Runbook", "Source"]


async def test_a_room_is_archived_and_twice_is_once(there: Live) -> None:
    channel = await a_room(there)
    room, given = Room(there.slack), job(Effect.ROOM_ARCHIVE, picture(room_channel=channel))
    assert [await room.archive(given, now()) for _ in range(2)] == [Sent({"channel": channel})] * 2
    assert there.world.channels[channel].is_archived


async def test_unarchiving_is_left_to_people_and_said_so(there: Live) -> None:
    channel = await a_room(there)
    room, given = Room(there.slack), job(Effect.ROOM_UNARCHIVE, picture(room_channel=channel))
    assert await room.unarchive(given, now()) == Sent({"channel": channel})  # it is not archived
    await room.archive(given, now())
    assert await room.unarchive(given, now()) == Never(ONLY_PEOPLE)


def test_of_several_steps_what_may_still_succeed_decides() -> None:
    sent, never, later, unknown = Sent(), Never("n"), Later(reason="l"), Unknown("u")
    assert together([sent, never, later, unknown]) == unknown
    assert together([sent, never, later]) == later
    assert together([sent, never]) == never
    assert together([sent]) == sent
    assert together([]) == sent


async def test_a_job_without_its_room_is_a_bug_and_not_an_outcome(there: Live) -> None:
    with pytest.raises(ValueError, match="needs a war room"):
        await Signs(there.slack).describe(job(Effect.ROOM_TOPIC), now())
    with pytest.raises(ValueError, match="needs a picture"):
        await Signs(there.slack).describe(replace(job(Effect.ROOM_TOPIC), picture=None), now())
