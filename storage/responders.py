"""Responders of an incident, and who is in its war room."""

from __future__ import annotations

from sqlalchemy import delete, select

from bot.domain.incident import Responder
from bot.domain.people import PersonId
from storage.scope import Repository, query, values_of
from storage.tables import responder, room_member

_KEY = ["incident_id", "person_id"]
_OF = query(Responder, responder, responder.c.incident_id, order=[responder.c.joined_at, responder.c.person_id])
_GET = query(Responder, responder, responder.c.incident_id, responder.c.person_id)


class SqlResponders(Repository):
    __slots__ = ()

    async def of(self, incident_id: int) -> list[Responder]:
        return await self.scope.read(_OF, incident_id=incident_id)

    async def get(self, incident_id: int, person_id: PersonId) -> Responder | None:
        return await self.scope.read_one(_GET, incident_id=incident_id, person_id=person_id)

    async def put(self, one: Responder) -> None:
        values = values_of(one)
        insert = self.scope.insert(responder)
        again = {name: insert.excluded[name] for name in set(values) - set(_KEY)}
        await self.scope.run(insert.on_conflict_do_update(index_elements=_KEY, set_=again), values)

    async def members(self, incident_id: int) -> set[PersonId]:
        query = select(room_member.c.person_id).where(room_member.c.incident_id == incident_id)
        return set(await self.scope.scalars(query))

    async def join_room(self, incident_id: int, person_id: PersonId) -> None:
        insert = self.scope.insert(room_member).values(incident_id=incident_id, person_id=person_id)
        await self.scope.run(insert.on_conflict_do_nothing(index_elements=_KEY))

    async def leave_room(self, incident_id: int, person_id: PersonId) -> None:
        mine = room_member.c.incident_id == incident_id, room_member.c.person_id == person_id
        await self.scope.run(delete(room_member).where(*mine))
