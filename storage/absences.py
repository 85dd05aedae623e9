"""Absences: time off that people told the bot of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, update

from bot.domain.absences import Absence
from bot.domain.people import PersonId
from storage.rota_tables import absence
from storage.scope import Repository, values_of


class SqlAbsences(Repository):
    __slots__ = ()

    async def add(self, new: Absence) -> Absence:
        values = values_of(new)
        del values["id"]
        return replace(new, id=await self.scope.scalar(absence.insert().values(values).returning(absence.c.id)))

    async def get(self, absence_id: int) -> Absence | None:
        row = await self.scope.first(select(absence).where(absence.c.id == absence_id))
        return Absence(**row) if row else None

    async def end(self, absence_id: int, at: datetime) -> None:
        await self.scope.run(delete(absence).where(absence.c.id == absence_id, absence.c.since >= at))
        await self.scope.run(update(absence).where(absence.c.id == absence_id).values(until=at))

    async def coming(self, now: datetime, person_id: PersonId | None = None) -> list[Absence]:
        query = select(absence).where(absence.c.until > now)
        if person_id is not None:
            query = query.where(absence.c.person_id == person_id)
        return [Absence(**row) for row in await self.scope.all(query.order_by(absence.c.since, absence.c.id))]
