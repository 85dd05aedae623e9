"""Slack user groups: found by handle or id, replaced whole."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from bot.domain.groups import UserGroup
from storage.scope import Repository, values_of
from storage.tables import user_group


class SqlUserGroups(Repository):
    __slots__ = ()

    async def named(self, names: Iterable[str]) -> dict[str, UserGroup]:
        wanted = set(names)
        either = or_(user_group.c.slack_id.in_(wanted), user_group.c.handle.in_(wanted))
        query = select(user_group).where(either).order_by(user_group.c.active, user_group.c.changed)
        found = [UserGroup(**row) for row in await self.scope.all(query)]
        by_handle = {group.handle: group for group in found}
        both = by_handle | {group.slack_id: group for group in found}
        return {name: both[name] for name in wanted & set(both)}

    async def all(self) -> list[UserGroup]:
        query = select(user_group).order_by(user_group.c.slack_id)
        return [UserGroup(**row) for row in await self.scope.all(query)]

    async def put(self, given: UserGroup) -> None:
        values = values_of(given)
        changed = {name: value for name, value in values.items() if name != "slack_id"}
        insert = self.scope.insert(user_group).values(values)
        await self.scope.run(insert.on_conflict_do_update(index_elements=["slack_id"], set_=changed))
