"""Surfaces: the posted messages that stand for an incident or a page."""

from __future__ import annotations

from bot.domain.delivery import Surface, SurfaceKind
from storage.scope import Repository, query, values_of
from storage.tables import surface

_KEY = ["channel", "ts"]
_ORDER = [surface.c.ts, surface.c.channel]
_FIND = query(Surface, surface, surface.c.channel, surface.c.ts)
_OF = query(Surface, surface, surface.c.incident_id, order=_ORDER)
_OF_KIND = query(Surface, surface, surface.c.incident_id, surface.c.kind, order=_ORDER)


class SqlSurfaces(Repository):
    __slots__ = ()

    async def put(self, new: Surface) -> None:
        values = values_of(new)
        insert = self.scope.insert(surface)
        again = {name: insert.excluded[name] for name in set(values) - set(_KEY)}
        await self.scope.run(insert.on_conflict_do_update(index_elements=_KEY, set_=again), values)

    async def find(self, channel: str, ts: str) -> Surface | None:
        return await self.scope.read_one(_FIND, channel=channel, ts=ts)

    async def of(self, incident_id: int, kind: SurfaceKind | None = None) -> list[Surface]:
        if kind is None:
            return await self.scope.read(_OF, incident_id=incident_id)
        return await self.scope.read(_OF_KIND, incident_id=incident_id, kind=kind)
