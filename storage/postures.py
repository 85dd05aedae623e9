"""Accepted postures, version by version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from bot.ports import PostureRow
from storage.scope import Repository, values_of
from storage.work_tables import posture


class SqlPostures(Repository):
    __slots__ = ()

    async def newest(self) -> PostureRow | None:
        row = await self.scope.first(select(posture).order_by(posture.c.version.desc()).limit(1))
        return PostureRow(**row) if row else None

    async def version(self) -> int:
        row = await self.scope.first(select(func.max(posture.c.version).label("version")))
        return int(row["version"] or 0) if row else 0

    async def was_accepted(self, digest: str) -> bool:
        found = select(posture.c.version).where(posture.c.digest == digest).limit(1)
        return await self.scope.first(found) is not None

    async def accept(self, digest: str, text: str, by: str, at: datetime) -> PostureRow:
        await self.scope.alone("posture")
        before = await self.newest()
        if before is not None and before.digest == digest:
            return before
        accepted = PostureRow(before.version + 1 if before else 1, digest, text, by, at)
        await self.scope.run(posture.insert().values(values_of(accepted)))
        return accepted
