"""Marks on messages and channels: reactions, pins, bookmarks."""

import re

from sandbox import talk, wire
from sandbox.emoji import known_emoji
from sandbox.model import Bookmark, Channel, Json, Message
from sandbox.webapi.call import ApiError, Call

MOST_REACTIONS = 50
"""Different emoji on one message."""

MOST_PINS = 100
MOST_BOOKMARKS = 100


def _marked(call: Call, ts: str = "timestamp") -> tuple[Channel, Message]:
    if "channel" not in call.args or ts not in call.args:
        raise ApiError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", call.args.text(ts)):
        raise ApiError("bad_timestamp")
    channel = call.channel(member=True, live=True)
    return channel, call.message(channel, ts)


def _name(call: Call) -> str:
    name = call.args.text("name").strip(":")
    if not known_emoji(call.world, name):
        raise ApiError("invalid_name")
    return name


async def react(call: Call) -> Json:
    name = _name(call)
    _, found = _marked(call)
    if talk.reaction(found, name) is None and len(found.reactions) >= MOST_REACTIONS:
        raise ApiError("too_many_emoji")
    if not talk.react(call.world, found, call.me, name):
        raise ApiError("already_reacted")
    return {}


async def unreact(call: Call) -> Json:
    name = _name(call)
    _, found = _marked(call)
    if not talk.unreact(call.world, found, call.me, name):
        raise ApiError("no_reaction")
    return {}


async def reactions(call: Call) -> Json:
    channel, found = _marked(call)
    shown = wire.message(call.world, found) | {"permalink": talk.permalink(call.world, found)}
    return {"type": "message", "channel": channel.id, "message": shown}


async def pin(call: Call) -> Json:
    channel, found = _marked(call)
    if call.world.pinned(channel, found.ts):
        raise ApiError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise ApiError("too_many_pins")
    talk.pin(call.world, found, call.me)
    return {}


async def unpin(call: Call) -> Json:
    channel, found = _marked(call)
    if not call.world.pinned(channel, found.ts):
        raise ApiError("no_pin")
    talk.unpin(call.world, found, call.me)
    return {}


async def pins(call: Call) -> Json:
    channel = call.channel(member=True)
    items = []
    for one in reversed(channel.pins):
        found = channel.messages[one.ts]
        shown = wire.message(call.world, found) | {"permalink": talk.permalink(call.world, found)}
        item = {"type": "message", "created": one.created, "created_by": one.by, "channel": channel.id}
        items.append(item | {"message": shown})
    return {"items": items}


def _bookmarked(call: Call) -> Channel:
    return call.channel(name="channel_id", member=True, live=True)


def _link(call: Call) -> str:
    link = call.args.text("link")
    if not re.fullmatch(r"https?://\S+", link):
        raise ApiError("invalid_link")
    return link


def _emoji(call: Call) -> str:
    given = call.args.text("emoji")
    if given and not known_emoji(call.world, given.strip(":")):
        raise ApiError("invalid_emoji")
    return given


async def add_bookmark(call: Call) -> Json:
    channel = _bookmarked(call)
    if call.args.needed("type") != "link":
        raise ApiError("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise ApiError("too_many_bookmarks")
    now = call.world.epoch()
    found = Bookmark(call.world.new_id("Bk"), call.args.needed("title"), "link", _link(call), _emoji(call))
    found.created, found.by, found.rank = now, call.me, f"0|hz{len(channel.bookmarks):04d}:"
    channel.bookmarks.append(found)
    call.world.changed("state")
    return {"bookmark": wire.bookmark(call.world, channel.id, found)}


def _bookmark(call: Call, channel: Channel) -> Bookmark:
    wanted = call.args.needed("bookmark_id")
    for found in channel.bookmarks:
        if found.id == wanted:
            return found
    raise ApiError("not_found")


async def edit_bookmark(call: Call) -> Json:
    channel = _bookmarked(call)
    found = _bookmark(call, channel)
    if "link" in call.args:
        found.link = _link(call)
    if "emoji" in call.args:
        found.emoji = _emoji(call)
    if "title" in call.args:
        found.title = call.args.needed("title")
    found.updated, found.by = call.world.epoch(), call.me
    call.world.changed("state")
    return {"bookmark": wire.bookmark(call.world, channel.id, found)}


async def bookmarks(call: Call) -> Json:
    channel = call.channel(name="channel_id", member=True)
    return {"bookmarks": [wire.bookmark(call.world, channel.id, b) for b in channel.bookmarks]}


async def remove_bookmark(call: Call) -> Json:
    channel = _bookmarked(call)
    channel.bookmarks.remove(_bookmark(call, channel))
    call.world.changed("state")
    return {}
