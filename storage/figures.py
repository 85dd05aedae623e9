"""Counts for metrics: what is due in the outbox and among the timers, and how many runs were acked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.domain.delivery import Lane, RowState
from bot.domain.escalation import RunState
from bot.domain.timers import TimerState
from storage.scope import Repository, word
from storage.tables import incident, run
from storage.work_tables import outbox, timer


class SqlFigures(Repository):
    __slots__ = ()

    async def due(self, now: datetime) -> dict[Lane, tuple[int, datetime]]:
        waits = outbox.c.state == word(RowState.PENDING.value), outbox.c.not_before <= now
        counts = func.count().label("n"), func.min(outbox.c.not_before).label("oldest")
        rows = await self.scope.all(select(outbox.c.lane, *counts).where(*waits).group_by(outbox.c.lane))
        return {row["lane"]: (row["n"], row["oldest"]) for row in rows}

    async def timers_due(self, now: datetime) -> int:
        waits = timer.c.state == word(TimerState.PENDING.value), timer.c.due_at <= now
        return int(await self.scope.scalar(select(func.count()).select_from(timer).where(*waits)))

    async def acks(self) -> int:
        public = incident.c.private.is_(False), incident.c.drill.is_(False)
        acked = select(func.count()).select_from(run).join(incident, incident.c.id == run.c.incident_id)
        return int(await self.scope.scalar(acked.where(*public, run.c.state == word(RunState.ACKED.value))))
