"""The timeline: facts are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, select

from bot.domain.timeline import Event, Kind
from storage.scope import Repository, values_of
from storage.tables import timeline_event


def _event(row: RowMapping) -> Event:
    return Event(**row)


def _values(event: Event) -> dict[str, Any]:
    values = values_of(event) | {"data": dict(event.data)}
    del values["id"]
    return values


class SqlTimeline(Repository):
    __slots__ = ()

    async def add(self, events: Sequence[Event]) -> list[Event]:
        if not events:
            return []
        insert = self.scope.insert(timeline_event).on_conflict_do_nothing(index_elements=["incident_id", "key"])
        rows = await self.scope.all(insert.returning(*timeline_event.c), [_values(event) for event in events])
        return sorted((_event(row) for row in rows), key=lambda event: event.id)

    async def of(self, incident_id: int) -> list[Event]:
        query = select(timeline_event).where(timeline_event.c.incident_id == incident_id)
        rows = await self.scope.all(query.order_by(timeline_event.c.at, timeline_event.c.id))
        return [_event(row) for row in rows]

    async def get(self, event_id: int) -> Event:
        row = await self.scope.first(select(timeline_event).where(timeline_event.c.id == event_id))
        if row is None:
            raise LookupError(f"no timeline event {event_id}")
        return _event(row)

    async def last(self, incident_id: int, kind: Kind) -> Event | None:
        """The newest by its own time."""
        mine = timeline_event.c.incident_id == incident_id, timeline_event.c.kind == kind
        query = select(timeline_event).where(*mine)
        row = await self.scope.first(query.order_by(timeline_event.c.at.desc(), timeline_event.c.id.desc()).limit(1))
        return _event(row) if row else None
