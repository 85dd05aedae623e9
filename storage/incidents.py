"""Incidents: every read takes a viewer, every write is compare-and-set on the version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, func, or_, select, true, update

from bot.domain.incident import Incident, State
from bot.domain.people import Viewer
from bot.ports import Conflict
from storage.scope import Query, Repository, Scope, changes_of, query, values_of, word
from storage.tables import counter, incident, journal, room_member

_LARGEST = 2**63 - 1
_GET = query(Incident, incident, incident.c.id)
_BY_CHANNEL = query(Incident, incident, incident.c.room_channel)
#: The same under the incident's lock; rows that refer to it may still be added elsewhere.
_HELD = {
    asked: replace(asked, statement=asked.statement.with_for_update(key_share=True)) for asked in (_GET, _BY_CHANNEL)
}


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Private incidents are seen by the members of their room and by those who see everything (SPEC §3)."""
    if viewer.sees_private:
        return true()
    member = room_member.c.person_id == viewer.person_id
    inside = select(1).where(room_member.c.incident_id == incident.c.id, member).exists()
    return or_(incident.c.private.is_(False), inside)


class SqlIncidents(Repository):
    __slots__ = ("_states",)

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._states: dict[int, State] = {}  # as read in this transaction: the journal tells changes only

    async def next_id(self) -> int:
        """The counter's row stays locked until commit: no holes, and simultaneous declares take turns."""
        first = self.scope.insert(counter).values(name="incident", value=1)
        then = first.on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1})
        return int(await self.scope.scalar(then.returning(counter.c.value)))

    async def add(self, new: Incident) -> None:
        await self.scope.run(incident.insert(), values_of(new))
        await self._journal(new)

    async def get(self, number: int, viewer: Viewer) -> Incident | None:
        if not 0 < number <= _LARGEST:
            return None  # people type any number
        return await self._one(_GET, viewer, id=number)

    async def by_channel(self, channel: str, viewer: Viewer) -> Incident | None:
        return await self._one(_BY_CHANNEL, viewer, room_channel=channel)

    async def save(self, changed: Incident) -> Incident:
        saved = replace(changed, version=changed.version + 1)
        unchanged = incident.c.id == changed.id, incident.c.version == changed.version
        if not await self.scope.run(update(incident).where(*unchanged), changes_of(saved)):
            raise Conflict(f"{changed.name} is no longer at version {changed.version}")
        if self._states.get(saved.id) is not saved.state:
            await self._journal(saved)
        return saved

    async def open(self, viewer: Viewer, limit: int = 50) -> list[Incident]:
        query = select(incident).where(incident.c.state != word("RESOLVED"), visible(viewer))
        return await self._list(query.order_by(incident.c.severity, incident.c.id.desc()).limit(limit))

    async def recent(self, viewer: Viewer, limit: int = 20) -> list[Incident]:
        return await self._list(select(incident).where(visible(viewer)).order_by(incident.c.id.desc()).limit(limit))

    async def public_stamp(self) -> str:
        public = incident.c.private.is_(False), incident.c.drill.is_(False)
        counts = func.count().label("n"), func.coalesce(func.sum(incident.c.version), 0).label("versions")
        [row] = await self.scope.all(select(*counts).where(*public))
        return f"{row['n']}.{int(row['versions'])}"

    async def first_of_service(self, given: Incident, severities: Iterable[str]) -> bool:
        other = incident.c.service == given.service, incident.c.id != given.id, incident.c.drill.is_(False)
        bad = incident.c.state != word("RESOLVED"), incident.c.severity.in_(list(severities))
        return await self.scope.scalar(select(incident.c.id).where(*other, *bad).limit(1)) is None

    async def count_by_state(self) -> dict[str, int]:
        """For metrics, which everybody may read: private incidents and drills are left out."""
        public = incident.c.private.is_(False), incident.c.drill.is_(False)
        query = select(incident.c.state, func.count().label("n")).where(*public).group_by(incident.c.state)
        return {row["state"].value: row["n"] for row in await self.scope.all(query)}

    async def _one(self, asked: Query[Incident], viewer: Viewer, **values: object) -> Incident | None:
        if self.scope.writing:
            asked = _HELD[asked]
        if not viewer.sees_private:
            asked = asked.where(visible(viewer))
        found = await self.scope.read_one(asked, **values)
        if found is not None:
            self._states[found.id] = found.state
        return found

    async def _list(self, query: Select[*tuple[object, ...]]) -> list[Incident]:
        found = [Incident(**row) for row in await self.scope.all(query)]
        self._states.update((one.id, one.state) for one in found)
        return found

    async def _journal(self, now: Incident) -> None:
        entry = {"incident_id": now.id, "version": now.version, "state": now.state, "at": self.scope.clock()}
        await self.scope.run(journal.insert(), entry)
        self._states[now.id] = now.state
