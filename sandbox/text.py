"""Slack's text rules: what the client makes of typed text, and what the API makes of an app's text."""

import re
from collections.abc import Container
from typing import TYPE_CHECKING

from sandbox.model import Json

if TYPE_CHECKING:
    from sandbox.world import World

CONTROL = re.compile(r"<(?:[@#!][^<>\s][^<>]*|(?:https?|mailto|tel|slack):[^<>]+)>")
_TYPED = re.compile(r"(?P<url>https?://[^\s<>|]+)|(?<![\w@])@(?P<who>[\w.-]+)|(?<![\w#])#(?P<where>[\w-]+)")
_EMOJI = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):")
_BROADCAST = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}
_PART = re.compile(rf"(?P<control>{CONTROL.pattern})|(?P<emoji>{_EMOJI.pattern})")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def posted(text: str) -> str:
    """An app's text as Slack stores it: control sequences stand, stray `&`, `<` and `>` are escaped."""
    kept: list[str] = []
    at = 0
    for found in CONTROL.finditer(text):
        kept += [_stray(text[at : found.start()]), found.group()]
        at = found.end()
    return "".join(kept) + _stray(text[at:])


def _stray(text: str) -> str:
    once = re.sub(r"&(?!amp;|lt;|gt;)", "&amp;", text)
    return once.replace("<", "&lt;").replace(">", "&gt;")


def typed(world: "World", text: str, *, labels: bool = False) -> str:
    """What Slack's client sends for text that a person typed.

    `@alice`, `#incidents` and links become control sequences; with `labels`, as in slash commands that escape,
    they carry the name too. A sequence that was typed out is plain text, and so escaped; only one that names somebody
    or a channel by id stands for what the client's completion puts there.
    """
    kept: list[str] = []
    at = 0
    for found in CONTROL.finditer(text):
        if not _completed(world, found.group()[1:-1].partition("|")[0]):
            continue
        kept += [_typed_run(world, text[at : found.start()], labels), _label(world, found.group(), labels)]
        at = found.end()
    return "".join(kept) + _typed_run(world, text[at:], labels)


def _completed(world: "World", target: str) -> bool:
    known: dict[str, Container[str]] = {"@": world.users, "#": world.channels}
    known["!subteam^"] = world.usergroups
    return any(target.startswith(sign) and target.removeprefix(sign) in ids for sign, ids in known.items())


def _typed_run(world: "World", text: str, labels: bool) -> str:
    return _TYPED.sub(lambda found: _link(world, found, labels), escape(text))


def _link(world: "World", found: re.Match[str], labels: bool) -> str:
    if url := found["url"]:
        return f"<{url}>"
    if who := found["who"]:
        return _person(world, who, labels) or found.group()
    channel = world.channel_named(found["where"])
    if channel is None:
        return found.group()
    return f"<#{channel.id}|{channel.name if labels and not channel.is_private else ''}>"


def _person(world: "World", name: str, labels: bool) -> str | None:
    if name in _BROADCAST:
        return _BROADCAST[name]
    for user in world.users.values():
        if user.name == name:
            return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    for group in world.usergroups.values():
        if group.handle == name and not group.deleted_at:
            return f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    return None


def _label(world: "World", sequence: str, labels: bool) -> str:
    if not labels or "|" in sequence:
        return sequence
    if user := world.user(sequence[2:-1]):
        return f"<@{user.id}|{user.name}>"
    if channel := world.channel(sequence[2:-1]):
        return f"<#{channel.id}|{channel.name}>"
    return sequence


def rich_text(world: "World", text: str) -> Json:
    """The rich_text block Slack's client puts beside a person's text (one section; styles are left as typed)."""
    elements: list[Json] = []
    at = 0
    for found in _PART.finditer(text):
        _plain(elements, text[at : found.start()])
        elements.append(_element(found))
        at = found.end()
    _plain(elements, text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": world.new_block_id(), "elements": [section]}


def _plain(elements: list[Json], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": unescape(text)})


def _element(found: re.Match[str]) -> Json:
    if found["emoji"]:
        return {"type": "emoji", "name": found["emoji"].strip(":")}
    target, _, label = found["control"][1:-1].partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target[9:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:].partition("^")[0]}
    return {"type": "link", "url": unescape(target)} | ({"text": label} if label else {})
