"""App Home of one person."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views import home
from clients.slack import Slack


class HomeTab:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def publish(self, job: Job, now: datetime) -> Outcome:
        if job.home is None:
            raise ValueError(f"{job.row.effect} needs a home")
        slack_id = job.home.person.slack_id
        if not slack_id:
            return Never("no_address")
        return await self._slack.people.publish_home(slack_id, home.home(job.home, now))
