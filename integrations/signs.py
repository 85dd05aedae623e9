"""What the war room's head says: topic, purpose and bookmarks; each is set only where it differs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Final

from bot.domain.delivery import Later, Never, Outcome, Sent, Unknown
from bot.domain.picture import Job
from bot.views import rooms
from clients.faults import harmless
from clients.slack import Slack
from clients.slack_rooms import Bookmark, Channel
from integrations.jobs import picture_of, room_of

LIMIT: Final = 250  # Slack's, for topic and purpose
BURST: Final = timedelta(seconds=3)  # changes so close together set the topic once more, at the end

#: Slack may give an emoji back as its name; the words beside it say the same.
_EMOJI: Final = re.compile(r":[a-z0-9_+'-]+:|[^\w\s.,:;!?…·#@&<>()/+-]")


class Signs:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def describe(self, job: Job, now: datetime) -> Outcome:
        """Topic and purpose. Slack tells the room of every change, so that what is the same is left alone, and what
        changed again within a burst waits for its end.
        """
        channel, picture = room_of(job), picture_of(job)
        shown = await self._slack.rooms.info(channel)
        if not isinstance(shown, Channel):
            return harmless(shown)
        topic, purpose = rooms.topic(picture, now)[:LIMIT], rooms.purpose(picture)[:LIMIT]
        calls = []
        if _words(unescape(topic)) != _words(shown.topic):
            if shown.topic_set is not None and timedelta(0) <= now - shown.topic_set < BURST:
                return Later(shown.topic_set + BURST - now, "the topic was set a moment ago")
            calls.append(self._slack.rooms.set_topic(channel, topic))
        if unescape(purpose) != shown.purpose:
            calls.append(self._slack.rooms.set_purpose(channel, purpose))
        return together(await asyncio.gather(*calls))

    async def bookmarks(self, job: Job, _now: datetime) -> Outcome:
        """By title: added where it is missing, changed where it leads elsewhere, never doubled."""
        channel = room_of(job)
        there = await self._slack.rooms.bookmarks(channel)
        if not isinstance(there, list):
            return harmless(there)
        by_title = {bookmark.title: bookmark for bookmark in there}
        wanted = rooms.bookmarks(picture_of(job))
        return together([await self._bookmark(channel, one, by_title.get(one["title"])) for one in wanted])

    async def _bookmark(self, channel: str, wanted: Mapping[str, str], there: Bookmark | None) -> Outcome:
        if there is None:
            return await self._slack.rooms.add_bookmark(channel, wanted["title"], wanted["link"], wanted["emoji"])
        if there.link != wanted["link"]:
            return await self._slack.rooms.edit_bookmark(channel, there.id, wanted["link"])
        return Sent()


def _words(topic: str) -> list[str]:
    """A topic without its emoji and spaces."""
    return _EMOJI.sub("", topic).split()


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome for several steps that may each be done again: what may still succeed is tried again first."""
    for kind in (Unknown, Later, Never):
        for outcome in outcomes:
            if isinstance(outcome, kind):
                return outcome
    return Sent()
