"""Reactions of the bot itself: the first ack and decline emoji, put there and taken back; the ✅ of a pin."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome
from bot.domain.picture import Job
from clients.slack import Slack


class Reaction:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def add(self, job: Job, _now: datetime) -> Outcome:
        data = job.data
        return await self._slack.messages.react(str(data["channel"]), str(data["ts"]), str(data["name"]))

    async def remove(self, job: Job, _now: datetime) -> Outcome:
        data = job.data
        return await self._slack.messages.unreact(str(data["channel"]), str(data["ts"]), str(data["name"]))
