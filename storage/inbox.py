"""The inbox: what was accepted from outside, once by its key, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from storage.scope import Repository
from storage.work_tables import event_in


class SqlInbox(Repository):
    __slots__ = ()

    async def first(self, source: str, key: str, at: datetime, payload: str = "") -> bool:
        """On PostgreSQL a simultaneous repeat waits here until the first one has committed its answer."""
        insert = self.scope.insert(event_in).values(source=source, key=key, at=at, payload=payload)
        insert = insert.on_conflict_do_nothing(index_elements=["source", "key"])
        return await self.scope.scalar(insert.returning(event_in.c.key)) is not None

    async def answer(self, source: str, key: str) -> str | None:
        found: str | None = await self.scope.scalar(
            select(event_in.c.answer).where(event_in.c.source == source, event_in.c.key == key)
        )
        return found

    async def set_answer(self, source: str, key: str, answer: str) -> None:
        mine = event_in.c.source == source, event_in.c.key == key
        await self.scope.run(update(event_in).where(*mine).values(answer=answer))
