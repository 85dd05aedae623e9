"""Things said to one person: by direct message, by SMS and by mail."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import notes, texts
from clients.slack import Slack
from clients.smtp import Letter, Mailer
from clients.twilio import Twilio
from clients.twilio_voice import Calls, says
from integrations.jobs import person_of


class Said:
    """`twilio` is None where SMS is not configured, `mailer` where mail is not."""

    def __init__(self, slack: Slack, twilio: Twilio | None, mailer: Mailer | None = None) -> None:
        self._slack = slack
        self._twilio = twilio
        self._mailer = mailer

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

    async def voice(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: sid, status."""
        del now  # nothing in these is relative to the time
        if self._twilio is None:
            return Never("not configured")
        spoken = says(notes.spoken(str(job.data["message"])))
        return await Calls(self._twilio).call_once(job.row, str(job.data["to"]), spoken)

    async def mail(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: message_id."""
        if self._mailer is None:
            return Never("not configured")
        mail = notes.mail(job)
        letter = Letter(mail.subject, mail.text, mail.html, self._mailer.message_id(job.row), now, mail.headers)
        return await self._mailer.send(str(job.data["to"]), letter)
