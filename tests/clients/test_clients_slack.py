"""Slack by noun: what is sent, what is found again, and what people who wait are told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from wire_stub import Answer, Stub, a_stub, hangs, raw, resets, says

from bot.domain.delivery import Effect, Lane, Later, Never, Row, RowState, Sent, Unknown
from bot.domain.people import Standing
from clients.slack import Slack, SlackFailed
from clients.slack_files import File
from clients.slack_messages import Said
from clients.slack_people import entry_of, is_human
from clients.slack_rooms import Channel

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ROW = Row(1, "card/42", Effect.CARD_POST, Lane.ROOM, RowState.PENDING, NOW, NOW)
DOUBT = replace(ROW, doubt=True)
BLOCKS = [{"type": "divider"}]


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with a_stub() as found:
        yield found


@pytest.fixture
async def slack(stub: Stub) -> AsyncIterator[Slack]:
    made = Slack("xoxb-test", f"{stub.url}/api/")
    yield made
    await made.close()


def history(*messages: dict[str, Any], cursor: str = "") -> Answer:
    return says({"ok": True, "messages": list(messages), "response_metadata": {"next_cursor": cursor}})


def posted(ts: str, key: str, **extra: str) -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": "tocsin_row", "event_payload": {"key": key, **extra}}}


async def test_every_message_carries_the_key_of_its_row(slack: Slack, stub: Stub) -> None:
    stub.answers["chat.postMessage"] = says({"ok": True, "channel": "C1", "ts": "1.2"})
    assert await slack.messages.post_once(ROW, "C1", "hello", BLOCKS) == Sent({"channel": "C1", "ts": "1.2"})
    sent = json.loads(stub.of("chat.postMessage")[0]["json"])
    assert sent["metadata"] == {"event_type": "tocsin_row", "event_payload": {"key": "card/42"}}
    assert (sent["channel"], sent["text"], sent["blocks"]) == ("C1", "hello", BLOCKS)


async def test_a_message_without_a_ts_is_in_doubt(slack: Slack, stub: Stub) -> None:
    stub.answers["chat.postMessage"] = says({"ok": True})
    assert await slack.messages.post_once(ROW, "C1", "hello", []) == Unknown("an answer without a ts")


async def test_a_message_in_doubt_is_looked_up_since_its_row_was_written(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = history(posted("9.9", "other"), posted("1.2", "card/42"))
    outcome = await slack.messages.post_once(DOUBT, "C1", "hello", [])
    assert outcome == Sent({"channel": "C1", "ts": "1.2"}, found=True)
    assert stub.names() == ["conversations.history"]
    oldest = f"{NOW.timestamp() - 300:.6f}"
    wanted = {"channel": "C1", "oldest": oldest, "limit": "200", "include_all_metadata": "1"}
    assert stub.of("conversations.history") == [wanted]


async def test_a_look_up_goes_on_to_older_pages(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = [
        history(posted("9.9", "other"), cursor="next"),
        history(posted("1.2", "card/42")),
    ]
    outcome = await slack.messages.post_once(DOUBT, "C1", "hello", [])
    assert outcome == Sent({"channel": "C1", "ts": "1.2"}, found=True)
    assert [asked.get("cursor") for asked in stub.of("conversations.history")] == [None, "next"]


async def test_a_message_that_is_not_there_is_posted(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = history({"ts": "3.3"}, posted("9.9", "other"))
    stub.answers["chat.postMessage"] = says({"ok": True, "channel": "C1", "ts": "4.4"})
    assert await slack.messages.post_once(DOUBT, "C1", "hello", []) == Sent({"channel": "C1", "ts": "4.4"})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says({"ok": False, "error": "ratelimited"}, 429, Retry_After="3"), "ratelimited"),
        (raw("busy", status=503), "http 503"),
        (says({"ok": False, "error": "internal_error"}), "internal_error"),
        (resets(), "connection lost (ServerDisconnectedError)"),
    ],
)
async def test_while_nothing_can_be_looked_up_nothing_is_posted_again(
    slack: Slack, stub: Stub, answer: Answer, reason: str
) -> None:
    stub.answers["conversations.history"] = answer
    assert await slack.messages.post_once(DOUBT, "C1", "hello", []) == Unknown(f"not looked up: {reason}")
    assert stub.of("chat.postMessage") == []


async def test_a_history_that_may_never_be_read_does_not_stop_a_page(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = says({"ok": False, "error": "not_in_channel"})
    stub.answers["chat.postMessage"] = says({"ok": True, "channel": "C1", "ts": "4.4"})
    assert await slack.messages.post_once(DOUBT, "C1", "hello", []) == Sent({"channel": "C1", "ts": "4.4"})


@pytest.mark.parametrize(
    ("method", "code", "call"),
    [
        ("pins.add", "already_pinned", lambda slack: slack.messages.pin("C1", "1.2")),
        ("reactions.add", "already_reacted", lambda slack: slack.messages.react("C1", "1.2", "eyes")),
    ],
)
async def test_what_was_done_before_is_done(slack: Slack, stub: Stub, method: str, code: str, call: Any) -> None:
    stub.answers[method] = says({"ok": False, "error": code})
    assert await call(slack) == Sent({"channel": "C1", "ts": "1.2"})


@pytest.mark.parametrize(
    ("method", "code", "call"),
    [
        ("conversations.archive", "already_archived", lambda slack: slack.rooms.archive("C1")),
        ("conversations.unarchive", "not_archived", lambda slack: slack.rooms.unarchive("C1")),
        ("conversations.invite", "already_in_channel", lambda slack: slack.rooms.invite("C1", ["U1"])),
    ],
)
async def test_a_room_that_is_so_already_stays_so(slack: Slack, stub: Stub, method: str, code: str, call: Any) -> None:
    stub.answers[method] = says({"ok": False, "error": code})
    assert await call(slack) == Sent({"channel": "C1"})


async def test_one_who_is_inside_already_does_not_pass_for_the_whole_batch(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.invite"] = says({"ok": False, "error": "already_in_channel"})
    assert await slack.rooms.invite("C1", ["U1", "U2"]) == Never("already_in_channel")


async def test_a_room_without_an_id_is_in_doubt(slack: Slack, stub: Stub) -> None:
    assert await slack.rooms.create("inc-1", private=False) == Unknown("an answer without a channel")


async def test_a_topic_is_read_as_it_was_typed(slack: Slack, stub: Stub) -> None:
    raw_channel = {
        "id": "C1", "name": "inc-1", "creator": "UBOT", "created": 1795230000,
        "topic": {"value": "a &amp; b &lt;c&gt;"}, "purpose": {"value": ""},
    }  # fmt: skip
    stub.answers["conversations.info"] = says({"ok": True, "channel": raw_channel})
    created = datetime.fromtimestamp(1795230000, UTC)
    assert await slack.rooms.info("C1") == Channel("C1", "inc-1", "UBOT", created, topic="a & b <c>")


class Ticks:
    """A monotonic clock that moves by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def channels(*names: str, cursor: str = "") -> Answer:
    listed = [{"id": f"C0{name.upper()}", "name": name} for name in names]
    return says({"ok": True, "channels": listed, "response_metadata": {"next_cursor": cursor}})


async def test_a_channels_name_is_looked_up_once(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.list"] = [channels("general", cursor="2"), channels("incidents")]
    assert [await slack.rooms.id_of("#incidents") for _ in range(3)] == ["C0INCIDENTS"] * 3
    assert len(stub.asked) == 2


async def test_a_channel_made_since_is_found_a_minute_later_and_a_stale_list_is_renewed(
    slack: Slack, stub: Stub
) -> None:
    ticks = Ticks()
    slack.rooms._monotonic = ticks
    stub.answers["conversations.list"] = [channels("general"), channels("general", "incidents")]
    assert await slack.rooms.id_of("incidents") == Never("channel_not_found")
    assert await slack.rooms.id_of("incidents") == Never("channel_not_found")
    assert len(stub.asked) == 1
    ticks.at += 61
    assert await slack.rooms.id_of("incidents") == "C0INCIDENTS"
    assert len(stub.asked) == 2
    ticks.at += 601
    assert await slack.rooms.id_of("incidents") == "C0INCIDENTS"
    assert len(stub.asked) == 3


async def test_a_list_that_cannot_be_renewed_is_believed_on(slack: Slack, stub: Stub) -> None:
    ticks = Ticks()
    slack.rooms._monotonic = ticks
    stub.answers["conversations.list"] = [channels("incidents"), raw("busy", status=503)]
    await slack.rooms.id_of("incidents")
    ticks.at += 601
    assert await slack.rooms.id_of("incidents") == "C0INCIDENTS"
    assert await slack.rooms.id_of("other") == Later(reason="http 503")


async def test_a_file_is_uploaded_shared_and_knows_where_it_is(slack: Slack, stub: Stub) -> None:
    stub.answers["files.getUploadURLExternal"] = says({"ok": True, "file_id": "F1", "upload_url": f"{stub.url}/up/F1"})
    stub.answers["files.completeUploadExternal"] = says({"ok": True, "files": [{"id": "F1"}]})
    stub.answers["files.info"] = says({"ok": True, "file": {"permalink": "https://acme.example/F1"}})
    assert await slack.files.share("C1", "pm.md", "PM", "# héllo") == File("F1", "https://acme.example/F1")
    assert stub.names() == ["files.getUploadURLExternal", "F1", "files.completeUploadExternal", "files.info"]
    assert stub.of("files.getUploadURLExternal") == [{"filename": "pm.md", "length": "8"}]


async def test_a_file_whose_place_is_unknown_is_shared_all_the_same(slack: Slack, stub: Stub) -> None:
    stub.answers["files.getUploadURLExternal"] = says({"ok": True, "file_id": "F1", "upload_url": f"{stub.url}/up/F1"})
    stub.answers["files.info"] = says({"ok": False, "error": "missing_scope"})
    assert await slack.files.share("C1", "pm.md", "PM", "x") == File("F1", "")


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("files.getUploadURLExternal", Later(reason="connection lost (ServerDisconnectedError)")),
        ("F1", Later(reason="connection lost (ServerDisconnectedError)")),
        ("files.completeUploadExternal", Unknown("connection lost (ServerDisconnectedError)")),
    ],
)
async def test_only_the_sharing_of_a_file_can_be_in_doubt(slack: Slack, stub: Stub, step: str, outcome: object) -> None:
    stub.answers["files.getUploadURLExternal"] = says({"ok": True, "file_id": "F1", "upload_url": f"{stub.url}/up/F1"})
    stub.answers[step] = resets()
    assert await slack.files.share("C1", "pm.md", "PM", "x") == outcome


async def test_a_direct_message_is_opened_with_one_person(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.open"] = says({"ok": True, "channel": {"id": "D1"}})
    assert await slack.people.open_dm("U1") == "D1"


async def test_who_we_are_is_asked_once(slack: Slack, stub: Stub) -> None:
    stub.answers["auth.test"] = says({"ok": True, "user_id": "UBOT", "bot_id": "B1", "team_id": "T1", "team": "Acme"})
    assert [(await slack.people.me()).user_id for _ in range(2)] == ["UBOT", "UBOT"]
    assert stub.names() == ["auth.test"]


async def test_an_app_token_that_is_refused_is_told(slack: Slack, stub: Stub) -> None:
    stub.answers["apps.connections.open"] = says({"ok": False, "error": "invalid_auth"})
    with pytest.raises(SlackFailed) as failed:
        await slack.people.prove_socket("xapp-wrong")
    assert failed.value.code == "invalid_auth"


async def test_somebody_new_is_looked_up_within_a_second(
    slack: Slack, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.slack_people.QUICK_SECONDS", 0.1)
    stub.answers["auth.test"] = says({"ok": True, "team_id": "T1"})
    stub.answers["users.info"] = hangs()
    with pytest.raises(SlackFailed) as failed:
        await slack.people.entry("U1")
    assert failed.value.code == "no answer in time"


async def test_the_directory_is_read_page_by_page_without_bots(slack: Slack, stub: Stub) -> None:
    stub.answers["auth.test"] = says({"ok": True, "team_id": "T1"})
    people = [{"id": "U1"}, {"id": "U2", "is_bot": True}, {"id": "USLACKBOT"}, {"id": "U3"}]
    stub.answers["users.list"] = [
        says({"ok": True, "members": people[:2], "response_metadata": {"next_cursor": "2"}}),
        says({"ok": True, "members": people[2:], "response_metadata": {"next_cursor": ""}}),
    ]
    pages = [[entry.slack_id for entry in page] async for page in slack.people.everybody()]
    assert pages == [["U1"], ["U3"]]


@pytest.mark.parametrize(
    ("user", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_admin": True}, Standing.ADMIN),
        ({"is_owner": True}, Standing.ADMIN),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True, "is_admin": True}, Standing.GUEST),
        ({"team_id": "T2"}, Standing.OUTSIDER),
        ({"team_id": "T1", "is_stranger": True}, Standing.OUTSIDER),
        ({"team_id": "E1", "enterprise_user": {"teams": ["T1"]}}, Standing.MEMBER),
    ],
)
def test_what_somebody_may_do_follows_from_the_directory(user: dict[str, Any], standing: Standing) -> None:
    assert entry_of({"id": "U1", **user}, "T1").standing is standing


def test_a_person_is_known_by_the_name_and_zone_they_chose() -> None:
    user = {
        "id": "U1", "name": "alice", "tz": "Europe/Berlin", "deleted": True,
        "profile": {"real_name": "Alice Chen", "email": "alice@acme.example"},
    }  # fmt: skip
    entry = entry_of(user, "T1")
    shown = (entry.slack_id, entry.name, entry.email, entry.zone, entry.active)
    assert shown == ("U1", "Alice Chen", "alice@acme.example", "Europe/Berlin", False)
    assert is_human(user)


async def test_what_somebody_said_is_read_from_channel_or_thread(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = history({"ts": "1.1", "text": "it is the pool", "user": "U1"})
    assert await slack.messages.said("C1", "1.1") == Said("it is the pool", "U1", "1.1")
    stub.answers["conversations.replies"] = history({"ts": "2.2", "text": "no, the disk", "user": "U2"})
    assert await slack.messages.said("C1", "2.2") == Said("no, the disk", "U2", "2.2")
    stub.answers["conversations.replies"] = says({"ok": False, "error": "thread_not_found"})
    assert await slack.messages.said("C1", "3.3") is None


async def test_a_message_that_cannot_be_read_is_told(slack: Slack, stub: Stub) -> None:
    stub.answers["conversations.history"] = history()
    stub.answers["conversations.replies"] = says({"ok": False, "error": "missing_scope"})
    with pytest.raises(SlackFailed) as failed:
        await slack.messages.said("C1", "3.3")
    assert failed.value.code == "missing_scope"


async def test_a_form_that_comes_too_late_is_told(slack: Slack, stub: Stub) -> None:
    stub.answers["views.open"] = says({"ok": False, "error": "expired_trigger_id"})
    with pytest.raises(SlackFailed) as failed:
        await slack.people.open_view("1.2.3", {"type": "modal"})
    assert failed.value.code == "expired_trigger_id"


async def test_a_command_is_answered_by_its_address(slack: Slack, stub: Stub) -> None:
    await slack.messages.respond(f"{stub.url}/response/abc", "done", BLOCKS, replace=True)
    wanted = {"text": "done", "replace_original": True, "response_type": "ephemeral", "blocks": BLOCKS}
    assert json.loads(stub.of("abc")[0]["json"]) == wanted


async def test_an_answer_that_does_not_arrive_is_told(slack: Slack, stub: Stub) -> None:
    stub.answers["gone"] = raw("used_url", status=404)
    with pytest.raises(SlackFailed) as failed:
        await slack.messages.respond(f"{stub.url}/response/gone", "done")
    assert failed.value.outcome == Never("http 404")
    stub.answers["lost"] = resets()
    with pytest.raises(SlackFailed) as failed:
        await slack.messages.respond(f"{stub.url}/response/lost", "done")
    assert failed.value.outcome == Unknown("connection lost (ServerDisconnectedError)")
