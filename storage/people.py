"""People: found by id, Slack id, phone, mail address or handle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import ColumnElement, func, select, update

from bot.domain.people import Person, PersonId
from storage.columns import Words
from storage.scope import Repository, values_of
from storage.tables import person


class SqlPeople(Repository):
    __slots__ = ()

    async def get(self, person_id: PersonId) -> Person:
        """Raises LookupError for an id that was never given."""
        found = await self.many([person_id])
        if person_id not in found:
            raise LookupError(f"no person {person_id}")
        return found[person_id]

    async def many(self, ids: Iterable[PersonId]) -> dict[PersonId, Person]:
        rows = await self.scope.all(select(person).where(person.c.id.in_(set(ids))))
        return {row["id"]: Person(**row) for row in rows}

    async def by_slack(self, slack_id: str) -> Person | None:
        return await self._first(person.c.slack_id == slack_id)

    async def by_phone(self, phone: str) -> Person | None:
        return await self._first(person.c.phone == phone)

    async def by_email(self, email: str) -> Person | None:
        return await self._first(func.lower(person.c.email, type_=Words()) == email.lower())

    async def by_handles(self, handles: Iterable[str]) -> dict[str, Person]:
        rows = await self.scope.all(select(person).where(person.c.handle.in_(set(handles))))
        return {row["handle"]: Person(**row) for row in rows}

    async def all(self) -> list[Person]:
        return [Person(**row) for row in await self.scope.all(select(person).order_by(person.c.id))]

    async def add(self, new: Person) -> Person:
        values = values_of(new)
        del values["id"]
        return replace(new, id=await self.scope.scalar(person.insert().values(values).returning(person.c.id)))

    async def save(self, changed: Person) -> None:
        await self.scope.run(update(person).where(person.c.id == changed.id).values(values_of(changed)))

    async def _first(self, condition: ColumnElement[bool]) -> Person | None:
        """Where two people share a phone or an address, the active one who was known first."""
        query = select(person).where(condition).order_by(person.c.active.desc(), person.c.id).limit(1)
        row = await self.scope.first(query)
        return Person(**row) if row else None
