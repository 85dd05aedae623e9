"""Accepted postures, version by version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.ports import PostureRow
from storage.scope import Repository, values_of
from storage.work_tables import posture


class SqlPostures(Repository):
    __slots__ = ()

    async def newest(self) -> PostureRow | None:
        row = await self.scope.first(select(posture).order_by(posture.c.version.desc()).limit(1))
        return PostureRow(**row) if row else None

    async def accept(self, digest: str, text: str, by: str, at: datetime) -> PostureRow:
        await self.scope.alone("posture")
        before = await self.newest()
        if before is not None and before.digest == digest:
            return before
        accepted = PostureRow(before.version + 1 if before else 1, digest, text, by, at)
        await self.scope.run(posture.insert().values(values_of(accepted)))
        return accepted
