"""A standing post shows who is on call now and next, whatever changes it, in one message until that is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

import pytest
from usecases_rota import DAY, HOUR, MONDAY, TUESDAY, WEEK, WEEKLY, Team24, guest, team_on

from bot.domain.delivery import Effect, Lane, Never, Outcome, Sent
from bot.domain.oncall import Schedule
from bot.domain.people import SYSTEM, Actor, Source, Standing
from bot.domain.picture import Job
from bot.domain.refusals import Refusal
from bot.usecases import rotas, shifts, standing
from bot.usecases.delivery import Drop, settle
from bot.usecases.following import look_again
from bot.usecases.preparing import prepare
from bot.usecases.roster import DirectoryEntry, sync_directory
from bot.usecases.schedules import accept_posture
from bot.views import standing as views
from scheduler.timers import HANDLERS
from storage.database import SqlDatabase

HERE = "C0PAYMENTS"


@dataclass
class Wall:
    """The channel: messages by ts, as plain text. `gone`: Slack's reason why nothing can be edited any more."""

    team: Team24
    messages: dict[str, str] = field(default_factory=dict)
    edits: int = 0
    gone: str = ""
    _ts: count[int] = field(default_factory=lambda: count(1))

    async def goes_out(self, now: datetime = TUESDAY) -> list[str]:
        """Everything that is due for the channel; answers the messages."""
        for _turn in range(20):
            rows = [
                row
                for lane in (Lane.ROOM, Lane.COSMETIC)
                for row in await self.team.bot.db.write(lambda tx, at=lane: tx.outbox.claim("test", at, now, 50))  # type: ignore[misc]  # bound now
            ]
            if not rows:
                return list(self.messages.values())
            for row in rows:
                job = await prepare(self.team.bot, row, now)
                await settle(self.team.bot, row, job if isinstance(job, Drop) else self._call(job), now)
        raise AssertionError("the outbox never came to rest")

    def _call(self, job: Job) -> Outcome:
        if job.row.effect is Effect.HOME_PUBLISH:
            return Sent()
        if self.gone:
            return Never(self.gone)
        ts, shown = str(job.data.get("ts", "")), views.ended(str(job.data.get("about", ""))).text
        if job.board is not None:
            ts, shown = job.board.post.ts or str(next(self._ts)), views.board(job.board).text
        self.edits += job.row.effect is not Effect.STANDING_POST
        self.messages[ts] = re.sub(r" 2026| UTC", "", shown.removeprefix("On call\n"))
        return Sent({"channel": HERE, "ts": ts, "shown": shown})


@pytest.fixture
async def team(sqlite_db: SqlDatabase) -> Team24:
    return await team_on(sqlite_db)


@pytest.fixture
async def wall(team: Team24) -> Wall:
    """A channel in which Dave asked for the post of payments, which is there."""
    wall = Wall(team)
    done = await standing.put_up(team.bot, HERE, "schedule/payments", team.by("dave"), TUESDAY)
    assert done.code == "posted"
    assert await wall.goes_out() == [FIRST]
    return wall


FIRST = "payments: Now Alice until Mon 30 Nov 09:00; Next Bob from Mon 30 Nov 09:00"


async def timers(team: Team24, now: datetime) -> None:
    for timer in await team.bot.db.write(lambda tx: tx.timers.claim("test", now, 50)):
        await HANDLERS[timer.kind](team.bot, timer, now)


async def test_it_follows_every_change_in_the_same_message(wall: Wall) -> None:
    team, by = wall.team, wall.team.by("carol")
    await shifts.handoff(team.bot, "payments", team.id("dave"), by, TUESDAY)
    handed = "payments: Now Dave until Mon 30 Nov 09:00 (override); Next Bob from Mon 30 Nov 09:00"
    assert await wall.goes_out() == [handed]
    await shifts.override(team.bot, "payments", team.id("erin"), MONDAY + WEEK, MONDAY + WEEK + HOUR, by, TUESDAY)
    assert await wall.goes_out() == [handed.replace("Bob", "Erin")]
    await rotas.deactivate(team.bot, "payments", by, TUESDAY)
    assert await wall.goes_out() == ["payments: ⏸️ Switched off: nobody is on call by it."]
    await rotas.activate(team.bot, "payments", by, TUESDAY)
    assert await wall.goes_out() == [FIRST]


async def test_it_turns_with_the_rota_and_says_who_is_missing(wall: Wall) -> None:
    team = wall.team
    monday = MONDAY + WEEK
    await timers(team, monday)
    assert await wall.goes_out(monday) == ["payments: Now Bob until Mon 07 Dec 09:00; Next Dave from Mon 07 Dec 09:00"]
    await team.bot.db.write(lambda tx: tx.slots.replace("payments", monday + HOUR, []))
    await shifts.override(team.bot, "payments", team.id("alice"), monday + DAY, monday + 2 * DAY, SYSTEM, monday)
    assert await wall.goes_out(monday) == [
        "payments: Now Bob until Mon 30 Nov 10:00; Next ⚠️ nobody, then Alice from Tue 01 Dec 09:00"
    ]
    later = monday + 2 * HOUR  # the timer of an hour ago fires late: no notice tells of it any more
    await timers(team, later)
    assert await wall.goes_out(later) == [
        "payments: Now ⚠️ nobody until Tue 01 Dec 09:00; Next Alice from Tue 01 Dec 09:00"
    ]


async def test_a_name_that_changes_and_a_restart_bring_it_up_to_date(wall: Wall) -> None:
    team = wall.team
    posture = team.bot.posture()
    people = posture.people | {"alice": replace(posture.people["alice"], name="Alice Chen")}
    team.in_force.append(replace(posture, people=people))
    await accept_posture(team.bot, team.bot.posture(), text="x", digest="2", by="start", now=TUESDAY)
    assert await wall.goes_out() == [FIRST.replace("Alice", "Alice Chen")]
    entry = DirectoryEntry("U0BOB", "Robert", None, None, Standing.MEMBER, True)
    team.in_force.append(replace(posture, people={name: one for name, one in people.items() if name != "bob"}))
    await sync_directory(team.bot, [entry], TUESDAY)
    assert await wall.goes_out() == [FIRST.replace("Alice", "Alice Chen").replace("Bob", "Robert")]


async def test_a_team_and_all_have_posts_of_their_own(sqlite_db: SqlDatabase) -> None:
    second = Schedule("second", WEEKLY.layers, team="payments")
    team = await team_on(sqlite_db, WEEKLY, second, Schedule("web", ()))
    wall, by = Wall(team), team.by("dave")
    about = standing.about(team.bot, "PAYMENTS", team=True)
    for what in (about, standing.about(team.bot, "")):
        await standing.put_up(team.bot, HERE, what, by, TUESDAY)
    both = f"{FIRST}\n{FIRST.replace('payments', 'second')}"
    assert await wall.goes_out() == [both, f"{both}\nweb: Now ⚠️ nobody; Next ⚠️ nobody is planned"]
    wall.edits = 0
    await shifts.handoff(team.bot, "second", team.id("dave"), team.by("carol"), TUESDAY)
    shown = await wall.goes_out()
    assert ([one.count("(override)") for one in shown], wall.edits) == ([1, 1], 2)
    done = await standing.take_down(team.bot, HERE, None, by, TUESDAY)
    assert (done.code, done.data) == ("posts_ended", {"posts": 2})
    assert [one.startswith("Who is on call is not shown here any more.") for one in await wall.goes_out()] == [True] * 2
    await rotas.deactivate(team.bot, "second", team.by("carol"), TUESDAY)
    assert "not shown here" in (await wall.goes_out())[0]


async def test_asked_for_twice_it_is_there_once(wall: Wall) -> None:
    again = await standing.put_up(wall.team.bot, HERE, "schedule/payments", wall.team.by("alice"), TUESDAY)
    assert (again.code, await wall.goes_out()) == ("posted_already", [FIRST])


@pytest.mark.parametrize("gone", ["message_not_found", "is_archived", "not_in_channel"])
async def test_a_post_that_is_lost_ends_and_whoever_asked_for_it_is_told(wall: Wall, gone: str) -> None:
    wall.gone = gone
    await look_again(wall.team.bot, TUESDAY)
    await wall.goes_out()
    assert await wall.team.notes() == [("dave", "post_over")]
    assert await wall.team.bot.db.read(lambda tx: tx.standing.all()) == []


async def test_what_slack_refuses_for_another_reason_ends_no_post(wall: Wall) -> None:
    wall.gone = "invalid_blocks"
    await look_again(wall.team.bot, TUESDAY)
    await wall.goes_out()
    assert [one.ts for one in await wall.team.bot.db.read(lambda tx: tx.standing.all())] == ["1"]


async def test_a_post_that_was_ended_while_it_was_on_its_way_says_so(team: Team24) -> None:
    await standing.put_up(team.bot, HERE, "schedule/payments", team.by("dave"), TUESDAY)
    [row] = await team.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ROOM, TUESDAY, 50))
    await standing.take_down(team.bot, HERE, "schedule/payments", team.by("dave"), TUESDAY)
    await settle(team.bot, row, Sent({"channel": HERE, "ts": "7"}), TUESDAY)
    wall = Wall(team)
    await wall.goes_out()
    assert [(ts, text.partition(".")[0]) for ts, text in wall.messages.items()] == [
        ("7", "Who is on call is not shown here any more")
    ]


async def test_refusals_say_why(team: Team24) -> None:
    async def refused(code: str, channel: str, name: str = "", *, team_named: bool = False, by: Actor) -> None:
        with pytest.raises(Refusal) as no:
            await standing.put_up(team.bot, channel, standing.about(team.bot, name, team=team_named), by, TUESDAY)
        assert no.value.code == code

    dave = team.by("dave")
    await refused("unknown_schedule", HERE, "paymnts", by=dave)
    await refused("unknown_team", HERE, "web", team_named=True, by=dave)
    await refused("post_needs_channel", "D0DAVE", by=dave)
    await refused("read_only", HERE, by=Actor(guest(team.people["dave"]), Source.SLACK_COMMAND))
    with pytest.raises(Refusal) as no:
        await standing.take_down(team.bot, HERE, None, dave, TUESDAY)
    assert no.value.code == "no_post_here"
