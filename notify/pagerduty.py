"""A page by PagerDuty: its incident for ours is triggered, once however many people the page names."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome
from bot.domain.mirror import Action
from bot.domain.picture import Job
from bot.views.pagerduty import event
from clients.pagerduty import PagerDuty


class PagerDutyPage:
    def __init__(self, pagerduty: PagerDuty) -> None:
        self._pagerduty = pagerduty

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: dedup_key."""
        if job.picture is None:
            raise ValueError("a page needs its picture")
        return await self._pagerduty.send(event(Action.TRIGGER, job.picture, now))
