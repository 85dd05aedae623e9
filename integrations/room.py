"""The war room itself: made once, archived and unarchived."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from bot.domain.delivery import Later, Never, Outcome, Sent, Unknown
from bot.domain.incident import Incident
from bot.domain.picture import Job
from clients.slack import Slack, SlackFailed
from clients.slack_rooms import Channel
from integrations.jobs import picture_of, room_of
from integrations.room_names import names

ONLY_PEOPLE: Final = "Slack lets no bot unarchive a channel; a person must, and then invite the bot"
MARGIN: Final = timedelta(minutes=5)  # our clock and Slack's may differ


class Room:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def create(self, job: Job, _now: datetime) -> Outcome:
        """Takes the first name that is free. Sent.ref: channel, name.

        Creating is its own look-up: a room that an earlier try made has the name, and the name is taken.
        """
        incident = picture_of(job).incident
        wanted = list(names(str(job.data["pattern"]), incident))
        for number, name in enumerate(wanted):
            outcome = await self._slack.rooms.create(name, private=incident.private)
            if outcome != Never("name_taken"):
                return outcome
            if number == 0:
                ours = await self._made_before(job, incident, wanted)
                if ours is not None:
                    return ours
        return Never("name_taken")

    async def _made_before(self, job: Job, incident: Incident, wanted: list[str]) -> Sent | Later | Unknown | None:
        """A room that we made for this very incident: by its purpose, or bare and made while we were in doubt."""
        try:
            me = (await self._slack.people.me()).user_id
        except SlackFailed as failed:
            return Later(reason=failed.code)
        since = job.row.created_at - MARGIN

        def ours(channel: Channel) -> bool:
            if channel.name not in wanted or channel.creator != me or channel.created < since:
                return False
            bare = not channel.purpose and not channel.topic
            return _names(channel.purpose, incident) or (bare and job.row.doubt)

        found = await self._slack.rooms.find(ours)
        if isinstance(found, Channel):
            return Sent({"channel": found.id, "name": found.name}, found=True)
        # A list we may never read proves nothing and never will: then the next name is tried.
        return None if found is None or isinstance(found, Never) else Later(reason=f"not looked up: {found.reason}")

    async def archive(self, job: Job, _now: datetime) -> Outcome:
        return await self._slack.rooms.archive(room_of(job))

    async def unarchive(self, job: Job, _now: datetime) -> Outcome:
        """Slack's known limit: archiving ends a bot's membership, and without it a bot may not unarchive."""
        outcome = await self._slack.rooms.unarchive(room_of(job))
        return Never(ONLY_PEOPLE) if outcome == Never("not_in_channel") else outcome


def _names(purpose: str, incident: Incident) -> bool:
    return re.search(rf"\b{re.escape(incident.name)}\b", purpose) is not None
