"""The timeline: facts are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.timeline import Event, Kind
from storage.scope import Repository, query, values_of
from storage.tables import timeline_event

_OF = query(Event, timeline_event, timeline_event.c.incident_id, order=[timeline_event.c.at, timeline_event.c.id])
_GET = query(Event, timeline_event, timeline_event.c.id)
_LAST = query(
    Event,
    timeline_event,
    timeline_event.c.incident_id,
    timeline_event.c.kind,
    order=[timeline_event.c.at.desc(), timeline_event.c.id.desc()],
)


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
        return sorted((Event(**row) for row in rows), key=lambda event: event.id)

    async def of(self, incident_id: int) -> list[Event]:
        return await self.scope.read(_OF, incident_id=incident_id)

    async def get(self, event_id: int) -> Event:
        found = await self.scope.read_one(_GET, id=event_id)
        if found is None:
            raise LookupError(f"no timeline event {event_id}")
        return found

    async def last(self, incident_id: int, kind: Kind) -> Event | None:
        """The newest by its own time."""
        return await self.scope.read_one(_LAST, incident_id=incident_id, kind=kind)
