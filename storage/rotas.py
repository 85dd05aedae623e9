"""Rota rows, gaps that were told, and the administration: what is known of schedules beside their slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from bot.domain.readiness import Gap
from bot.domain.rota import Entry, Rota
from storage.rota_tables import administration, gap, rota
from storage.scope import Repository, values_of


class SqlRotas(Repository):
    __slots__ = ()

    async def get(self, schedule: str) -> Rota:
        row = await self.scope.first(select(rota).where(rota.c.schedule == schedule))
        return Rota(**row) if row else Rota(schedule)

    async def all(self) -> dict[str, Rota]:
        return {row["schedule"]: Rota(**row) for row in await self.scope.all(select(rota))}

    async def kept(self) -> dict[str, Rota]:
        query = select(rota).where(rota.c.definition.is_not(None))
        return {row["schedule"]: Rota(**row) for row in await self.scope.all(query)}

    async def set_off(self, schedule: str, off: bool) -> None:
        await self._put(schedule, is_off=off)

    async def define(self, schedule: str, definition: Mapping[str, object] | None) -> None:
        await self._put(schedule, definition=definition)

    async def _put(self, schedule: str, **changed: Any) -> None:
        new = {"schedule": schedule, "version": 0, "is_off": False, "definition": None} | changed
        insert = self.scope.insert(rota).values(new)
        await self.scope.run(insert.on_conflict_do_update(index_elements=["schedule"], set_=changed))


class SqlAdministration(Repository):
    __slots__ = ()

    async def add(self, entry: Entry) -> None:
        values = values_of(entry)
        del values["id"]
        await self.scope.run(administration.insert(), values)

    async def of(self, subject: str, limit: int = 50) -> list[Entry]:
        return await self._list(select(administration).where(administration.c.subject == subject), limit)

    async def newest(self, limit: int = 50) -> list[Entry]:
        return await self._list(select(administration), limit)

    async def _list(self, query: Select[Any], limit: int) -> list[Entry]:
        rows = await self.scope.all(query.order_by(administration.c.id.desc()).limit(limit))
        return [Entry(**row) for row in rows]


class SqlGaps(Repository):
    __slots__ = ()

    async def told(self) -> list[Gap]:
        rows = await self.scope.all(select(gap).where(gap.c.closed_at.is_(None)).order_by(gap.c.id))
        return [
            Gap(
                row["code"],
                row["schedule"],
                row["person_id"],
                row["starts_at"],
                row["ends_at"],
                row["other"],
                row["id"],
            )
            for row in rows
        ]

    async def add(self, gaps: Sequence[Gap], at: datetime) -> None:
        rows = [
            {
                "code": one.code,
                "schedule": one.schedule,
                "person_id": one.person_id,
                "starts_at": one.start,
                "ends_at": one.end,
                "other": one.other,
                "found_at": at,
            }
            for one in gaps
        ]
        if rows:
            await self.scope.run(gap.insert(), rows)

    async def close(self, gaps: Sequence[Gap], at: datetime) -> None:
        ids = [one.id for one in gaps]
        if ids:
            await self.scope.run(update(gap).where(gap.c.id.in_(ids)).values(closed_at=at))
