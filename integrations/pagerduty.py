"""The mirror in PagerDuty: what happens here is told there, in order."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views.pagerduty import event
from clients.pagerduty import PagerDuty
from integrations.jobs import picture_of


class Mirror:
    """`pagerduty` is None where it is not configured any more."""

    def __init__(self, pagerduty: PagerDuty | None) -> None:
        self._pagerduty = pagerduty

    async def tell(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: dedup_key."""
        if self._pagerduty is None:
            return Never("not configured")
        return await self._pagerduty.send(event(str(job.data["action"]), picture_of(job), now))
