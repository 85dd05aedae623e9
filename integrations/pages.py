"""A paging DM once it is answered: it changes, and asks for nothing any more; of several pages, for that one."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome
from bot.domain.picture import Job
from bot.views import bundles, pages
from clients.slack import Slack
from integrations.jobs import place_of


class PageMessage:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def update(self, job: Job, now: datetime) -> Outcome:
        if job.bundle:
            shown = bundles.dm(job, now)
            place = str(job.data["channel"]), str(job.data["ts"])
            return await self._slack.messages.update(*place, shown.text, shown.blocks)
        message = pages.page_dm(job, now)
        return await self._slack.messages.update(*place_of(job), message.text, message.blocks)
