"""Receipts: what providers said of deliveries, each state of a message once."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.receipts import Receipt
from storage.scope import Repository, columns_of, values_of
from storage.work_tables import outbox, receipt


class SqlReceipts(Repository):
    __slots__ = ()

    async def add(self, given: Receipt) -> bool:
        insert = self.scope.insert(receipt).values(values_of(given))
        insert = insert.on_conflict_do_nothing(index_elements=["outbox_id", "ref", "state"])
        return await self.scope.scalar(insert.returning(receipt.c.id)) is not None

    async def of_incident(self, incident_id: int) -> list[Receipt]:
        query = select(*columns_of(receipt, Receipt)).join(outbox, outbox.c.id == receipt.c.outbox_id)
        rows = await self.scope.all(query.where(outbox.c.incident_id == incident_id).order_by(receipt.c.id))
        return [Receipt(**row) for row in rows]
