"""What the war room is told: facts of the timeline, and reminders."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome, Sent
from bot.domain.picture import Job
from bot.views import reminders, rooms
from clients.slack import Slack
from integrations.jobs import picture_of, room_of


class Told:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def say(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts; empty for a fact that the view leaves untold."""
        if job.event is None:
            raise ValueError(f"{job.row.effect} needs an event")
        message = rooms.told(job.event, picture_of(job), now)
        if message is None:
            return Sent()
        return await self._slack.messages.post_once(job.row, room_of(job), message.text, message.blocks)

    async def remind(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts."""
        message = reminders.reminder(job, now)
        return await self._slack.messages.post_once(job.row, room_of(job), message.text, message.blocks)
