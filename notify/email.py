"""A page by email. There is no looking up a mail: every try bears the same Message-ID instead.

After two tries that may each have arrived, the person's other ways say more than a third mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import bundles, pages
from clients.smtp import Letter, Mailer

MOST_DOUBTS: Final = 2
TWICE_IN_DOUBT: Final = "the mail server twice left it open whether it took the mail"


class EmailPage:
    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: message_id."""
        mailbox = job.person.address("email") if job.person else None
        if mailbox is None:
            return Never("no_address")
        if int(str(job.data.get("doubts", 0))) >= MOST_DOUBTS:
            return Never(TWICE_IN_DOUBT)
        mail = bundles.mail(job, now) if job.bundle else pages.page_email(job, now)
        message_id = self._mailer.message_id(job.row)
        letter = Letter(mail.subject, mail.text, mail.html, message_id, now, mail.headers)
        return await self._mailer.send(mailbox, letter)
