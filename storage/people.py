"""People: found by id, Slack id, phone, mail address or handle; each with the addresses they verified themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, or_, select, update

from bot.domain.contacts import ContactKind
from bot.domain.people import Person, PersonId
from storage.columns import Words
from storage.scope import Query, Repository, values_of
from storage.tables import contact, opt_out, person

#: What a person row does not hold itself.
_JOINED: Final = ("own_phone", "own_email", "sms_stopped")
_OWN: Final = tuple(field.name for field in fields(Person) if field.name not in _JOINED)

_phone, _email = contact.alias("own_phone"), contact.alias("own_email")
_number = func.coalesce(_phone.c.address, person.c.phone, type_=Words())


def _verified(own: FromClause, kind: ContactKind) -> ColumnElement[bool]:
    return and_(own.c.person_id == person.c.id, own.c.kind == kind, own.c.pending.is_(False))


def _select() -> Select[Any]:
    own = (
        _phone.c.address.label("own_phone"),
        _email.c.address.label("own_email"),
        opt_out.c.address.is_not(None).label("sms_stopped"),
    )
    joined = person.outerjoin(_phone, _verified(_phone, ContactKind.PHONE))
    joined = joined.outerjoin(_email, _verified(_email, ContactKind.EMAIL))
    return select(*(person.c[name] for name in _OWN), *own).select_from(
        joined.outerjoin(opt_out, opt_out.c.address == _number)
    )


#: Built once: three joins made anew for every look-up cost more than the look-up.
_PEOPLE = _select()


_MANY = Query(_PEOPLE.where(person.c.id.in_(bindparam("ids", expanding=True))), Person)


def _row_of(given: Person) -> dict[str, Any]:
    return {name: value for name, value in values_of(given).items() if name not in _JOINED}


def _changes_of(given: Person) -> dict[str, Any]:
    """Without the key: see `changes_of`."""
    return {name: value for name, value in _row_of(given).items() if name != "id"}


class SqlPeople(Repository):
    __slots__ = ()

    async def get(self, person_id: PersonId) -> Person:
        """Raises LookupError for an id that was never given."""
        found = await self.many([person_id])
        if person_id not in found:
            raise LookupError(f"no person {person_id}")
        return found[person_id]

    async def many(self, ids: Iterable[PersonId]) -> dict[PersonId, Person]:
        wanted = list(set(ids))
        found = await self.scope.read(_MANY, ids=wanted) if wanted else []
        return {one.id: one for one in found}

    async def by_slack(self, slack_id: str) -> Person | None:
        return await self._first(person.c.slack_id == slack_id)

    async def by_slacks(self, slack_ids: Iterable[str]) -> dict[str, Person]:
        rows = await self.scope.all(_PEOPLE.where(person.c.slack_id.in_(set(slack_ids))))
        return {row["slack_id"]: Person(**row) for row in rows}

    async def by_phone(self, phone: str) -> Person | None:
        return await self._first(or_(_phone.c.address == phone, person.c.phone == phone), first=_number == phone)

    async def by_email(self, email: str) -> Person | None:
        theirs = func.lower(person.c.email, type_=Words()) == email.lower()
        own = func.lower(_email.c.address, type_=Words()) == email.lower()
        return await self._first(or_(theirs, own), first=func.coalesce(theirs, False))

    async def by_handles(self, handles: Iterable[str]) -> dict[str, Person]:
        rows = await self.scope.all(_PEOPLE.where(person.c.handle.in_(set(handles))))
        return {row["handle"]: Person(**row) for row in rows}

    async def all(self) -> list[Person]:
        return [Person(**row) for row in await self.scope.all(_PEOPLE.order_by(person.c.id))]

    async def add(self, new: Person) -> Person:
        values = _row_of(new)
        del values["id"]
        return replace(new, id=await self.scope.scalar(person.insert().values(values).returning(person.c.id)))

    async def save(self, changed: Person) -> None:
        await self.scope.run(update(person).where(person.c.id == changed.id).values(_changes_of(changed)))

    async def _first(
        self, condition: ColumnElement[bool], *, first: ColumnElement[bool] | None = None
    ) -> Person | None:
        """Where several share a phone or an address: the active before others, `first` next, the older then."""
        order = [person.c.active.desc(), *([first.desc()] if first is not None else []), person.c.id]
        row = await self.scope.first(_PEOPLE.where(condition).order_by(*order).limit(1))
        return Person(**row) if row else None
