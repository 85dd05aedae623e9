"""User groups kept in step with Slack: read whole every hour, and freshened by what Slack says in between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.bot import Bot
from bot.domain.groups import UserGroup, newer, with_members
from bot.ports import Tx


async def sync(bot: Bot, groups: Sequence[UserGroup]) -> None:
    """Takes over all the groups there are; one that is gone keeps its row and pages nobody."""

    async def work(tx: Tx) -> None:
        known = {group.slack_id: group for group in await tx.user_groups.all()}
        told = {group.slack_id: group for group in groups}
        gone = [replace(group, active=False) for name, group in known.items() if name not in told and group.active]
        for group in [*told.values(), *gone]:
            if kept := newer(known.get(group.slack_id), group):
                await tx.user_groups.put(kept)

    await bot.db.write(work)


async def changed(bot: Bot, group: UserGroup) -> None:
    """A group was made, renamed, disabled or filled anew."""

    async def work(tx: Tx) -> None:
        before = (await tx.user_groups.named([group.slack_id])).get(group.slack_id)
        if kept := newer(before, group):
            await tx.user_groups.put(kept)

    await bot.db.write(work)


async def members_changed(bot: Bot, slack_id: str, added: Collection[str], removed: Collection[str], at: int) -> None:
    """Some came and some went. A group that we never heard of waits for the hourly reading."""

    async def work(tx: Tx) -> None:
        before = (await tx.user_groups.named([slack_id])).get(slack_id)
        kept = with_members(before, added, removed, at) if before else None
        if kept is not None:
            await tx.user_groups.put(kept)

    await bot.db.write(work)
