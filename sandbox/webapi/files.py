"""Files in three steps (ask for an address, upload there, complete), and canvases, which are files too."""

import mimetypes
from pathlib import PurePath
from typing import Any

from sandbox import talk, wire
from sandbox.blockkit import validate_blocks
from sandbox.elements import prepared_blocks
from sandbox.model import Channel, Json, SlackFile
from sandbox.text import posted
from sandbox.webapi.call import ApiError, Call, invalid

LARGEST = 1_000_000_000
TYPES = {"md": "markdown", "txt": "text", "py": "python", "yml": "yaml", "log": "text"}


async def upload_url(call: Call) -> Json:
    name, length = call.args.needed("filename"), call.args.number("length", 0)
    if length <= 0 or length > LARGEST:
        raise invalid("must be between 1 and 1000000000 [json-pointer:/length]")
    world = call.world
    found = SlackFile(world.new_id("F"), name, name, call.me, size=length, created=world.epoch())
    ending = PurePath(name).suffix.removeprefix(".").lower()
    found.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if ending in TYPES:
        found.mimetype = "text/plain"
    found.filetype = TYPES.get(ending, ending or "binary")
    found.alt_txt = call.args.text("alt_txt")
    world.files[found.id] = found
    return {"upload_url": f"{world.base_url}/files-upload/v1/{found.id}", "file_id": found.id}


async def complete(call: Call) -> Json:
    """Finish uploads and share them. The answer shows no shares yet: Slack shares a moment later."""
    given = call.args.data("files", "invalid_arguments")
    if not isinstance(given, list) or not given:
        raise invalid("missing required field: files")
    found = [_uploaded(call, one) for one in given]
    channels = [_target(call, c) for c in _channels(call)]
    fields = _comment(call)
    answer = [wire.slack_file(call.world, one, shares=False) for one in found]
    for channel in channels:
        _share(call, channel, found, fields)
    return {"files": answer}


def _uploaded(call: Call, one: Any) -> SlackFile:
    found = call.world.files.get(str(one.get("id"))) if isinstance(one, dict) else None
    if found is None or found.complete or found.user != call.me or not found.content:
        raise ApiError("file_not_found")
    found.title = str(one.get("title") or found.name)
    found.complete = True
    return found


def _channels(call: Call) -> list[str]:
    return call.args.names("channels") or ([call.args.text("channel_id")] if "channel_id" in call.args else [])


def _target(call: Call, channel_id: str) -> Channel:
    found = call.world.channel(channel_id)
    if found is None or (found.is_private and call.me not in found.members):
        raise ApiError("channel_not_found")
    if found.is_archived:
        raise ApiError("is_archived")
    if call.me not in found.members:
        raise ApiError("not_in_channel")
    return found


def _comment(call: Call) -> dict[str, Any]:
    blocks = call.args.data("blocks", "invalid_blocks_format") or []
    if problems := validate_blocks(blocks, "message"):
        raise ApiError("invalid_blocks", response_metadata={"messages": problems})
    return {
        "text": posted(call.args.text("initial_comment")),
        "blocks": prepared_blocks(call.world, blocks),
        "thread_ts": call.args.text("thread_ts"),
    }


def _share(call: Call, channel: Channel, files: list[SlackFile], fields: dict[str, Any]) -> None:
    world = call.world
    for one in files:
        one.channels.append(channel.id)
    found = talk.post(
        world,
        channel,
        user=call.me,
        bot_id=world.app.bot_id,
        subtype="file_share",
        files=[one.id for one in files],
        **fields,
    )
    found.subtype = ""
    for one in files:
        one.shares[channel.id] = found.ts
        event = {"type": "file_shared", "file_id": one.id, "user_id": call.me, "file": {"id": one.id}}
        event |= {"channel_id": channel.id, "event_ts": world.event_ts()}
        world.emit(event, channel)


def _visible(call: Call, found: SlackFile) -> bool:
    here = (call.world.channels[c] for c in found.channels)
    return found.user == call.me or any(call.me in c.members for c in here)


async def info(call: Call) -> Json:
    found = call.world.files.get(call.args.needed("file"))
    if found is None or not _visible(call, found):
        raise ApiError("file_not_found")
    return {
        "file": wire.slack_file(call.world, found),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


async def listed(call: Call) -> Json:
    channel = call.args.text("channel")
    found = [f for f in call.world.files.values() if f.complete and _visible(call, f)]
    found = [f for f in found if not channel or channel in f.channels][::-1]
    count, number = max(1, call.args.number("count", 100)), max(1, call.args.number("page", 1))
    some = found[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(found), "page": number, "pages": -(-len(found) // count)}
    return {"files": [wire.slack_file(call.world, f) for f in some], "paging": paging}


async def canvas(call: Call) -> Json:
    return {"canvas_id": _canvas(call, "").id}


async def channel_canvas(call: Call) -> Json:
    channel = call.channel(name="channel_id", member=True, live=True)
    if any(f.canvas and f.canvas.get("channel") == channel.id for f in call.world.files.values()):
        raise ApiError("channel_canvas_already_exists")
    return {"canvas_id": _canvas(call, channel.id).id}


def _canvas(call: Call, channel: str) -> SlackFile:
    content = call.args.data("document_content", "canvas_creation_failed") or {}
    if not isinstance(content, dict):
        raise ApiError("invalid_parameters")
    if content and (content.get("type") != "markdown" or not isinstance(content.get("markdown"), str)):
        raise ApiError("invalid_parameters")
    title = call.args.text("title") or "Untitled"
    body = str(content.get("markdown", "")).encode()
    found = SlackFile(call.world.new_id("F"), title, title, call.me, len(body), "application/vnd.slack-docs", "quip")
    found.created, found.content, found.complete = call.world.epoch(), body, True
    found.canvas = {"channel": channel}
    found.channels = [channel] if channel else []
    call.world.files[found.id] = found
    call.world.changed("state")
    return found
