"""A page by SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import pages
from clients.twilio import Twilio

#: How much of a page stays the same from try to try: severity, incident and title, not how long is left.
STABLE: Final = 60


class SmsPage:
    """`status_url` is where Twilio reports what became of the message; empty where nothing can reach us."""

    def __init__(self, twilio: Twilio, status_url: str = "") -> None:
        self._twilio = twilio
        self._status_url = status_url

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: sid, status."""
        number = job.person.address("sms") if job.person else None
        if number is None:
            return Never("no_address")
        first_try = pages.page_sms(replace(job, row=replace(job.row, doubt=False)), now)
        return await self._twilio.text_once(
            job.row,
            number,
            pages.page_sms(job, now),
            start=first_try[:STABLE],
            taken=_sids_of_others(job),
            status_callback=f"{self._status_url}?row={job.row.id}" if self._status_url else None,
        )


def _sids_of_others(job: Job) -> set[str]:
    """The person may have had another page of this incident a minute ago; it must not pass for this one."""
    runs = job.picture.runs if job.picture else ()
    rows = [row for run in runs for paged in run.paged for row in paged.deliveries]
    return {str(row.result["sid"]) for row in rows if row.id != job.row.id and "sid" in row.result}
