"""Links of calendar feeds; the database knows each by its hash alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.feeds import Feed
from bot.domain.people import PersonId
from storage.rota_tables import feed
from storage.scope import Repository, values_of


class SqlFeeds(Repository):
    __slots__ = ()

    async def add(self, new: Feed) -> None:
        await self.scope.run(feed.insert(), values_of(new))

    async def get(self, digest: str) -> Feed | None:
        row = await self.scope.first(select(feed).where(feed.c.hash == digest, feed.c.revoked_at.is_(None)))
        return Feed(**row) if row else None

    async def of(self, person_id: PersonId) -> list[Feed]:
        mine = feed.c.person_id == person_id, feed.c.revoked_at.is_(None)
        rows = await self.scope.all(select(feed).where(*mine).order_by(feed.c.made_at, feed.c.schedule))
        return [Feed(**row) for row in rows]

    async def revoke(self, feeds: Sequence[Feed], at: datetime) -> None:
        hashes = [one.hash for one in feeds]
        await self.scope.run(update(feed).where(feed.c.hash.in_(hashes)).values(revoked_at=at))
