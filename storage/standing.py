"""Standing posts: put once for a channel and what they are about, and gone when they end."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, select, update

from bot.domain.standing import StandingPost
from storage.rota_tables import standing_post
from storage.scope import Repository, values_of


class SqlStandingPosts(Repository):
    __slots__ = ()

    async def put(self, new: StandingPost) -> StandingPost | None:
        values = values_of(new)
        del values["id"]
        insert = self.scope.insert(standing_post).values(values)
        fresh = insert.on_conflict_do_nothing(index_elements=["channel", "about"]).returning(standing_post.c.id)
        number = await self.scope.scalar(fresh)
        return None if number is None else replace(new, id=number)

    async def get(self, post_id: int) -> StandingPost | None:
        row = await self.scope.first(select(standing_post).where(standing_post.c.id == post_id))
        return StandingPost(**row) if row else None

    async def all(self) -> list[StandingPost]:
        rows = await self.scope.all(select(standing_post).order_by(standing_post.c.id))
        return [StandingPost(**row) for row in rows]

    async def keep(self, post_id: int, ts: str, shown: str) -> bool:
        posted = update(standing_post).where(standing_post.c.id == post_id).values(ts=ts, shown=shown)
        return await self.scope.run(posted) > 0

    async def end(self, post_id: int) -> bool:
        return await self.scope.run(delete(standing_post).where(standing_post.c.id == post_id)) > 0
