"""A user group that a schedule names holds whoever is on call; where Slack refuses, people are told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from usecases_rota import DAY, MONDAY, TUESDAY, WEEK, WEEKLY, Team24, team_on

from bot.domain.delivery import Lane, Never, Outcome, Row, Sent
from bot.domain.groups import UserGroup, fulfils
from bot.domain.oncall import Schedule
from bot.domain.people import Standing
from bot.usecases import groups, rota_pictures, rotas, shifts
from bot.usecases.delivery import Drop, settle
from bot.usecases.preparing import prepare
from storage.database import SqlDatabase

ONCALL = UserGroup("S0ONCALL", "oncall", "On call", ("U0ERIN",), changed=100)
FOLLOWED = replace(WEEKLY, user_group="oncall")


@dataclass
class Slack:
    """The group as Slack has it, and how often it was asked to change it. `refuses`: with this code."""

    team: Team24
    group: UserGroup = ONCALL
    calls: int = 0
    refuses: str = ""
    dropped: list[str] = field(default_factory=list)

    async def goes_out(self, now: datetime = TUESDAY) -> tuple[tuple[str, ...], bool]:
        """Everything that is due; answers who is in the group, and whether it is enabled."""
        for row in await self.waiting(now):
            job = await prepare(self.team.bot, row, now)
            if isinstance(job, Drop):
                self.dropped.append(job.reason)
            elif job.wish is not None:
                await settle(self.team.bot, row, self._fill(job.wish.members), now)
                continue
            await settle(self.team.bot, row, job if isinstance(job, Drop) else Sent(), now)
        return self.group.members, self.group.active

    async def waiting(self, now: datetime = TUESDAY) -> list[Row]:
        return await self.team.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ROOM, now, 50))

    def _fill(self, members: tuple[str, ...]) -> Outcome:
        if not fulfils(self.group, members):
            self.calls += 1
            if self.refuses:
                return Never(self.refuses)
            kept = members or self.group.members
            self.group = replace(self.group, members=kept, active=bool(members), changed=self.group.changed + 1)
        one = self.group
        told = {"handle": one.handle, "name": one.name, "active": one.active, "changed": one.changed}
        return Sent({"group": one.slack_id, "members": list(one.members), **told})


@pytest.fixture
async def team(sqlite_db: SqlDatabase) -> Team24:
    return await team_on(sqlite_db, FOLLOWED)


@pytest.fixture
async def slack(team: Team24) -> Slack:
    """The group was read, and holds Alice, who is on call."""
    slack = Slack(team)
    await slack.goes_out()
    await groups.sync(team.bot, [ONCALL])
    assert await slack.goes_out() == (("U0ALICE",), True)
    return slack


async def test_it_follows_every_change_and_is_disabled_while_nobody_is_on_call(slack: Slack) -> None:
    bot, by = slack.team.bot, slack.team.by("carol")
    await shifts.handoff(bot, "payments", slack.team.id("dave"), by, TUESDAY)
    assert await slack.goes_out() == (("U0DAVE",), True)
    await rotas.deactivate(bot, "payments", by, TUESDAY)
    assert await slack.goes_out() == (("U0DAVE",), False)
    await rotas.activate(bot, "payments", by, TUESDAY)
    assert await slack.goes_out() == (("U0ALICE",), True)


async def test_a_change_that_changes_nobody_asks_slack_for_nothing(slack: Slack) -> None:
    before = slack.calls
    await shifts.override(
        slack.team.bot, "payments", slack.team.id("erin"), MONDAY + WEEK, MONDAY + WEEK + DAY, slack.team.by("carol"),
        TUESDAY,
    )  # fmt: skip
    assert (await slack.goes_out(), slack.calls) == ((("U0ALICE",), True), before)


async def test_of_several_changes_only_the_newest_goes_out(slack: Slack) -> None:
    for name in ("bob", "dave", "erin"):
        await shifts.handoff(slack.team.bot, "payments", slack.team.id(name), slack.team.by("carol"), TUESDAY)
    assert len(await slack.waiting()) == 1


async def test_a_group_of_two_schedules_holds_both_but_no_guest(sqlite_db: SqlDatabase) -> None:
    second = Schedule("second", (replace(WEEKLY.layers[0], members=("erin",)),), user_group="oncall")
    third = Schedule("third", (replace(WEEKLY.layers[0], members=("dave",)),), user_group="oncall")
    team = await team_on(sqlite_db, FOLLOWED, second, third)
    dave = replace(team.people["dave"], standing=Standing.GUEST)
    await team.bot.db.write(lambda tx: tx.people.save(dave))
    slack = Slack(team)
    await groups.sync(team.bot, [ONCALL])
    assert await slack.goes_out() == (("U0ALICE", "U0ERIN"), True)


async def test_what_somebody_else_makes_of_it_is_set_right_a_moment_later(slack: Slack) -> None:
    bot, ours = slack.team.bot, slack.group
    await groups.changed(bot, ours)  # Slack tells us of our own change
    assert await slack.waiting(TUESDAY + DAY) == []
    slack.group = replace(ours, members=("U0ERIN",), changed=900)
    await groups.members_changed(bot, ours.slack_id, ["U0ERIN"], ["U0ALICE"], 900)
    assert await slack.waiting() == []
    assert await slack.goes_out(TUESDAY + groups.DRIFT_WAIT) == (("U0ALICE",), True)


async def trouble(slack: Slack) -> str:
    found = await rota_pictures.picture(slack.team.bot, "payments", TUESDAY, TUESDAY + DAY)
    return found.trouble.code if found.trouble else ""


async def test_what_slack_refuses_is_told_once_and_left_until_something_changes(slack: Slack) -> None:
    bot, by = slack.team.bot, slack.team.by("carol")
    slack.refuses = "permission_denied"
    await shifts.handoff(bot, "payments", slack.team.id("dave"), by, TUESDAY)
    await slack.goes_out()
    assert (await trouble(slack), await slack.waiting(TUESDAY + DAY)) == ("permission_denied", [])
    notes = [note for note in await slack.team.notes() if note[1].startswith("group")]
    assert notes == [("carol", "group_refused")]
    await groups.sync(bot, [slack.group])  # an hour later it is the same
    assert await slack.waiting(TUESDAY + DAY) == []
    await shifts.handoff(bot, "payments", slack.team.id("bob"), by, TUESDAY)
    await slack.goes_out()
    assert [note for note in await slack.team.notes() if note[1].startswith("group")] == []
    slack.refuses = ""
    await shifts.handoff(bot, "payments", slack.team.id("erin"), by, TUESDAY)
    assert (await slack.goes_out(), await trouble(slack)) == ((("U0ERIN",), True), "")
    assert [note for note in await slack.team.notes() if note[1].startswith("group")] == [("carol", "group_follows")]


async def test_a_group_that_was_missing_is_filled_once_it_is_made(team: Team24) -> None:
    slack = Slack(team, refuses="no_such_subteam")
    await slack.goes_out()
    assert await trouble(slack) == "no_such_subteam"
    slack.refuses = ""
    await groups.changed(team.bot, ONCALL)
    assert (await slack.goes_out(TUESDAY + groups.DRIFT_WAIT), await trouble(slack)) == ((("U0ALICE",), True), "")


async def test_before_slack_was_read_no_group_is_emptied(team: Team24) -> None:
    nobody = [replace(one, slack_id=None) for one in team.people.values()]
    for one in nobody:
        await team.bot.db.write(lambda tx, person=one: tx.people.save(person))  # type: ignore[misc]  # bound now
    slack = Slack(team)
    assert (await slack.goes_out(), slack.dropped) == ((("U0ERIN",), True), ["Slack's user groups were not read yet"])
