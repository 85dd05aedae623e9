"""A page by Slack: a direct message with buttons."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome, Sent
from bot.domain.picture import Job
from bot.views import pages
from clients.faults import harmless
from clients.slack import Slack


class SlackPage:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts, dm_channel."""
        if job.person is None or not job.person.slack_id:
            return Never("no_address")
        channel = job.person.dm_channel or await self._slack.people.open_dm(job.person.slack_id)
        if not isinstance(channel, str):
            return harmless(channel)
        message = pages.page_dm(job, now)
        outcome = await self._slack.messages.post_once(job.row, channel, message.text, message.blocks)
        if not isinstance(outcome, Sent):
            return outcome
        return Sent({**outcome.ref, "dm_channel": channel}, found=outcome.found)
