"""Marks: how far something outside was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from storage.scope import Repository
from storage.work_tables import mark


class SqlMarks(Repository):
    __slots__ = ()

    async def get(self, name: str) -> datetime | None:
        found: datetime | None = await self.scope.scalar(select(mark.c.at).where(mark.c.name == name))
        return found

    async def set(self, name: str, at: datetime) -> None:
        insert = self.scope.insert(mark).values(name=name, at=at)
        await self.scope.run(insert.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
