"""Addresses that people added themselves, and numbers whose carrier takes no SMS of ours any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.contacts import Contact, ContactKind
from bot.domain.people import PersonId
from storage.scope import Repository, values_of
from storage.tables import contact, opt_out

_KEY = ("person_id", "kind", "pending")


class SqlContacts(Repository):
    __slots__ = ()

    async def of(self, person_id: PersonId) -> list[Contact]:
        query = select(contact).where(contact.c.person_id == person_id).order_by(contact.c.kind, contact.c.pending)
        return [Contact(**row) for row in await self.scope.all(query)]

    async def put(self, given: Contact) -> None:
        values = values_of(given)
        changed = {name: value for name, value in values.items() if name not in _KEY}
        insert = self.scope.insert(contact).values(values)
        await self.scope.run(insert.on_conflict_do_update(index_elements=list(_KEY), set_=changed))

    async def remove(self, person_id: PersonId, kind: ContactKind) -> None:
        mine = contact.c.person_id == person_id, contact.c.kind == kind, contact.c.pending.is_(False)
        await self.scope.run(delete(contact).where(*mine))

    async def stop(self, number: str, at: datetime) -> bool:
        insert = self.scope.insert(opt_out).values(address=number, at=at)
        insert = insert.on_conflict_do_nothing(index_elements=["address"])
        return await self.scope.scalar(insert.returning(opt_out.c.address)) is not None

    async def start(self, number: str) -> bool:
        return await self.scope.run(delete(opt_out).where(opt_out.c.address == number)) > 0
