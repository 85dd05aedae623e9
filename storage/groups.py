"""Slack user groups: found by handle or id, replaced whole; and those that Slack does not let follow who is on call."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, or_, select

from bot.domain.groups import GroupTrouble, UserGroup
from storage.rota_tables import group_trouble
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

    async def troubles(self) -> dict[str, GroupTrouble]:
        rows = await self.scope.all(select(group_trouble).order_by(group_trouble.c.name))
        return {row["name"]: GroupTrouble(**row) for row in rows}

    async def trouble(self, given: GroupTrouble) -> None:
        values = values_of(given)
        changed = {name: value for name, value in values.items() if name != "name"}
        insert = self.scope.insert(group_trouble).values(values)
        await self.scope.run(insert.on_conflict_do_update(index_elements=["name"], set_=changed))

    async def mended(self, names: Iterable[str]) -> None:
        await self.scope.run(delete(group_trouble).where(group_trouble.c.name.in_(set(names))))
