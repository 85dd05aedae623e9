"""Storms: at most one lasts; what it is known by and what came of it is counted from the rows themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import distinct, func, select, update

from bot.domain.delivery import RowState
from bot.domain.storms import Sign, Storm, Toll
from storage.scope import Repository, word
from storage.tables import incident
from storage.work_tables import outbox, storm


class SqlStorms(Repository):
    __slots__ = ()

    async def lasting(self) -> Storm | None:
        row = await self.scope.first(select(storm).where(storm.c.ended_at.is_(None)))
        return Storm(**row) if row else None

    async def alone(self) -> None:
        await self.scope.alone("storm")

    async def begin(self, sign: Sign, at: datetime) -> Storm:
        new = {"sign": sign, "began_at": at, "seen_at": at}
        given = await self.scope.scalar(storm.insert().values(new).returning(storm.c.id))
        return Storm(given, sign, at, at)

    async def seen(self, given: Storm, at: datetime) -> Storm:
        await self.scope.run(update(storm).where(storm.c.id == given.id).values(seen_at=at))
        return replace(given, seen_at=at)

    async def end(self, given: Storm, at: datetime) -> None:
        await self.scope.run(update(storm).where(storm.c.id == given.id).values(ended_at=at))

    async def declared(self, nth: int) -> datetime | None:
        real = select(incident.c.declared_at).where(incident.c.drill.is_(False)).order_by(incident.c.id.desc())
        found: datetime | None = await self.scope.scalar(real.offset(nth - 1).limit(1))
        return found

    async def held(self) -> bool:
        waits = outbox.c.bundle_id.is_not(None), outbox.c.state == word(RowState.PENDING.value)
        real = select(outbox.c.id).join(incident, incident.c.id == outbox.c.incident_id)
        found = await self.scope.scalar(real.where(*waits, incident.c.drill.is_(False)).limit(1))
        return found is not None

    async def toll(self, since: datetime) -> Toll:
        new = incident.c.declared_at >= since, incident.c.drill.is_(False)
        incidents = await self.scope.scalar(select(func.count()).select_from(incident).where(*new))
        counts = select(func.count().label("pages"), func.count(distinct(outbox.c.bundle_id)).label("messages"))
        went = outbox.c.bundle_id.is_not(None), outbox.c.state == RowState.SENT, outbox.c.done_at >= since
        real = counts.join_from(outbox, incident, incident.c.id == outbox.c.incident_id)
        row = await self.scope.first(real.where(*went, incident.c.drill.is_(False)))
        assert row is not None
        return Toll(incidents, row["pages"], row["messages"])
