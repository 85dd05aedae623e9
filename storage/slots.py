"""Slots: who covers which interval of a schedule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, func, select, update

from bot.domain.oncall import Slot
from bot.domain.people import PersonId
from storage.rota_tables import rota
from storage.scope import Repository
from storage.work_tables import slot

#: In the order of the fields of `Slot`.
_SLOT = select(
    slot.c.id, slot.c.schedule, slot.c.person_id, slot.c.starts_at, slot.c.ends_at, slot.c.layer, slot.c.is_override
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
        query = _SLOT.where(*covers).order_by(slot.c.is_override.desc(), rank, slot.c.id.desc()).limit(1)
        found = await self._list(query)
        return found[0] if found else None

    async def between(self, schedule: str, start: datetime, end: datetime) -> list[Slot]:
        overlaps = slot.c.schedule == schedule, slot.c.starts_at < end, slot.c.ends_at > start
        return await self._list(_SLOT.where(*overlaps).order_by(slot.c.starts_at, slot.c.layer, slot.c.id))

    async def after(self, schedule: str, moment: datetime, limit: int) -> list[Slot]:
        later = slot.c.schedule == schedule, slot.c.starts_at > moment
        query = _SLOT.where(*later).order_by(slot.c.starts_at, slot.c.layer, slot.c.id)
        return await self._list(query.limit(limit))

    async def of_all(
        self, start: datetime, end: datetime, schedules: Collection[str] | None = None
    ) -> dict[str, list[Slot]]:
        query = _SLOT.where(slot.c.ends_at > start, slot.c.starts_at < end)
        if schedules is not None:
            query = query.where(slot.c.schedule.in_(set(schedules)))
        found: dict[str, list[Slot]] = {}
        for one in await self._list(query.order_by(slot.c.starts_at, slot.c.layer, slot.c.id)):
            found.setdefault(one.schedule, []).append(one)
        return found

    async def get(self, slot_id: int) -> Slot | None:
        found = await self._list(_SLOT.where(slot.c.id == slot_id))
        return found[0] if found else None

    async def hold(self, schedule: str) -> None:
        """An advisory lock would not do: PostgreSQL reads what was there when the transaction began."""
        first = {"schedule": schedule, "version": 1, "is_off": False}
        again = {"version": rota.c.version + 1}
        insert = self.scope.insert(rota).values(first)
        await self.scope.run(insert.on_conflict_do_update(index_elements=["schedule"], set_=again))

    async def add(self, new: Slot, placed_by: PersonId | None = None) -> Slot:
        values = {**_values(new.schedule, new), "placed_by_id": placed_by}
        return replace(new, id=await self.scope.scalar(slot.insert().values(values).returning(slot.c.id)))

    async def placed_by(self, slot_id: int) -> PersonId | None:
        found: PersonId | None = await self.scope.scalar(select(slot.c.placed_by_id).where(slot.c.id == slot_id))
        return found

    async def cut(self, slot_id: int, end: datetime) -> None:
        mine = slot.c.id == slot_id
        await self.scope.run(delete(slot).where(mine, slot.c.starts_at >= end))
        await self.scope.run(update(slot).where(mine, slot.c.ends_at > end).values(ends_at=end))

    async def clear(self, schedule: str, since: datetime) -> int:
        await self.replace(schedule, since, [])
        coming = slot.c.schedule == schedule, slot.c.ends_at > since
        gone = await self.scope.run(delete(slot).where(*coming, slot.c.starts_at >= since))
        return gone + await self.scope.run(update(slot).where(*coming).values(ends_at=since))

    async def replace(self, schedule: str, since: datetime, slots: Sequence[Slot]) -> None:
        await self.hold(schedule)
        rota = slot.c.schedule == schedule, slot.c.is_override.is_(False)
        await self.scope.run(delete(slot).where(*rota, slot.c.starts_at >= since))
        await self.scope.run(update(slot).where(*rota, slot.c.ends_at > since).values(ends_at=since))
        if slots:
            await self.scope.run(slot.insert(), [_values(schedule, one) for one in slots])

    async def schedules(self, since: datetime) -> set[str]:
        return set(await self.scope.scalars(select(slot.c.schedule).where(slot.c.ends_at > since).distinct()))

    async def horizon(self, schedule: str) -> datetime | None:
        rota = slot.c.schedule == schedule, slot.c.is_override.is_(False)
        end: datetime | None = await self.scope.scalar(select(func.max(slot.c.ends_at)).where(*rota))
        return end

    async def of_person(self, person_id: PersonId, start: datetime, end: datetime) -> list[Slot]:
        mine = slot.c.person_id == person_id, slot.c.starts_at < end, slot.c.ends_at > start
        return await self._list(_SLOT.where(*mine).order_by(slot.c.starts_at, slot.c.layer, slot.c.id))

    async def _list(self, query: Select[Any]) -> list[Slot]:
        return [Slot(*row) for row in self.scope.conn.execute(query)]
