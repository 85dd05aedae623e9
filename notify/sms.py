"""A page by SMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import bundles, pages
from clients.twilio import Twilio
from notify.phone import callback, others, sids_of_others

#: How much of a page stays the same from try to try: severity, incident and title, not how long is left.
STABLE: Final = 60


class SmsPage:
    """With `public_url` Twilio reports what became of the message."""

    def __init__(self, twilio: Twilio, public_url: str = "") -> None:
        self._twilio = twilio
        self._public_url = public_url

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: sid, status."""
        number = job.person.address("sms") if job.person else None
        if number is None:
            return Never("no_address")
        alike = [row for row in job.others if row.incident_id == job.row.incident_id]
        rivals, under_way = others(job.row, alike, now)
        return await self._twilio.text_once(
            job.row,
            number,
            bundles.sms(job) if job.bundle else pages.page_sms(job, now),
            start=_start(job, now),
            taken=sids_of_others(job),
            rivals=rivals,
            under_way=under_way,
            status_callback=callback(self._public_url, "/twilio/status", job.row),
        )


def _start(job: Job, now: datetime) -> str:
    """What every try has in common."""
    if job.bundle:
        return bundles.mark(job)
    return pages.page_sms(replace(job, row=replace(job.row, doubt=False)), now)[:STABLE]
