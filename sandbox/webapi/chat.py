"""Writing messages: post, show to one person, update, delete."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox import talk, wire
from sandbox.blockkit import too_long, validate_blocks
from sandbox.elements import prepared_blocks
from sandbox.model import Channel, Json, Message
from sandbox.text import posted
from sandbox.webapi.call import ApiError, Call

LONGEST_TEXT = 40_000
"""chat.postMessage cuts longer texts off; the other methods refuse them."""

LONGEST_UPDATE = 4_000
MARKDOWN_TEXT = 12_000
METADATA_BYTES = 16_384
ATTACHMENTS = 100


@dataclass
class Content:
    """What was given of a message's content; None where the argument was absent."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None

    @property
    def empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)


def read(call: Call) -> Content:
    """The content among the arguments. Refuses blocks, attachments and metadata that Slack would refuse."""
    args = call.args
    text = args.text("text") if "text" in args else None
    blocks = _blocks(call)
    if "markdown_text" in args:
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        text = args.text("markdown_text")
        if len(text) > MARKDOWN_TEXT:
            raise ApiError("msg_too_long")
        blocks = [{"type": "markdown", "text": text}]
    return Content(text, blocks, _attachments(call), _metadata(call))


def _blocks(call: Call) -> list[Json] | None:
    if "blocks" not in call.args:
        return None
    given = call.args.data("blocks", "invalid_blocks_format")
    if not isinstance(given, list):
        raise ApiError("invalid_blocks_format")
    if too_long(given):
        raise ApiError("msg_blocks_too_long")
    if problems := validate_blocks(given, "message"):
        plain = [p.removeprefix("[ERROR] ") for p in problems]
        raise ApiError("invalid_blocks", errors=plain, response_metadata={"messages": problems})
    return given


def _attachments(call: Call) -> list[Json] | None:
    if "attachments" not in call.args:
        return None
    given = call.args.data("attachments", "invalid_attachments")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise ApiError("invalid_attachments")
    if len(given) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for number, one in enumerate(given):
        problems = validate_blocks(one.get("blocks", []), "message", f"/attachments/{number}/blocks")
        if problems:
            raise ApiError("invalid_attachments", response_metadata={"messages": problems})
    kept = [{**one, "id": number + 1} for number, one in enumerate(given)]
    for one in kept:
        if "blocks" in one:
            one["blocks"] = prepared_blocks(call.world, one["blocks"])
    return kept


def _metadata(call: Call) -> Json | None:
    if "metadata" not in call.args:
        return None
    given = call.args.data("metadata", "invalid_metadata_format")
    if given == {}:
        return {}
    right = isinstance(given, dict) and isinstance(given.get("event_type"), str) and given["event_type"]
    if not right or not isinstance(given.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(given)) > METADATA_BYTES:
        raise ApiError("metadata_too_large")
    found: Json = given
    return found


def target(call: Call) -> Channel:
    """Where a message goes: a channel by id or name, or a person, who gets it in the direct conversation."""
    wanted = call.args.needed("channel")
    person = call.world.user(wanted)
    if person is not None:
        if person.deleted or person.is_bot:
            raise ApiError("channel_not_found")
        return call.world.open_dm(person.id)
    found = call.world.channel(wanted) or call.world.channel_named(wanted)
    if found is None or (found.is_private and call.me not in found.members):
        raise ApiError("channel_not_found")
    if found.is_archived:
        raise ApiError("is_archived")
    if call.me not in found.members and "chat:write.public" not in call.scopes:
        raise ApiError("not_in_channel")
    return found


async def post(call: Call) -> Json:
    channel = target(call)
    content = read(call)
    if content.empty:
        raise ApiError("no_text")
    fields = _fields(call, content)
    fields |= _persona(call)
    fields |= {"metadata": content.metadata, "thread_ts": call.args.text("thread_ts")}
    fields["reply_broadcast"] = call.args.flag("reply_broadcast")
    found = talk.post(call.world, channel, user=call.me, bot_id=call.world.app.bot_id, **fields)
    return {"channel": channel.id, "ts": found.ts, "message": wire.message(call.world, found, metadata=True)}


def _fields(call: Call, content: Content) -> dict[str, Any]:
    text = posted((content.text or "")[:LONGEST_TEXT])
    blocks = prepared_blocks(call.world, content.blocks or [])
    return {"text": text, "blocks": blocks, "attachments": content.attachments or []}


def _persona(call: Call) -> dict[str, Any]:
    """Another name or icon, which takes a scope of its own."""
    wanted = {k: call.args.text(k) for k in ("username", "icon_emoji", "icon_url") if k in call.args}
    if not wanted:
        return {}
    call.need("chat:write.customize")
    icons = {"emoji": wanted["icon_emoji"]} if "icon_emoji" in wanted else {}
    return {"subtype": "bot_message", "username": wanted.get("username", ""), "icons": icons}


async def post_ephemeral(call: Call) -> Json:
    channel = target(call)
    who = call.user()
    if who.id not in channel.members:
        raise ApiError("user_not_in_channel")
    content = read(call)
    if content.empty:
        raise ApiError("no_text")
    if len(content.text or "") > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    fields = _fields(call, content) | {"thread_ts": call.args.text("thread_ts")}
    bot = {"user": call.me, "bot_id": call.world.app.bot_id}
    found = talk.post_ephemeral(call.world, channel, who.id, **bot, **fields)
    return {"message_ts": found.ts}


def _own(call: Call, refusal: str) -> tuple[Channel, Message]:
    channel = call.channel()
    found = call.message(channel, "ts")
    if channel.is_archived:
        raise ApiError("is_archived")
    if found.bot_id != call.world.app.bot_id:
        raise ApiError(refusal)
    return channel, found


async def update(call: Call) -> Json:
    """What is not given stays: blocks, attachments and metadata go only with an empty one in their place."""
    channel, found = _own(call, "cant_update_message")
    content = read(call)
    if content.text is not None and len(content.text) > LONGEST_UPDATE:
        raise ApiError("msg_too_long")
    if content.text is None and content.blocks is None and content.attachments is None and content.metadata is None:
        raise ApiError("no_text")
    changes: dict[str, Any] = {}
    if content.text is not None:
        changes["text"] = posted(content.text)
    if content.blocks is not None:
        changes["blocks"] = prepared_blocks(call.world, content.blocks)
    if content.attachments is not None:
        changes["attachments"] = content.attachments
    if content.metadata is not None:
        changes["metadata"] = content.metadata or None
    talk.edit(call.world, found, call.world.app.bot_id, **changes)
    shown = wire.message(call.world, found, metadata=True)
    return {"channel": channel.id, "ts": found.ts, "text": found.text, "message": shown}


async def delete(call: Call) -> Json:
    channel, found = _own(call, "cant_delete_message")
    talk.delete(call.world, found)
    return {"channel": channel.id, "ts": found.ts}
