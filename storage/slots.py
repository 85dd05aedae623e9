"""Slots: who covers which interval of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, case, delete, func, select, update

from bot.domain.oncall import Slot
from bot.domain.people import PersonId
from storage.scope import Repository
from storage.work_tables import slot


def _slot(row: RowMapping) -> Slot:
    return Slot(
        row["id"],
        row["schedule"],
        row["person_id"],
        row["starts_at"],
        row["ends_at"],
        row["layer"],
        row["is_override"],
    )


def _values(schedule: str, new: Slot) -> dict[str, Any]:
    return {
        "schedule": schedule,
        "person_id": new.person_id,
        "starts_at": new.start,
        "ends_at": new.end,
        "layer": new.layer,
        "is_override": new.is_override,
    }


class SqlSlots(Repository):
    __slots__ = ()

    async def at(self, schedule: str, moment: datetime) -> Slot | None:
        covers = slot.c.schedule == schedule, slot.c.starts_at <= moment, slot.c.ends_at > moment
        rank = case((slot.c.is_override, slot.c.id), else_=slot.c.layer).desc()
        query = select(slot).where(*covers).order_by(slot.c.is_override.desc(), rank, slot.c.id.desc()).limit(1)
        found = await self._list(query)
        return found[0] if found else None

    async def between(self, schedule: str, start: datetime, end: datetime) -> list[Slot]:
        overlaps = slot.c.schedule == schedule, slot.c.starts_at < end, slot.c.ends_at > start
        return await self._list(select(slot).where(*overlaps).order_by(slot.c.starts_at, slot.c.layer, slot.c.id))

    async def after(self, schedule: str, moment: datetime, limit: int) -> list[Slot]:
        later = slot.c.schedule == schedule, slot.c.starts_at > moment
        query = select(slot).where(*later).order_by(slot.c.starts_at, slot.c.layer, slot.c.id)
        return await self._list(query.limit(limit))

    async def replace(self, schedule: str, since: datetime, slots: Sequence[Slot]) -> None:
        await self.scope.alone(f"slots/{schedule}")
        rota = slot.c.schedule == schedule, slot.c.is_override.is_(False)
        await self.scope.run(delete(slot).where(*rota, slot.c.starts_at >= since))
        await self.scope.run(update(slot).where(*rota, slot.c.ends_at > since).values(ends_at=since))
        if slots:
            await self.scope.run(slot.insert(), [_values(schedule, one) for one in slots])

    async def horizon(self, schedule: str) -> datetime | None:
        rota = slot.c.schedule == schedule, slot.c.is_override.is_(False)
        end: datetime | None = await self.scope.scalar(select(func.max(slot.c.ends_at)).where(*rota))
        return end

    async def of_person(self, person_id: PersonId, start: datetime, end: datetime) -> list[Slot]:
        mine = slot.c.person_id == person_id, slot.c.starts_at < end, slot.c.ends_at > start
        return await self._list(select(slot).where(*mine).order_by(slot.c.starts_at, slot.c.layer, slot.c.id))

    async def _list(self, query: Select[*tuple[object, ...]]) -> list[Slot]:
        return [_slot(row) for row in await self.scope.all(query)]
