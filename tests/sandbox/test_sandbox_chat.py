"""Messages by the Web API: post, threads, ephemerals, updates, deletions, history, and text as Slack keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_town import EVERYTHING, Town, a_town

from sandbox import conduct
from sandbox.seed import ALICE, BOB, DAVE, HENRY, TOCSIN

DIVIDER = {"type": "divider", "block_id": "d"}


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


async def test_a_posted_message_comes_back_as_it_stands(town: Town) -> None:
    room = await town.room()
    answer = await town.slack.chat_postMessage(channel=room, text="a & b <c> <@U0ALICE>", blocks=[DIVIDER])
    message = answer["message"]
    profile = message.pop("bot_profile")
    assert profile["user_id"] == TOCSIN
    assert message == {
        "type": "message",
        "user": TOCSIN,
        "ts": answer["ts"],
        "text": "a &amp; b &lt;c&gt; <@U0ALICE>",
        "team": "T0ACME",
        "bot_id": "B0TOCSIN",
        "app_id": "A0TOCSIN",
        "blocks": [DIVIDER],
    }
    history = await town.slack.conversations_history(channel=room, limit=1)
    assert history["messages"][0]["text"] == "a &amp; b &lt;c&gt; <@U0ALICE>"


async def test_blocks_get_the_ids_and_defaults_slack_adds(town: Town) -> None:
    room = await town.room()
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b"}}
    answer = await town.slack.chat_postMessage(
        channel=room, text="x", blocks=[section, {"type": "actions", "elements": [button]}]
    )
    shown = answer["message"]["blocks"]
    assert all(block.pop("block_id") for block in shown)
    assert shown == [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x", "verbatim": False}},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b", "emoji": True}}
            ],
        },
    ]


async def test_what_cannot_be_posted_is_refused(town: Town) -> None:
    room = await town.room()

    async def refused(**message: object) -> str:
        return await town.refused(town.slack.api_call("chat.postMessage", json={"channel": room, **message}))

    assert await refused() == "no_text"
    assert await refused(text="") == "no_text"
    assert await refused(text="x", blocks="[") == "invalid_blocks_format"
    assert await refused(text="x", blocks=[{"type": "header"}]) == "invalid_blocks"
    assert await refused(text="x", metadata={"event_type": "a"}) == "invalid_metadata_format"
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": "y" * 3000}}] * 5
    assert await refused(text="x", blocks=sections) == "msg_blocks_too_long"
    assert await refused(text="x", username="Other") == "missing_scope"
    assert await town.refused(town.slack.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"
    assert await town.refused(town.slack.chat_postMessage(channel=HENRY, text="x")) == "channel_not_found"


async def test_wrong_blocks_are_explained_with_pointers(town: Town) -> None:
    room = await town.room()
    button = {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}
    blocks = [{"type": "actions", "elements": [button]}]
    answer = await town.answer(town.slack.chat_postMessage(channel=room, text="x", blocks=blocks))
    said = "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    assert answer["errors"] == [said]
    assert answer["response_metadata"] == {"messages": [f"[ERROR] {said}"]}


async def test_a_long_text_is_cut_off_at_40000_characters(town: Town) -> None:
    room = await town.room()
    answer = await town.slack.chat_postMessage(channel=room, text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000


async def test_a_message_to_a_person_goes_to_their_direct_conversation(town: Town) -> None:
    answer = await town.slack.chat_postMessage(channel=ALICE, text="hi")
    assert answer["channel"] == "D0ALICE"


async def test_public_channels_take_messages_from_outside_with_a_scope_of_its_own() -> None:
    more = EVERYTHING.bot_scopes | {"chat:write.public"}
    async with a_town(replace(EVERYTHING, bot_scopes=more)) as town:
        assert (await town.slack.chat_postMessage(channel="C0PAYMENTS", text="x"))["ok"]
        assert (await town.slack.chat_postMessage(channel="#payments", text="x"))["channel"] == "C0PAYMENTS"


async def test_threads_count_their_replies_and_stay_out_of_the_channel(town: Town) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    parent = (await town.slack.chat_postMessage(channel=room, text="parent"))["ts"]
    first = (await town.slack.chat_postMessage(channel=room, text="one", thread_ts=parent))["ts"]
    await conduct.message(town.world, ALICE, room, "two", first)
    await town.slack.chat_postMessage(channel=room, text="three", thread_ts=parent, reply_broadcast=True)
    texts = [m["text"] for m in (await town.slack.conversations_history(channel=room))["messages"]]
    assert texts[:2] == ["three", "parent"]
    thread = (await town.slack.conversations_replies(channel=room, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["parent", "one", "two", "three"]
    assert (thread[0]["reply_count"], thread[0]["reply_users"]) == (3, [TOCSIN, ALICE])
    assert {m["thread_ts"] for m in thread} == {parent}
    assert thread[2]["parent_user_id"] == TOCSIN
    none = town.slack.conversations_replies(channel=room, ts="1.000000")
    assert await town.refused(none) == "thread_not_found"


async def test_history_is_bounded_and_paged(town: Town) -> None:
    room = await town.room()
    ts = [(await town.slack.chat_postMessage(channel=room, text=str(n)))["ts"] for n in range(5)]

    async def texts(**bounds: object) -> list[str]:
        answer = await town.slack.conversations_history(channel=room, **bounds)  # type: ignore[arg-type]
        return [m["text"] for m in answer["messages"]]

    assert await texts(oldest=ts[1], latest=ts[3]) == ["2"]
    assert await texts(oldest=ts[1], latest=ts[3], inclusive=True) == ["3", "2", "1"]
    page = await town.slack.conversations_history(channel=room, oldest=ts[0], limit=3)
    assert ([m["text"] for m in page["messages"]], page["has_more"]) == (["4", "3", "2"], True)
    more = page["response_metadata"]["next_cursor"]
    assert await texts(oldest=ts[0], limit=3, cursor=more) == ["1"]
    assert await town.refused(town.slack.conversations_history(channel=room, oldest="soon")) == "invalid_ts_oldest"


async def test_metadata_is_shown_to_those_who_ask_for_it(town: Town) -> None:
    room = await town.room()
    metadata = {"event_type": "page", "event_payload": {"id": "7"}}
    await town.slack.chat_postMessage(channel=room, text="x", metadata=metadata)
    plain = await town.slack.conversations_history(channel=room)
    full = await town.slack.conversations_history(channel=room, include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_an_update_changes_what_it_names_and_keeps_the_rest(town: Town) -> None:
    room = await town.room()
    ts = (await town.slack.chat_postMessage(channel=room, text="x", blocks=[DIVIDER]))["ts"]
    answer = await town.slack.chat_update(channel=room, ts=ts, text="y")
    assert (answer["text"], answer["message"]["blocks"]) == ("y", [DIVIDER])
    assert answer["message"]["edited"]["user"] == "B0TOCSIN"
    answer = await town.slack.chat_update(channel=room, ts=ts, text="z", blocks=[])
    assert "blocks" not in answer["message"]


async def test_only_own_messages_are_updated_or_deleted(town: Town) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    theirs = (await conduct.message(town.world, ALICE, room, "mine"))["ts"]
    own = (await town.slack.chat_postMessage(channel=room, text="x"))["ts"]
    assert await town.refused(town.slack.chat_update(channel=room, ts=theirs, text="y")) == "cant_update_message"
    assert await town.refused(town.slack.chat_delete(channel=room, ts=theirs)) == "cant_delete_message"
    long = town.slack.chat_update(channel=room, ts=own, text="y" * 4001)
    assert await town.refused(long) == "msg_too_long"
    await town.slack.chat_delete(channel=room, ts=own)
    assert await town.refused(town.slack.chat_update(channel=room, ts=own, text="y")) == "message_not_found"


async def test_a_deleted_parent_leaves_a_tombstone(town: Town) -> None:
    room = await town.room()
    parent = (await town.slack.chat_postMessage(channel=room, text="parent"))["ts"]
    await town.slack.chat_postMessage(channel=room, text="reply", thread_ts=parent)
    await town.slack.chat_delete(channel=room, ts=parent)
    thread = (await town.slack.conversations_replies(channel=room, ts=parent))["messages"]
    assert [(m.get("subtype"), m["text"]) for m in thread] == [
        ("tombstone", "This message was deleted."),
        (None, "reply"),
    ]


async def test_an_ephemeral_message_is_seen_by_one_person_in_the_channel(town: Town) -> None:
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    answer = await town.slack.chat_postEphemeral(channel=room, user=ALICE, text="psst")
    ts = answer["message_ts"]
    assert town.world.find_message(room, ts, ALICE) is not None
    assert town.world.find_message(room, ts, BOB) is None
    assert ts not in {m["ts"] for m in (await town.slack.conversations_history(channel=room))["messages"]}
    stranger = town.slack.chat_postEphemeral(channel=room, user=DAVE, text="x")
    assert await town.refused(stranger) == "user_not_in_channel"
    assert await town.refused(town.slack.chat_update(channel=room, ts=ts, text="x")) == "message_not_found"


async def test_timestamps_rise_even_when_the_clock_is_set_back(town: Town) -> None:
    room = await town.room()
    town.world.clock.advance(900)
    late = (await town.slack.chat_postMessage(channel=room, text="late"))["ts"]
    town.world.clock.reset()
    later = (await town.slack.chat_postMessage(channel=room, text="later"))["ts"]
    assert later > late
    assert len(later.split(".")[1]) == 6


async def test_links_to_messages(town: Town) -> None:
    room = await town.room()
    ts = (await town.slack.chat_postMessage(channel=room, text="x"))["ts"]
    answer = await town.slack.chat_getPermalink(channel=room, message_ts=ts)
    assert answer["permalink"] == f"{town.world.base_url}/archives/{room}/p{ts.replace('.', '')}"
    assert await town.refused(town.slack.chat_getPermalink(channel=room, message_ts="1.000000")) == "message_not_found"
