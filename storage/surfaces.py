"""Surfaces: the posted messages that stand for an incident or a page."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.delivery import Surface, SurfaceKind
from storage.scope import Repository, values_of
from storage.tables import surface

_KEY = ["channel", "ts"]


class SqlSurfaces(Repository):
    __slots__ = ()

    async def put(self, new: Surface) -> None:
        values = values_of(new)
        changed = {name: value for name, value in values.items() if name not in _KEY}
        insert = self.scope.insert(surface).values(values)
        await self.scope.run(insert.on_conflict_do_update(index_elements=_KEY, set_=changed))

    async def find(self, channel: str, ts: str) -> Surface | None:
        row = await self.scope.first(select(surface).where(surface.c.channel == channel, surface.c.ts == ts))
        return Surface(**row) if row else None

    async def of(self, incident_id: int, kind: SurfaceKind | None = None) -> list[Surface]:
        query = select(surface).where(surface.c.incident_id == incident_id)
        if kind is not None:
            query = query.where(surface.c.kind == kind)
        return [Surface(**row) for row in await self.scope.all(query.order_by(surface.c.ts, surface.c.channel))]
