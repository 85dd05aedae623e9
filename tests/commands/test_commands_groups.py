"""User groups over the real wire: read whole, and freshened by Slack's events."""

from __future__ import annotations

from dataclasses import replace

from commands_town import Town

from bot.domain.groups import UserGroup
from bot.domain.posture import PersonDecl
from integrations.directory import Directory
from sandbox import seed, wire

PAYMENTS = "S0PAYMENTS"


async def copy(town: Town) -> UserGroup:
    found = await town.night.bot.db.read(lambda tx: tx.user_groups.named([PAYMENTS]))
    return found[PAYMENTS]


async def members(town: Town) -> tuple[str, ...]:
    return (await copy(town)).members


async def test_the_directory_is_read_with_its_user_groups(town: Town) -> None:
    await Directory(town.night.bot, town.live.slack).read()
    group = await copy(town)
    assert (group.handle, group.members, group.active) == ("payments-team", (seed.ALICE, seed.BOB), True)


async def test_a_group_follows_what_slack_says_of_it(town: Town) -> None:
    await Directory(town.night.bot, town.live.slack).read()
    group = town.world.usergroups[PAYMENTS]
    moved = {"subteam_id": PAYMENTS, "team_id": "T0ACME", "added_users": [seed.DAVE], "removed_users": [seed.ALICE]}
    town.world.emit({"type": "subteam_members_changed", "date_update": group.created + 1, "event_ts": "1.1", **moved})

    async def dave_came() -> bool:
        return await members(town) == (seed.BOB, seed.DAVE)

    await town.until_true(dave_came)
    group.users, group.updated, group.deleted_at = [seed.CAROL], group.created + 2, group.created + 2
    body = wire.usergroup(town.world, group, users=True)
    town.world.emit({"type": "subteam_updated", "subteam": body, "event_ts": "1.2"})

    async def disabled() -> bool:
        return not (await copy(town)).active

    await town.until_true(disabled)
    assert await members(town) == (seed.CAROL,)


async def test_the_nightly_look_asks_slack_and_tells_admins_what_it_lacks(town: Town) -> None:
    """Slack cannot be asked: nothing is told, and the same night's next look tells it."""
    bot, directory = town.night.bot, Directory(town.night.bot, town.live.slack)
    town.live.fault("users.list", "error", error="internal_error")
    await directory.tell_lacks()
    assert await bot.db.read(lambda tx: tx.gaps.told()) == []
    nora = PersonDecl("nora", "Nora", email="nora@acme.example", phone="+15550100009")
    bot.adopt(replace(bot.posture(), people={"nora": nora}, severities={}))
    await directory.tell_lacks()
    told = await bot.db.read(lambda tx: tx.gaps.told())
    assert [(gap.code, gap.schedule, gap.other) for gap in told] == [("INC402", "people/nora", "nora@acme.example")]
