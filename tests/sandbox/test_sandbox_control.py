"""The control API: who may ask, what it shows, and that rubbish changes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sandbox_running import ALICE, BOT, Sandbox, a_sandbox

SLACK = ("slash", "press", "options", "submit", "close", "shortcut", "home", "seen")
ROOMS = ("create", "join", "leave", "invite", "kick", "rename", "topic", "archive", "unarchive", "user")
WORDS = ("message", "edit", "delete", "react", "pin")
POSTS = (*SLACK, *ROOMS, *WORDS, "sms", "call", "phone", "clock", "faults", "switches", "sockets", "bot")
GETS = ("state", "messages?channel=C0PAYMENTS", "views?user=U0ALICE", "phones", "mail", "log", "faults")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


async def picture(sandbox: Sandbox) -> str:
    """Everything the control API shows, but the time and the log."""
    shown = {path: await sandbox.get(path) for path in GETS if path != "log"}
    for moving in (shown["state"]["clock"], shown["state"]["log"]):
        moving.clear()
    return json.dumps(shown, sort_keys=True)


# --- who may ask


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8900", "127.0.0.1.evil.example", "", "[::2]:1"])
@pytest.mark.parametrize("path", ["/control/state", "/", "/api/auth.test", "/clock"])
async def test_a_host_that_is_not_loopback_is_refused(sandbox: Sandbox, host: str, path: str) -> None:
    async with sandbox.http.get(sandbox.base + path, headers={"Host": host}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (403, "bad_host")


@pytest.mark.parametrize("host", ["localhost:8900", "127.0.0.1", "[::1]:8900", "LOCALHOST"])
async def test_every_way_to_write_loopback_is_taken(sandbox: Sandbox, host: str) -> None:
    async with sandbox.http.get(f"{sandbox.base}/clock", headers={"Host": host}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_only_json_is_taken_so_that_no_foreign_page_can_post(sandbox: Sandbox, kind: str) -> None:
    before = await picture(sandbox)
    for path in POSTS:
        url, body = f"{sandbox.base}/control/{path}", b'{"advance": 60, "user": "U0ALICE"}'
        async with sandbox.http.post(url, data=body, headers={"Content-Type": kind}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (415, "not_json")
    assert await picture(sandbox) == before


async def test_looking_changes_nothing(sandbox: Sandbox) -> None:
    before, log = await picture(sandbox), sandbox.parts.journal.last
    for path in (*POSTS, "reset", *GETS):
        for method in ("GET", "HEAD", "OPTIONS"):
            async with sandbox.http.request(method, f"{sandbox.base}/control/{path}") as answer:
                assert answer.status in (200, 405)
    assert (await picture(sandbox), sandbox.parts.journal.last) == (before, log)


# --- rubbish


@pytest.mark.parametrize("raw", [b"{", b"[]", b"1", b"null", b'"x"', b"\xff\xfe", b"[" * 5000, b'{"a": NaN}'])
async def test_a_body_that_is_no_object_is_refused(sandbox: Sandbox, raw: bytes) -> None:
    before = await picture(sandbox)
    for path in POSTS:
        status, answer = await post_raw(sandbox, path, raw)
        assert 400 <= status < 500
        assert answer["error"] and answer["message"].endswith(".")
    assert await picture(sandbox) == before


STRANGE: list[Any] = [None, "", "x", "\x00", 0, -1, 1.5, True, [], ["x"], [None], {}, {"x": {"y": 1}}]
RUBBISH = [*STRANGE, "U0ALICE", "C0PAYMENTS"]
FIELDS = (
    *("user", "channel", "ts", "thread_ts", "text", "command", "action_id", "block_id", "view_id", "value", "values"),
    *("callback_id", "name", "remove", "users", "target", "topic", "from", "body", "sid", "action", "digits", "number"),
    *("sms", "calls", "stopped", "advance", "kind", "method", "times", "match", "id", "tab", "all", "is_private"),
)


async def test_rubbish_in_any_field_is_refused_with_a_sentence_and_is_never_a_defect(sandbox: Sandbox) -> None:
    sandbox.running.world.sockets.ack_seconds = 0.01
    for path in POSTS:
        for value in RUBBISH:
            status, answer = await post_raw(sandbox, path, json.dumps(dict.fromkeys(FIELDS, value)).encode())
            assert status < 500, (path, value, answer)
            assert status < 400 or (answer["error"] and answer["message"].endswith((".", "?"))), (path, answer)


async def test_text_that_is_no_unicode_is_refused(sandbox: Sandbox) -> None:
    body = b'{"user": "U0ALICE", "channel": "C0PAYMENTS", "text": "\\ud800"}'
    assert await post_raw(sandbox, "message", body) == (
        400,
        {"error": "invalid_json", "message": "The body is not valid JSON."},
    )


async def test_a_body_that_is_too_large_is_refused(sandbox: Sandbox) -> None:
    status, answer = await post_raw(sandbox, "message", b'{"text": "' + b"x" * 1_000_001 + b'"}')
    assert (status, answer["error"]) == (413, "too_large")


@pytest.mark.parametrize(
    "path", ["nothing", "", "faults/F99", "messages?channel=C9", "views?user=U9", "messages", "views", "log?after=x"]
)
async def test_what_is_not_there_is_said_in_json(sandbox: Sandbox, path: str) -> None:
    async with sandbox.http.get(f"{sandbox.base}/control/{path}") as answer:
        assert 400 <= answer.status < 500
        assert set(await answer.json()) == {"error", "message"}


async def post_raw(sandbox: Sandbox, path: str, raw: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    async with sandbox.http.post(f"{sandbox.base}/control/{path}", data=raw, headers=headers) as answer:
        return answer.status, await answer.json()


# --- what it shows and does


async def test_the_state_shows_the_seeded_workspace(sandbox: Sandbox) -> None:
    state = await sandbox.get("state")
    assert state["team"]["name"] == "Acme"
    assert state["bot"] == {"user_id": "U0TOCSIN", "app_id": "A0TOCSIN", "name": "tocsin"}
    people = {user["id"]: user for user in state["users"]}
    assert (people["U0ALICE"]["phone"], people["U0ALICE"]["tz"]) == (ALICE, "Europe/Berlin")
    payments = next(channel for channel in state["channels"] if channel["name"] == "payments")
    assert payments["members"] == ["U0ALICE", "U0BOB", "U0CAROL", "U0GINA"]
    assert payments["unread"]["U0BOB"] == 2
    assert (state["process"], state["sockets"], state["clock"]["version"]) == (None, [], 1)


async def test_a_message_is_read_where_it_was_written_by_those_who_may(sandbox: Sandbox) -> None:
    said = {"user": "U0ALICE", "channel": "C0PAYMENTS", "text": "It is slow again"}
    sent = await sandbox.post("message", said)
    reply = await sandbox.post("message", said | {"text": "Looking", "thread_ts": sent["ts"]})
    await sandbox.post("react", {"user": "U0BOB", "channel": "C0PAYMENTS", "ts": sent["ts"], "name": "eyes"})
    found = (await sandbox.get("messages", channel="C0PAYMENTS"))["messages"][-2:]
    assert [(m["ts"], m["text"], m["channel"]) for m in found] == [
        (sent["ts"], "It is slow again", "C0PAYMENTS"),
        (reply["ts"], "Looking", "C0PAYMENTS"),
    ]
    assert (found[0]["reply_count"], found[0]["reactions"][0]["users"]) == (1, ["U0BOB"])
    thread = await sandbox.get("messages", channel="C0PAYMENTS", thread_ts=sent["ts"])
    assert [m["ts"] for m in thread["messages"]] == [sent["ts"], reply["ts"]]


async def test_a_private_channel_is_shown_to_its_members_only_when_a_person_asks(sandbox: Sandbox) -> None:
    made = await sandbox.post("create", {"user": "U0ALICE", "name": "secret", "is_private": True})
    body = {"user": "U0ALICE", "channel": made["channel"], "text": "canary"}
    await sandbox.post("message", body)
    shown = await sandbox.get("messages", channel=made["channel"], user="U0ALICE")
    assert shown["messages"][-1]["text"] == "canary"
    url = f"{sandbox.base}/control/messages"
    async with sandbox.http.get(url, params={"channel": made["channel"], "user": "U0DAVE"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "channel_not_found")


async def test_switches_are_set_all_or_none(sandbox: Sandbox) -> None:
    shown = await sandbox.post("switches", {"latency_ms": 150, "callbacks": "twice", "restricted": ["chat.delete"]})
    assert (shown["switches"]["latency_ms"], shown["switches"]["callbacks"]) == (150, "twice")
    await sandbox.post("switches", {"latency_ms": 0, "callbacks": "sideways"}, status=400)
    await sandbox.post("switches", {"latency_ms": 0, "latencyms": 0}, status=400)
    state = await sandbox.get("state")
    assert state["switches"] == shown["switches"]


async def test_the_log_shows_calls_without_tokens(sandbox: Sandbox) -> None:
    await sandbox.twilio().messages.create_async(to=ALICE, from_=BOT, body="see xoxb-sandbox-bot")
    log = await sandbox.get("log", after=0)
    [entry] = [one for one in log["entries"] if one["target"] == "twilio"]
    assert (entry["method"], entry["status"], entry["arguments"]["Body"]) == ("messages.create", 201, "see (hidden)")
    assert log["last"] == log["entries"][-1]["n"]
    assert (await sandbox.get("log", after=log["last"]))["entries"] == []


async def test_reset_brings_back_the_seeded_world(sandbox: Sandbox) -> None:
    await sandbox.post("reset")
    before = await picture(sandbox)
    await sandbox.post("message", {"user": "U0ALICE", "channel": "C0PAYMENTS", "text": "hi"})
    await sandbox.post("phone", {"number": ALICE, "sms": "fail"})
    await sandbox.post("sms", {"from": "U0BOB", "body": "STOP"})
    await sandbox.post("clock", {"advance": 900})
    await sandbox.post("switches", {"latency_ms": 5})
    await sandbox.post("faults", {"target": "slack", "kind": "http"}, status=201)
    await sandbox.post("reset")
    after = await picture(sandbox)
    assert json.loads(after)["phones"] == json.loads(before)["phones"]
    assert json.loads(after)["state"]["switches"] == json.loads(before)["state"]["switches"]
    assert (await sandbox.get("faults"))["faults"] == []
    state = await sandbox.get("state")
    assert (state["clock"]["offset_seconds"], state["clock"]["version"]) == (0.0, 4)
    texts = [m["text"] for m in (await sandbox.get("messages", channel="C0PAYMENTS"))["messages"]]
    assert "hi" not in texts


# --- what changed


async def events(sandbox: Sandbox, wanted: int, listening: asyncio.Event) -> list[list[str]]:
    """The keys of the next events."""
    found: list[list[str]] = []
    async with sandbox.http.get(f"{sandbox.base}/control/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert (await stream.content.readline()) == b": listening\n"
        listening.set()
        while len(found) < wanted:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                found.append(json.loads(line.removeprefix(b"data: "))["changed"])
    return found


async def test_listeners_hear_what_changed_once_for_what_happens_at_once(sandbox: Sandbox) -> None:
    listening = asyncio.Event()
    hearing = asyncio.create_task(events(sandbox, 2, listening))
    await listening.wait()
    await sandbox.post("clock", {"advance": 60})
    await asyncio.sleep(0.1)
    for text in ("one", "two"):
        await sandbox.post("message", {"user": "U0ALICE", "channel": "C0PAYMENTS", "text": text})
    first, second = await asyncio.wait_for(hearing, 5)
    assert first == ["clock"]
    assert "channel:C0PAYMENTS" in second and len(second) == len(set(second))


async def test_the_sandbox_ends_while_somebody_listens() -> None:
    async with a_sandbox() as sandbox, sandbox.http.get(f"{sandbox.base}/control/events") as stream:
        await stream.content.readline()
        await asyncio.wait_for(sandbox.running.stop(), 3)
        assert await stream.content.read() == b"\n"


async def test_the_page_is_served_and_neither_runs_nor_fetches_what_comes_from_elsewhere(sandbox: Sandbox) -> None:
    async with sandbox.http.get(f"{sandbox.base}/") as page:
        assert (page.status, page.content_type, page.headers["Cache-Control"]) == (200, "text/html", "no-cache")
        policy = page.headers["Content-Security-Policy"].split("; ")
        assert policy[0] == "default-src 'self'" and "frame-ancestors 'none'" in policy
