"""Reading messages: a channel's history, a thread's replies, and links to messages."""

import base64
import re

from sandbox import talk, wire
from sandbox.model import Channel, Json, Message
from sandbox.webapi.call import ApiError, Call
from sandbox.webapi.pages import page

MOST = 999


async def history(call: Call) -> Json:
    """Newest first, without replies unless they were sent to the channel too."""
    channel = call.channel("history", member=True)
    below = _below(call.args.text("cursor"))
    found = [m for m in channel.messages.values() if not m.is_reply or m.reply_broadcast]
    found = [m for m in found if _within(call, m) and (below is None or _moment(m.ts) < below)]
    limit = min(call.args.number("limit", 100) or 100, MOST)
    if limit < 0:
        raise ApiError("invalid_limit")
    some, more = found[::-1][:limit], len(found) > limit
    body: Json = {"messages": _shown(call, some), "has_more": more, "pin_count": len(channel.pins)}
    body |= {"channel_actions_ts": None, "channel_actions_count": 0}
    return body | ({"response_metadata": {"next_cursor": _cursor(some[-1])}} if more else {})


def _cursor(last: Message) -> str:
    """Leads to what is older than this message, so that newer ones do not shift the pages."""
    return base64.b64encode(f"next_ts:{last.ts.replace('.', '')}".encode()).decode()


def _below(cursor: str) -> tuple[int, int] | None:
    if not cursor:
        return None
    try:
        word, _, digits = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        word, digits = "", ""
    if word != "next_ts" or not digits.isdigit():
        raise ApiError("invalid_cursor")
    return int(digits[:-6]), int(digits[-6:])


async def replies(call: Call) -> Json:
    """A message and its replies, oldest first; the ts of a reply finds its thread too."""
    channel = call.channel("history", member=True)
    wanted = talk.thread_of(channel, call.args.needed("ts"))
    parent = channel.messages.get(wanted)
    if parent is None:
        raise ApiError("thread_not_found")
    found = [m for m in call.world.replies(parent) if _within(call, m)]
    some, following = page(call.args, [parent, *found], default=1000, most=1000)
    body: Json = {"messages": _shown(call, some), "has_more": bool(following["next_cursor"])}
    return body | ({"response_metadata": following} if following["next_cursor"] else {})


def _shown(call: Call, messages: list[Message]) -> list[Json]:
    metadata = call.args.flag("include_all_metadata")
    return [wire.message(call.world, m, metadata=metadata) for m in messages]


def _within(call: Call, message: Message) -> bool:
    inclusive = call.args.flag("inclusive")
    oldest, latest = _bound(call, "oldest"), _bound(call, "latest")
    at = _moment(message.ts)
    above = oldest is None or at > oldest or (inclusive and at == oldest)
    return above and (latest is None or at < latest or (inclusive and at == latest))


def _bound(call: Call, name: str) -> tuple[int, int] | None:
    given = call.args.text(name)
    if given in ("", "0"):
        return None
    if not re.fullmatch(r"\d+(\.\d+)?", given):
        raise ApiError(f"invalid_ts_{name}")
    return _moment(given)


def _moment(ts: str) -> tuple[int, int]:
    """Seconds and microseconds: a float would lose the last digits."""
    seconds, _, rest = ts.partition(".")
    return int(seconds), int(f"{rest:0<6}"[:6] or 0)


async def permalink(call: Call) -> Json:
    channel = call.channel()
    found = _linked(call, channel)
    return {"channel": channel.id, "permalink": talk.permalink(call.world, found)}


def _linked(call: Call, channel: Channel) -> Message:
    found = channel.messages.get(call.args.needed("message_ts"))
    if found is None:
        raise ApiError("message_not_found")
    return found
