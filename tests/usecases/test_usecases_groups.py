"""User groups: our copy follows Slack, whatever order Slack speaks in, and pages whoever is in it now."""

from __future__ import annotations

from dataclasses import replace

from night import Night

from bot.domain.escalation import Target, TargetKind
from bot.domain.groups import UserGroup
from bot.usecases import groups
from bot.usecases.finding import find_people

ONCALL = UserGroup("S0ONCALL", "oncall", "On call", ("U0BOB", "U0ALICE", "U0BOT"), changed=100)


async def copies(night: Night) -> list[UserGroup]:
    return await night.bot.db.read(lambda tx: tx.user_groups.all())


async def meant(night: Night, name: str = "oncall") -> tuple[list[str], str]:
    target = Target(TargetKind.USER_GROUP, name)
    [found] = await night.bot.db.read(lambda tx: find_people(tx, night.bot.posture(), [target], night.now))
    return [person.handle or person.name for person in found.people], found.reason


async def test_a_group_means_its_members_whom_we_know_in_slacks_order(night: Night) -> None:
    await groups.sync(night.bot, [ONCALL])
    assert await meant(night) == (["bob", "alice"], "")
    assert await meant(night, "S0ONCALL") == (["bob", "alice"], "")


async def test_a_group_that_means_nobody_says_why(night: Night) -> None:
    strangers = UserGroup("S1", "strangers", "Strangers", ("U0NEVERMET",))
    empty = UserGroup("S2", "empty", "Empty")
    gone = replace(ONCALL, active=False)
    await groups.sync(night.bot, [strangers, empty, gone])
    assert [await meant(night, name) for name in ("strangers", "empty", "oncall", "other")] == [
        ([], "group_empty"),
        ([], "group_empty"),
        ([], "group_disabled"),
        ([], "group_unknown"),
    ]


async def test_a_reading_takes_over_everything_and_disables_what_is_gone(night: Night) -> None:
    other = UserGroup("S0OTHER", "other", "Other", ("U0DAVE",), changed=5)
    await groups.sync(night.bot, [ONCALL, other])
    renamed = replace(ONCALL, handle="on-duty", members=("U0DAVE",), changed=101)
    await groups.sync(night.bot, [renamed])
    assert await copies(night) == [renamed, replace(other, active=False)]


async def test_members_come_and_go(night: Night) -> None:
    await groups.sync(night.bot, [ONCALL])
    await groups.members_changed(night.bot, "S0ONCALL", ["U0DAVE"], ["U0ALICE"], 101)
    await groups.members_changed(night.bot, "S0ONCALL", ["U0DAVE"], ["U0ALICE"], 101)  # Slack repeats itself
    assert await meant(night) == (["bob", "dave"], "")


async def test_what_is_older_than_our_copy_changes_nothing(night: Night) -> None:
    await groups.changed(night.bot, ONCALL)
    await groups.members_changed(night.bot, "S0ONCALL", ["U0DAVE"], [], 99)
    await groups.changed(night.bot, replace(ONCALL, members=(), changed=98))
    await groups.sync(night.bot, [replace(ONCALL, handle="stale", changed=97)])
    assert await copies(night) == [ONCALL]


async def test_a_group_never_heard_of_waits_for_the_next_reading(night: Night) -> None:
    await groups.members_changed(night.bot, "S0NEW", ["U0DAVE"], [], 5)
    assert await copies(night) == []
