"""Reactions, pins, bookmarks, files and canvases by the Web API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_town import Town, a_town

from sandbox.seed import BOT_TOKEN, TOCSIN


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


@pytest.fixture
async def room(town: Town) -> str:
    return await town.room()


@pytest.fixture
async def ts(town: Town, room: str) -> str:
    return str((await town.slack.chat_postMessage(channel=room, text="x"))["ts"])


async def test_a_reaction_is_added_and_removed_once(town: Town, room: str, ts: str) -> None:
    at = {"channel": room, "timestamp": ts}
    await town.slack.reactions_add(**at, name="eyes")
    assert await town.refused(town.slack.reactions_add(**at, name=":eyes:")) == "already_reacted"
    message = (await town.slack.reactions_get(**at))["message"]
    assert message["reactions"] == [{"name": "eyes", "users": [TOCSIN], "count": 1}]
    await town.slack.reactions_remove(**at, name="eyes")
    assert await town.refused(town.slack.reactions_remove(**at, name="eyes")) == "no_reaction"


async def test_reactions_need_a_known_emoji_and_a_message(town: Town, room: str, ts: str) -> None:
    add = town.slack.reactions_add
    assert await town.refused(add(channel=room, timestamp=ts, name="military_medal")) == "invalid_name"
    assert await town.refused(add(channel=room, timestamp="1.000000", name="eyes")) == "message_not_found"
    assert await town.refused(add(channel=room, timestamp="soon", name="eyes")) == "bad_timestamp"
    assert await town.refused(add(channel="C0NOWHERE", timestamp=ts, name="eyes")) == "channel_not_found"
    assert (await add(channel=room, timestamp=ts, name="medal"))["ok"]
    assert (await add(channel=room, timestamp=ts, name="+1::skin-tone-3"))["ok"]


async def test_pins(town: Town, room: str, ts: str) -> None:
    await town.slack.pins_add(channel=room, timestamp=ts)
    assert await town.refused(town.slack.pins_add(channel=room, timestamp=ts)) == "already_pinned"
    items = (await town.slack.pins_list(channel=room))["items"]
    assert [(i["message"]["ts"], i["created_by"], i["message"]["pinned_to"]) for i in items] == [(ts, TOCSIN, [room])]
    await town.slack.pins_remove(channel=room, timestamp=ts)
    assert await town.refused(town.slack.pins_remove(channel=room, timestamp=ts)) == "no_pin"
    assert await town.refused(town.slack.pins_add(channel=room, timestamp="1.000000")) == "message_not_found"


async def test_bookmarks(town: Town, room: str) -> None:
    link = {"title": "Runbook", "type": "link", "link": "https://wiki.example/r", "emoji": ":book:"}
    added = (await town.slack.bookmarks_add(channel_id=room, **link))["bookmark"]
    assert (added["title"], added["link"], added["channel_id"]) == ("Runbook", "https://wiki.example/r", room)
    edited = await town.slack.bookmarks_edit(channel_id=room, bookmark_id=added["id"], title="New")
    assert (edited["bookmark"]["title"], edited["bookmark"]["link"]) == ("New", "https://wiki.example/r")
    assert [b["title"] for b in (await town.slack.bookmarks_list(channel_id=room))["bookmarks"]] == ["New"]
    await town.slack.bookmarks_remove(channel_id=room, bookmark_id=added["id"])
    gone = town.slack.bookmarks_remove(channel_id=room, bookmark_id=added["id"])
    assert await town.refused(gone) == "not_found"

    async def refused(**more: str) -> str:
        return await town.refused(town.slack.bookmarks_add(channel_id=room, **(link | more)))  # type: ignore[arg-type]

    assert await refused(link="ftp://x") == "invalid_link"
    assert await refused(type="folder") == "invalid_bookmark_type"
    assert await refused(emoji=":nonsense:") == "invalid_emoji"


async def test_a_file_is_uploaded_in_three_steps_and_shared(town: Town, room: str, ts: str) -> None:
    sent = await town.slack.files_upload_v2(
        content="# Postmortem\n",
        filename="inc-1.md",
        title="INC-1",
        channel=room,
        thread_ts=ts,
        initial_comment="Postmortem of INC-1",
    )
    file_id = sent["files"][0]["id"]
    assert sent["files"][0]["shares"] == {}
    found = (await town.slack.files_info(file=file_id))["file"]
    assert (found["name"], found["title"], found["size"], found["mimetype"]) == (
        "inc-1.md",
        "INC-1",
        13,
        "text/plain",
    )
    shared = found["shares"]["public"][room][0]["ts"]
    thread = (await town.slack.conversations_replies(channel=room, ts=ts))["messages"]
    assert [(m["text"], m["files"][0]["id"]) for m in thread if m["ts"] == shared] == [("Postmortem of INC-1", file_id)]
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with town.http.get(found["url_private_download"], headers=headers) as answer:
        assert await answer.text() == "# Postmortem\n"
    async with town.http.get(found["url_private"]) as answer:
        assert answer.content_type == "text/html"
    assert [f["id"] for f in (await town.slack.files_list(channel=room))["files"]] == [file_id]


async def test_an_upload_of_another_length_or_without_bytes_is_not_completed(town: Town, room: str) -> None:
    asked = await town.slack.files_getUploadURLExternal(filename="a.txt", length=3)
    async with town.http.post(asked["upload_url"], data=b"four") as answer:
        assert answer.status == 400
    complete = town.slack.files_completeUploadExternal(files=[{"id": asked["file_id"]}], channel_id=room)
    assert await town.refused(complete) == "file_not_found"
    no_length = town.slack.api_call("files.getUploadURLExternal", params={"filename": "a.txt"})
    assert await town.refused(no_length) == "invalid_arguments"


async def test_files_go_only_where_the_app_is(town: Town) -> None:
    asked = await town.slack.files_getUploadURLExternal(filename="a.txt", length=3)
    async with town.http.post(asked["upload_url"], data=b"abc") as answer:
        assert await answer.text() == "OK - 3"
    files = [{"id": asked["file_id"], "title": "a"}]
    elsewhere = town.slack.files_completeUploadExternal(files=files, channel_id="C0PAYMENTS")
    assert await town.refused(elsewhere) == "not_in_channel"


async def test_canvases_are_made(town: Town, room: str) -> None:
    content = {"type": "markdown", "markdown": "# Hi"}
    made = await town.slack.canvases_create(title="Plan", document_content=content)
    assert made["canvas_id"].startswith("F")
    assert (await town.slack.conversations_canvases_create(channel_id=room, document_content=content))["canvas_id"]
    again = town.slack.conversations_canvases_create(channel_id=room, document_content=content)
    assert await town.refused(again) == "channel_canvas_already_exists"


async def test_custom_emoji_team_and_do_not_disturb(town: Town) -> None:
    assert list((await town.slack.emoji_list())["emoji"]) == ["tocsin"]
    assert (await town.slack.team_info())["team"]["name"] == "Acme"
    assert (await town.slack.dnd_info(user="U0ALICE"))["dnd_enabled"] is False
