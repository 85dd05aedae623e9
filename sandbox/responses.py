"""Messages an app answers with outside the Web API: in the ack of a command, or by a response_url."""

import time
from typing import TYPE_CHECKING, Any

from sandbox import talk
from sandbox.blockkit import validate_blocks
from sandbox.elements import prepared_blocks
from sandbox.model import Channel, Json, Message, ResponseUrl
from sandbox.text import posted

if TYPE_CHECKING:
    from sandbox.world import World


class ResponseRefused(Exception):
    """Slack does not take this answer: an HTTP status and an error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def problem(body: Json) -> str | None:
    """Slack's error code for a message that cannot be shown, or None."""
    blocks, attachments = body.get("blocks"), body.get("attachments")
    if blocks is not None and validate_blocks(blocks, "message"):
        return "invalid_blocks"
    return None if body.get("text") or blocks or attachments else "no_text"


def say(world: "World", channel: Channel, user: str, body: Json, *, thread_ts: str = "") -> Message:
    """Post what an app answered: shown to this person alone, or to all where it says in_channel."""
    fields = content(world, body) | bot(world)
    thread = str(body.get("thread_ts") or thread_ts)
    if body.get("response_type") == "in_channel":
        return talk.post(world, channel, thread_ts=thread, **fields)
    return talk.post_ephemeral(world, channel, user, thread_ts=thread, **fields)


def bot(world: "World") -> dict[str, str]:
    return {"user": world.app.bot_user, "bot_id": world.app.bot_id}


def content(world: "World", body: Json) -> dict[str, Any]:
    return {
        "text": posted(str(body.get("text") or "")),
        "blocks": prepared_blocks(world, body.get("blocks") or []),
        "attachments": list(body.get("attachments") or []),
    }


def answer(world: "World", key: str, body: Json) -> None:
    """What a POST to a response_url does. ResponseRefused when it is old, used up, or the message is wrong."""
    url = world.response_urls.get(key)
    if url is None:
        raise ResponseRefused(404, "invalid_url")
    if time.monotonic() > url.expires:
        raise ResponseRefused(404, "expired_url")
    if url.uses_left <= 0:
        raise ResponseRefused(404, "used_url")
    message = world.find_message(url.channel, url.message_ts, url.user)
    if body.get("delete_original"):
        url.uses_left -= 1
        if message:
            talk.delete(world, message)
        return
    if code := problem(body):
        raise ResponseRefused(400, code)
    url.uses_left -= 1
    _show(world, url, message, body)


def _show(world: "World", url: ResponseUrl, message: Message | None, body: Json) -> None:
    channel = world.channels[url.channel]
    if body.get("replace_original") and message:
        _replace(world, message, body)
    else:
        say(world, channel, url.user, body, thread_ts=url.thread_ts if body.get("thread_ts") else "")


def _replace(world: "World", message: Message, body: Json) -> None:
    fields = content(world, body)
    if "metadata" in body:
        fields["metadata"] = body["metadata"]
    talk.edit(world, message, world.app.bot_id, **fields)
