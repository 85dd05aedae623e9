"""What is posted in channels by name: the announcement, updated in place, and what admins are told."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.domain.delivery import Never, Outcome, Sent
from bot.domain.picture import Job
from bot.views import cards, texts
from bot.views.message import Message
from clients.faults import Failure, harmless
from clients.slack import Slack
from integrations.jobs import picture_of, place_of

_CHANNEL_ID: Final = re.compile(r"[CG][A-Z0-9]{6,}")


class Announcement:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def post(self, job: Job, now: datetime) -> Outcome:
        """The channel is given by name or id. Sent.ref: channel (its id), ts."""
        return await self._put(job, cards.announcement(picture_of(job), now))

    async def say(self, job: Job, now: datetime) -> Outcome:
        """The same, with a text that is about no incident."""
        return await self._put(job, texts.dm(job, now))

    async def _put(self, job: Job, shown: Message) -> Outcome:
        channel = await self._channel(str(job.data["channel"]))
        if not isinstance(channel, str):
            return harmless(channel)
        outcome = await self._post(job, channel, shown)
        if outcome != Never("not_in_channel"):
            return outcome
        joined = await self._slack.rooms.join(channel)
        if isinstance(joined, Sent):
            return await self._post(job, channel, shown)
        # A private channel cannot be joined: what helps is an invitation.
        return outcome if isinstance(joined, Never) else harmless(joined)

    async def update(self, job: Job, now: datetime) -> Outcome:
        shown = cards.announcement(picture_of(job), now)
        return await self._slack.messages.update(*place_of(job), shown.text, shown.blocks)

    async def _post(self, job: Job, channel: str, shown: Message) -> Outcome:
        return await self._slack.messages.post_once(job.row, channel, shown.text, shown.blocks)

    async def _channel(self, given: str) -> str | Failure:
        return given if _CHANNEL_ID.fullmatch(given) else await self._slack.rooms.id_of(given)
