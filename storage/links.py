"""Links by which a page is answered from a mail; the database knows each by its hash alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.links import Link
from storage.scope import Repository, values_of
from storage.tables import answer_link


class SqlLinks(Repository):
    __slots__ = ()

    async def add(self, links: Sequence[Link]) -> None:
        insert = self.scope.insert(answer_link).on_conflict_do_nothing(index_elements=["hash"])
        await self.scope.run(insert, [values_of(link) for link in links])

    async def get(self, digest: str) -> Link | None:
        row = await self.scope.first(select(answer_link).where(answer_link.c.hash == digest))
        return Link(**row) if row else None

    async def use(self, digest: str, at: datetime) -> bool:
        mine = answer_link.c.hash == digest, answer_link.c.used_at.is_(None)
        return await self.scope.run(update(answer_link).where(*mine).values(used_at=at)) > 0
