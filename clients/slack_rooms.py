"""Slack channels: made, filled, described, archived; found again by name and creator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

from bot.domain.delivery import Never, Outcome, Sent, Unknown
from clients.faults import Failure
from clients.slack_messages import done, next_cursor
from clients.slack_wire import Reply, Wire

LIST_PAGE: Final = 1000
LIST_PAGES: Final = 30
NAMES_KEPT: Final = 600.0  # seconds of real time that the list of names is believed
NAMES_REFRESHED: Final = 60.0  # a name that is not in the list asks for a new one, at most this often


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as Slack lists it; topic and purpose as they were typed."""

    id: str
    name: str
    creator: str
    created: datetime
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    private: bool = False
    topic_set: datetime | None = None  # when the topic was last set


@dataclass(frozen=True, slots=True)
class Bookmark:
    id: str
    title: str
    link: str


class Rooms:
    def __init__(self, wire: Wire, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._monotonic = monotonic
        self._names: dict[str, str] = {}
        self._listed_at: float | None = None
        self._listing = asyncio.Lock()

    async def create(self, name: str, *, private: bool) -> Outcome:
        """Sent.ref: channel, name (as Slack gave it)."""
        answer = await self._wire.call("conversations.create", name=name, is_private=private)
        if not isinstance(answer, Reply):
            return answer
        made = answer.data.get("channel") or {}
        if "id" not in made:
            return Unknown("an answer without a channel")
        return Sent({"channel": made["id"], "name": made.get("name", name)})

    async def invite(self, channel: str, users: Sequence[str]) -> Outcome:
        """All of them or, mostly, none: one that Slack refuses spoils the call."""
        answer = await self._wire.call("conversations.invite", channel=channel, users=",".join(users))
        return done(answer, {"channel": channel}, already="already_in_channel" if len(users) == 1 else "")

    async def info(self, channel: str) -> Channel | Failure:
        answer = await self._wire.call("conversations.info", channel=channel)
        return _channel(answer.data["channel"]) if isinstance(answer, Reply) else answer

    async def set_topic(self, channel: str, topic: str) -> Outcome:
        return done(await self._wire.call("conversations.setTopic", channel=channel, topic=topic), {"channel": channel})

    async def set_purpose(self, channel: str, purpose: str) -> Outcome:
        answer = await self._wire.call("conversations.setPurpose", channel=channel, purpose=purpose)
        return done(answer, {"channel": channel})

    async def archive(self, channel: str) -> Outcome:
        answer = await self._wire.call("conversations.archive", channel=channel)
        return done(answer, {"channel": channel}, already="already_archived")

    async def unarchive(self, channel: str) -> Outcome:
        answer = await self._wire.call("conversations.unarchive", channel=channel)
        return done(answer, {"channel": channel}, already="not_archived")

    async def join(self, channel: str) -> Outcome:
        return done(await self._wire.call("conversations.join", channel=channel), {"channel": channel})

    async def bookmarks(self, channel: str) -> list[Bookmark] | Failure:
        answer = await self._wire.call("bookmarks.list", channel_id=channel)
        if not isinstance(answer, Reply):
            return answer
        found = answer.data.get("bookmarks", ())
        return [Bookmark(b["id"], b.get("title", ""), unescape(b.get("link") or "")) for b in found]

    async def add_bookmark(self, channel: str, title: str, link: str, emoji: str) -> Outcome:
        answer = await self._wire.call(
            "bookmarks.add", channel_id=channel, title=title, type="link", link=link, emoji=emoji
        )
        return done(answer, {"channel": channel})

    async def edit_bookmark(self, channel: str, bookmark: str, link: str) -> Outcome:
        answer = await self._wire.call("bookmarks.edit", channel_id=channel, bookmark_id=bookmark, link=link)
        return done(answer, {"channel": channel})

    async def id_of(self, name: str) -> str | Failure:
        """The id of a channel by name, from a list that is kept; Never when there is none."""
        name = name.removeprefix("#").lower()
        async with self._listing:
            if name not in self._names or self._older_than(NAMES_KEPT):
                failed = await self._list_names() if self._older_than(NAMES_REFRESHED) else None
                if failed is not None and name not in self._names:
                    return failed
        return self._names.get(name) or Never("channel_not_found")

    async def find(self, wanted: Callable[[Channel], bool]) -> Channel | Failure | None:
        """The first of the channels we are in that is wanted, archived ones left out; None when there surely is none.

        Who makes a channel is in it, and we are in far fewer than there are.
        """
        async for found in self._all("users.conversations"):
            if not isinstance(found, Channel) or wanted(found):
                return found
        return None

    async def listed(self) -> list[Channel] | Failure:
        """Every public channel, and the private ones we are in, as Slack has them now; archived ones left out."""
        found: list[Channel] = []
        async for one in self._all("conversations.list"):
            if not isinstance(one, Channel):
                return one
            found.append(one)
        return found

    def _older_than(self, seconds: float) -> bool:
        return self._listed_at is None or self._monotonic() - self._listed_at > seconds

    async def _list_names(self) -> Failure | None:
        names: dict[str, str] = {}
        async for found in self._all("conversations.list"):
            if not isinstance(found, Channel):
                return found
            names[found.name] = found.id
        self._names, self._listed_at = names, self._monotonic()
        return None

    async def _all(self, method: str) -> AsyncIterator[Channel | Failure]:
        """Public channels and the private ones we are in, page by page; a failure ends it."""
        cursor: str | None = None
        for _ in range(LIST_PAGES):
            answer = await self._wire.call(
                method, types="public_channel,private_channel", exclude_archived=True,
                limit=LIST_PAGE, cursor=cursor,
            )  # fmt: skip
            if not isinstance(answer, Reply):
                yield answer
                return
            for raw in answer.data.get("channels", ()):
                yield _channel(raw)
            cursor = next_cursor(answer.data)
            if cursor is None:
                return


def _channel(raw: Mapping[str, Any]) -> Channel:
    topic = raw.get("topic") or {}
    return Channel(
        id=raw["id"],
        name=raw.get("name", ""),
        creator=raw.get("creator", ""),
        created=datetime.fromtimestamp(raw.get("created", 0), UTC),
        topic=unescape(topic.get("value", "")),
        purpose=unescape((raw.get("purpose") or {}).get("value", "")),
        archived=bool(raw.get("is_archived")),
        private=bool(raw.get("is_private")),
        topic_set=datetime.fromtimestamp(topic["last_set"], UTC) if topic.get("last_set") else None,
    )
