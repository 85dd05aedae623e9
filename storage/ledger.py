"""The ledger read back: every try at an outbox row, with its times and outcome."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from bot.ports import Attempt
from storage.scope import Repository
from storage.work_tables import attempt, outbox


class SqlLedger(Repository):
    __slots__ = ()

    async def of_incident(self, incident_id: int) -> list[Attempt]:
        return await self._list(outbox.c.incident_id == incident_id)

    async def of_row(self, row_id: int) -> list[Attempt]:
        return await self._list(outbox.c.id == row_id)

    async def _list(self, condition: ColumnElement[bool]) -> list[Attempt]:
        about = outbox.c.id.label("row_id"), outbox.c.key, outbox.c.effect, outbox.c.page_id, outbox.c.person_id
        tried = attempt.c.fence.label("number"), attempt.c.owner, attempt.c.started_at, attempt.c.ended_at
        query = select(*about, *tried, attempt.c.outcome, attempt.c.reason)
        query = query.join(attempt, attempt.c.outbox_id == outbox.c.id).where(condition)
        rows = await self.scope.all(query.order_by(attempt.c.started_at, outbox.c.id, attempt.c.fence))
        return [Attempt(**row) for row in rows]
