"""A page by Slack: a direct message with buttons."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome, Sent
from bot.domain.picture import Job
from bot.views import bundles, pages
from clients.slack import Slack


class SlackPage:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts, dm_channel, and the version of the incident that was told of, where it is known."""
        if job.person is None or not job.person.slack_id:
            return Never("no_address")
        message = bundles.dm(job, now) if job.bundle else pages.page_dm(job, now)
        outcome = await self._slack.tell(
            job.row, job.person.slack_id, job.person.dm_channel, message.text, message.blocks
        )
        if isinstance(outcome, Sent) and not outcome.found and job.picture is not None and not job.bundle:
            return Sent({**outcome.ref, "version": job.picture.incident.version})
        return outcome
