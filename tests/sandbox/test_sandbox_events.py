"""Which events the app hears: what its manifest subscribes to and grants, where it is a member, in Slack's shapes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from slack_town import EVERYTHING, Town, a_town

from sandbox import conduct, delivery, interact
from sandbox.manifest import Manifest
from sandbox.seed import ALICE, BOB, CAROL, DAVE, TOCSIN
from sandbox.world import SlackEvent

Json = dict[str, Any]


class Ear:
    """Keeps the events that the app would hear."""

    def __init__(self, town: Town) -> None:
        self._world = town.world
        self.events: list[Json] = []
        town.world.on_event(self.hear)

    def hear(self, event: SlackEvent) -> None:
        if delivery.unheard(self._world, event) is None:
            self.events.append(event.payload)

    def kinds(self) -> list[str]:
        return [e["type"] if "subtype" not in e else f"{e['type']}.{e['subtype']}" for e in self.events]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


@pytest.fixture
def ear(town: Town) -> Ear:
    return Ear(town)


def first_ts(town: Town, channel: str = "C0PAYMENTS") -> str:
    return next(iter(town.world.channels[channel].messages))


async def test_nothing_is_heard_from_channels_the_app_is_not_in(town: Town, ear: Ear) -> None:
    await conduct.message(town.world, ALICE, "C0PAYMENTS", "hello @tocsin")
    await conduct.react(town.world, ALICE, "C0PAYMENTS", first_ts(town), "eyes")
    assert ear.events == []
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ear.events.clear()
    await conduct.message(town.world, ALICE, "C0PAYMENTS", "hello @tocsin")
    await conduct.react(town.world, ALICE, "C0PAYMENTS", first_ts(town), "fire")
    await conduct.react(town.world, ALICE, "C0PAYMENTS", first_ts(town), "eyes", remove=True)
    assert ear.kinds() == ["message", "app_mention", "reaction_added", "reaction_removed"]


async def test_a_message_event_has_slacks_shape(town: Town, ear: Ear) -> None:
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ear.events.clear()
    ts = (await conduct.message(town.world, ALICE, "C0PAYMENTS", "a < b, ask @bob :eyes:"))["ts"]
    event = ear.events[0]
    assert event.pop("client_msg_id")
    assert event["blocks"][0].pop("block_id")
    assert event == {
        "type": "message",
        "user": ALICE,
        "ts": ts,
        "text": "a &lt; b, ask <@U0BOB> :eyes:",
        "team": "T0ACME",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "a < b, ask "},
                            {"type": "user", "user_id": BOB},
                            {"type": "text", "text": " "},
                            {"type": "emoji", "name": "eyes"},
                        ],
                    }
                ],
            }
        ],
        "channel": "C0PAYMENTS",
        "event_ts": ts,
        "channel_type": "channel",
    }


async def test_edits_and_deletions_come_as_hidden_messages(town: Town, ear: Ear) -> None:
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ts = (await conduct.message(town.world, ALICE, "C0PAYMENTS", "one"))["ts"]
    ear.events.clear()
    await conduct.edit(town.world, ALICE, "C0PAYMENTS", ts, "two")
    await conduct.delete(town.world, ALICE, "C0PAYMENTS", ts)
    assert ear.kinds() == ["message.message_changed", "message.message_deleted"]
    changed, deleted = ear.events
    assert (changed["message"]["text"], changed["previous_message"]["text"], changed["hidden"]) == ("two", "one", True)
    assert changed["message"]["edited"]["user"] == ALICE
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "two")


async def test_the_apps_own_messages_and_reactions_come_back_to_it(town: Town, ear: Ear) -> None:
    room = await town.room()
    ear.events.clear()
    ts = (await town.slack.chat_postMessage(channel=room, text="x"))["ts"]
    await town.slack.reactions_add(channel=room, timestamp=ts, name="eyes")
    assert [(e["type"], e["user"]) for e in ear.events] == [("message", TOCSIN), ("reaction_added", TOCSIN)]
    assert ear.events[0]["bot_id"] == "B0TOCSIN"


async def test_private_rooms_and_direct_conversations_are_events_of_their_own(town: Town, ear: Ear) -> None:
    room = await town.room("secret", is_private=True)
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ear.events.clear()
    await conduct.message(town.world, ALICE, room, "psst")
    await conduct.message(town.world, ALICE, "D0ALICE", "hi")
    assert [(e["type"], e["channel_type"]) for e in ear.events] == [("message", "group"), ("message", "im")]
    ear.events.clear()
    town.world.manifest = replace(EVERYTHING, events=EVERYTHING.events - {"message.groups", "message.im"})
    await conduct.message(town.world, ALICE, room, "psst")
    await conduct.message(town.world, ALICE, "D0ALICE", "hi")
    assert ear.events == []


async def test_an_event_without_its_scope_is_not_heard(town: Town, ear: Ear) -> None:
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ear.events.clear()
    town.world.manifest = replace(EVERYTHING, bot_scopes=EVERYTHING.bot_scopes - {"reactions:read"})
    await conduct.react(town.world, ALICE, "C0PAYMENTS", first_ts(town), "eyes")
    assert ear.events == []
    assert delivery.problems(town.world.manifest) == [
        "reaction_added needs reactions:read",
        "reaction_removed needs reactions:read",
    ]
    assert delivery.problems(Manifest(events=frozenset({"sunrise"}))) == ["unknown event sunrise"]


async def test_people_come_and_go(town: Town, ear: Ear) -> None:
    room = await town.room()
    ear.events.clear()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    await conduct.leave(town.world, ALICE, room)
    joined, left = [e for e in ear.events if e["type"].startswith("member_")]
    assert (joined["user"], joined["inviter"], joined["channel"], joined["channel_type"]) == (ALICE, TOCSIN, room, "C")
    assert (left["type"], left["user"], left["channel"]) == ("member_left_channel", ALICE, room)


async def test_an_app_that_is_removed_hears_that_and_nothing_more(town: Town, ear: Ear) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ear.events.clear()
    await conduct.kick(town.world, ALICE, room, TOCSIN)
    await conduct.message(town.world, ALICE, room, "gone")
    assert [(e["type"], e["channel"]) for e in ear.events] == [("channel_left", room)]


async def test_channels_are_made_renamed_and_archived(town: Town, ear: Ear) -> None:
    made = (await conduct.create(town.world, ALICE, "new-room"))["channel"]
    await conduct.rename(town.world, ALICE, made, "newer-room")
    await conduct.archive(town.world, ALICE, made)
    assert ear.kinds() == ["channel_created", "channel_rename", "channel_archive"]
    assert (ear.events[0]["channel"]["name"], ear.events[1]["channel"]["name"]) == ("new-room", "newer-room")
    assert (ear.events[2]["channel"], ear.events[2]["user"]) == (made, ALICE)


async def test_private_channels_of_others_stay_secret(town: Town, ear: Ear) -> None:
    made = (await conduct.create(town.world, ALICE, "secret", is_private=True))["channel"]
    await conduct.rename(town.world, ALICE, made, "more-secret")
    await conduct.archive(town.world, ALICE, made)
    assert ear.events == []


async def test_changed_profiles_pins_and_groups_are_told(town: Town, ear: Ear) -> None:
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ear.events.clear()
    await conduct.profile(town.world, DAVE, {"tz": "Asia/Tokyo"})
    await conduct.pin(town.world, ALICE, "C0PAYMENTS", first_ts(town))
    await conduct.pin(town.world, ALICE, "C0PAYMENTS", first_ts(town), remove=True)
    await town.slack.usergroups_users_update(usergroup="S0PAYMENTS", users=[CAROL])
    assert ear.kinds() == ["user_change", "pin_added", "pin_removed", "subteam_updated"]
    assert (ear.events[0]["user"]["id"], ear.events[0]["user"]["tz"]) == (DAVE, "Asia/Tokyo")
    assert (ear.events[1]["channel_id"], ear.events[1]["pin_count"]) == ("C0PAYMENTS", 1)


async def test_opening_the_home_tab_is_told_with_the_view_published(town: Town, ear: Ear) -> None:
    await interact.home(town.world, ALICE)
    await town.slack.views_publish(user_id=ALICE, view={"type": "home", "blocks": [{"type": "divider"}]})
    await interact.home(town.world, ALICE)
    assert [(e["type"], e["channel"], e["tab"], "view" in e) for e in ear.events] == [
        ("app_home_opened", "D0ALICE", "home", False),
        ("app_home_opened", "D0ALICE", "home", True),
    ]


async def test_uploaded_files_are_told(town: Town, ear: Ear) -> None:
    room = await town.room()
    ear.events.clear()
    await town.slack.files_upload_v2(content="x", filename="a.txt", channel=room)
    assert ear.kinds() == ["message.file_share", "file_shared"]
