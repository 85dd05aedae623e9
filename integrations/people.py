"""Things said to one person: by direct message, and by SMS to the phone that wrote to us."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import texts
from clients.slack import Slack
from clients.twilio import Twilio
from integrations.jobs import person_of


class Said:
    """`twilio` is None where SMS is not configured."""

    def __init__(self, slack: Slack, twilio: Twilio | None) -> None:
        self._slack = slack
        self._twilio = twilio

    async def dm(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts, dm_channel."""
        person = person_of(job)
        if not person.slack_id:
            return Never("no_address")
        message = texts.dm(job, now)
        return await self._slack.tell(job.row, person.slack_id, person.dm_channel, message.text, message.blocks)

    async def sms(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: sid, status."""
        if self._twilio is None:
            return Never("not configured")
        return await self._twilio.text_once(job.row, str(job.data["to"]), texts.sms(job, now))
