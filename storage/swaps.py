"""Swaps: shifts that one person asked another, or the roster, to take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select, update

from bot.domain.swaps import Swap, SwapState
from storage.rota_tables import swap
from storage.scope import Repository, changes_of, values_of, word


class SqlSwaps(Repository):
    __slots__ = ()

    async def add(self, new: Swap) -> Swap:
        values = values_of(new)
        del values["id"]
        return replace(new, id=await self.scope.scalar(swap.insert().values(values).returning(swap.c.id)))

    async def get(self, swap_id: int) -> Swap | None:
        row = await self.scope.first(select(swap).where(swap.c.id == swap_id))
        return Swap(**row) if row else None

    async def save(self, changed: Swap) -> None:
        await self.scope.run(update(swap).where(swap.c.id == changed.id).values(changes_of(changed)))

    async def open(self, schedules: Collection[str] | None = None) -> list[Swap]:
        query = select(swap).where(swap.c.state == word(SwapState.OPEN.value))
        if schedules is not None:
            query = query.where(swap.c.schedule.in_(set(schedules)))
        return [Swap(**row) for row in await self.scope.all(query.order_by(swap.c.id))]
