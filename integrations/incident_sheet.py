"""The worksheet `incidents`: what everybody may know of incidents, kept in the spreadsheet of the rota."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.domain.delivery import Never, Outcome
from bot.domain.picture import Job
from bot.views.incident_rows import rows
from integrations.sheets import Sheets

log = structlog.get_logger("sheets")


class IncidentSheet:
    """`sheets` is None where no spreadsheet is configured any more."""

    def __init__(self, sheets: Sheets | None) -> None:
        self._sheets = sheets

    async def write(self, job: Job, _now: datetime) -> Outcome:
        """Only rows that differ are written, in one request; a second time changes nothing."""
        if self._sheets is None:
            return Never("not configured")
        if job.roll is None:
            raise ValueError(f"{job.row.effect} needs a roll")
        outcome = await self._sheets.mirror(rows(job.roll, self._sheets.zone, self._sheets.time_format))
        if isinstance(outcome, Never):
            log.warning("the worksheet `incidents` cannot be written", reason=outcome.reason)
        return outcome
