"""Calls that are under way: hung up where somebody else has answered meanwhile."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from clients.twilio import Twilio
from clients.twilio_voice import Calls


class UnderWay:
    """`twilio` is None where it is not configured any more."""

    def __init__(self, twilio: Twilio | None) -> None:
        self._twilio = twilio

    async def end(self, job: Job, _now: datetime) -> Outcome:
        """Sent.ref: sid, status (`canceled`, or `over` where there was nothing to hang up)."""
        if self._twilio is None:
            return Never("not configured")
        return await Calls(self._twilio).cancel(str(job.data["sid"]))
