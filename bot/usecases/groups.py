"""User groups kept in step with Slack: read whole every hour, and freshened by what Slack says in between.

Those that schedules name hold whoever is on call. What somebody else made of one is set right again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.delivery import Effect, NewRow, Row
from bot.domain.groups import GroupTrouble, UserGroup, followed, newer, with_members
from bot.domain.people import Standing
from bot.domain.standing import touched
from bot.ports import Tx
from bot.usecases.boards import wish_in
from bot.usecases.following import group_row, update_row
from bot.usecases.notices import note_row

#: So long is waited before a group is set right that somebody else changed: two programs that both fill one must not
#: answer each other as fast as they can.
DRIFT_WAIT = timedelta(seconds=5)
#: What Slack refused is tried again with the next change of who is on call, at a start, and else after so long.
TRIED_AGAIN = timedelta(days=1)


async def sync(bot: Bot, groups: Sequence[UserGroup]) -> None:
    """Takes over all the groups there are; one that is gone keeps its row and pages nobody."""

    async def work(tx: Tx) -> None:
        known = {group.slack_id: group for group in await tx.user_groups.all()}
        told = {group.slack_id: group for group in groups}
        gone = [replace(group, active=False) for name, group in known.items() if name not in told and group.active]
        for group in [*told.values(), *gone]:
            if kept := newer(known.get(group.slack_id), group):
                await tx.user_groups.put(kept)
        await _set_right(bot, tx, timedelta(0))

    await bot.write(work)


async def changed(bot: Bot, group: UserGroup) -> None:
    """A group was made, renamed, disabled or filled anew."""

    async def work(tx: Tx) -> None:
        before = (await tx.user_groups.named([group.slack_id])).get(group.slack_id)
        if kept := newer(before, group):
            await tx.user_groups.put(kept)
            await _set_right(bot, tx, DRIFT_WAIT, kept)

    await bot.write(work)


async def members_changed(bot: Bot, slack_id: str, added: Collection[str], removed: Collection[str], at: int) -> None:
    """Some came and some went. A group that we never heard of waits for the hourly reading."""

    async def work(tx: Tx) -> None:
        before = (await tx.user_groups.named([slack_id])).get(slack_id)
        kept = with_members(before, added, removed, at) if before else None
        if kept is not None:
            await tx.user_groups.put(kept)
            await _set_right(bot, tx, DRIFT_WAIT, kept)

    await bot.write(work)


async def _set_right(bot: Bot, tx: Tx, wait: timedelta, only: UserGroup | None = None) -> None:
    """Fills the groups (or the one) that do not hold whom they should; what Slack refused is left for a day."""
    now, troubles = bot.clock.now(), await tx.user_groups.troubles()
    names = [name for name in followed(bot.posture().schedules) if only is None or name in (only.slack_id, only.handle)]
    rows = [
        group_row(name, now + wait)
        for name in names
        if (wish := await wish_in(bot, tx, name, now)) is not None
        and not wish.fulfilled
        and not _left_alone(troubles.get(name), wish.known, now)
    ]
    await tx.outbox.put(rows)


def _left_alone(trouble: GroupTrouble | None, known: UserGroup | None, now: datetime) -> bool:
    if trouble is None or (trouble.code == NO_SUCH_GROUP and known is not None):
        return False
    return trouble.tried_at > now - TRIED_AGAIN


# --- what came of filling one

#: Slack's word for a group that is not there.
NO_SUCH_GROUP = "no_such_subteam"


async def filled(bot: Bot, tx: Tx, row: Row, ref: Mapping[str, object], now: datetime) -> None:
    """Slack has it as it should be: our copy too, and a trouble is over."""
    group = _group_of(ref)
    if kept := newer((await tx.user_groups.named([group.slack_id])).get(group.slack_id), group):
        await tx.user_groups.put(kept)
    name = str(row.payload["group"])
    trouble = (await tx.user_groups.troubles()).get(name)
    if trouble is not None:
        await tx.user_groups.mended([name])
        await _told(bot, tx, "group_follows", trouble, now)


async def failed(bot: Bot, tx: Tx, row: Row, reason: str, now: datetime) -> None:
    """Slack refuses it: said once to admins, and beside its schedules until it is mended."""
    if row.effect is not Effect.GROUP_FILL:
        return
    name = str(row.payload["group"])
    before = (await tx.user_groups.troubles()).get(name)
    if before is not None and before.code == reason:
        await tx.user_groups.trouble(replace(before, tried_at=now))
        return
    new = GroupTrouble(name, reason, now, now)
    await tx.user_groups.trouble(new)
    await _told(bot, tx, "group_refused", new, now)


async def _told(bot: Bot, tx: Tx, code: str, trouble: GroupTrouble, now: datetime) -> None:
    schedules = bot.posture().schedules
    named = followed(schedules).get(trouble.name, ())
    data = {"group": trouble.name, "reason": trouble.code, "schedules": list(named)}
    admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
    stamp = f"{trouble.name}/{int(now.timestamp())}"
    notes = [note for one in admins if (note := note_row(one, code, stamp, data, now)) is not None]
    posts: list[NewRow] = [update_row(post, now) for post in touched(await tx.standing.all(), named, schedules)]
    await tx.outbox.put([*notes, *posts])


def _group_of(ref: Mapping[str, object]) -> UserGroup:
    members = ref["members"]
    assert isinstance(members, list)
    return UserGroup(
        str(ref["group"]), str(ref["handle"]), str(ref["name"]), tuple(str(one) for one in members),
        ref["active"] is True, int(str(ref["changed"])),
    )  # fmt: skip
