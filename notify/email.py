"""A page by email. There is no looking up a mail: every try bears the same Message-ID instead."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import pages
from clients.smtp import Letter, Mailer


class EmailPage:
    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: message_id."""
        mailbox = job.person.address("email") if job.person else None
        if mailbox is None:
            return Never("no_address")
        mail = pages.page_email(job, now)
        message_id = self._mailer.message_id(job.row)
        letter = Letter(mail.subject, mail.text, mail.html, message_id, now, mail.headers)
        return await self._mailer.send(mailbox, letter)
