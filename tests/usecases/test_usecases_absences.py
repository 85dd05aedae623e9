"""Time off that people tell: their turns pass on, everybody concerned hears of it, and it can be taken back."""

from __future__ import annotations

import pytest
from usecases_rota import DAY, HOUR, MONDAY, WEEK, Team24, guest, team_on

from bot.domain.oncall import Line, Listed, Origin, Rotation, Schedule
from bot.domain.people import SYSTEM, Actor, Source
from bot.domain.refusals import Refusal
from bot.domain.rota import stamp
from bot.usecases import absences, rotas, shifts
from bot.usecases.schedules import accept_posture
from storage.database import SqlDatabase


@pytest.fixture
async def team(sqlite_db: SqlDatabase) -> Team24:
    return await team_on(sqlite_db)


async def away(team: Team24, who: str, start: float, end: float, by: str = "") -> dict[str, object]:
    """From and to in days from now."""
    actor = team.by(by or who)
    told = await absences.away(team.bot, team.id(who), team.now + start * DAY, team.now + end * DAY, actor, team.now)
    return dict(told.data)


async def refused(team: Team24, who: str, start: float, end: float, by: str = "") -> str:
    with pytest.raises(Refusal) as no:
        await away(team, who, start, end, by)
    return no.value.code


async def notes(team: Team24) -> list[tuple[str, str]]:
    return sorted(one for one in await team.notes() if one[1] not in ("gaps_found", "gaps_mended"))


async def test_turns_pass_to_the_next_who_is_there_and_nobody_elses_move(team: Team24) -> None:
    before = await team.plan(3)
    told = await away(team, "bob", 7, 10)  # Tuesday noon to Friday noon, within his week
    assert await team.plan(3) == [
        before[0],
        "bob Mon 30 09-Tue 01 12", "dave Tue 01 12-Fri 04 12", "bob Fri 04 12-Mon 07 09",
        *before[2:],
    ]  # fmt: skip
    assert (told["passed"], told["nobody"], told["placed"]) == (["payments"], [], [])
    assert await notes(team) == [("dave", "turns_passed")]
    [line] = await rotas.journal(team.bot, "payments", 1)
    assert (line.verb, line.actor_id) == ("away", team.id("bob"))


async def test_times_that_meet_are_one_and_taken_back_as_one(team: Team24) -> None:
    before = await team.plan(1)
    for start, end in ((0, 2), (1, 3), (3, 4)):
        await away(team, "alice", start, end)
    [whole] = await absences.of(team.bot, team.id("alice"), team.now)
    assert (whole.since, whole.until) == (team.now, team.now + 4 * DAY)
    await absences.back(team.bot, whole.id, team.by("alice"), team.now)
    assert await team.plan(1) == before


async def test_it_is_laid_over_whatever_is_made_later(team: Team24) -> None:
    await away(team, "alice", 20, 22)
    expected = await team.plan(8)
    posture = team.bot.posture()
    await rotas.regenerate(team.bot, "payments", team.now, team.by("carol"), team.now)
    team.bot.adopt(await accept_posture(team.bot, posture, text="x", digest="two", by="start", now=team.now))
    await rotas.deactivate(team.bot, "payments", team.by("carol"), team.now)
    await rotas.activate(team.bot, "payments", team.by("carol"), team.now)
    assert await team.plan(8) == expected
    assert expected[3:6] == ["alice Mon 14 09-Mon 14 12", "bob Mon 14 12-Wed 16 12", "alice Wed 16 12-Mon 21 09"]


async def test_another_replica_knows_of_it_and_of_its_end(db: SqlDatabase) -> None:
    team = await team_on(db)
    before = team.bot.posture()
    await away(team, "bob", 7, 10)
    told = team.bot.posture()
    team.bot.adopt(before)
    await rotas.adopt(team.bot)
    assert team.bot.posture() == told != before
    [one] = await absences.of(team.bot, team.id("bob"), team.now)
    await absences.back(team.bot, one.id, team.by("bob"), team.now)
    team.bot.adopt(told)
    await rotas.adopt(team.bot)
    assert team.bot.posture() == before


async def test_taken_back_the_rest_of_the_time_is_theirs_again_and_all_are_told(team: Team24) -> None:
    await away(team, "bob", 6, 9, by="carol")
    await notes(team)
    [one] = await absences.of(team.bot, team.id("bob"), team.now)
    team.now += 7 * DAY
    told = await absences.back(team.bot, one.id, team.by("carol"), team.now)
    assert told.data["passed"] == ["payments"]
    assert (await team.plan(1))[0] == "bob Tue 01 12-Mon 07 09"
    assert await notes(team) == [("bob", "time_off_noted"), ("dave", "turns_passed")]
    assert await absences.of(team.bot, team.id("bob"), team.now) == []
    with pytest.raises(Refusal) as no:
        await absences.back(team.bot, one.id, team.by("bob"), team.now)
    assert no.value.code == "no_such_absence"


async def test_where_nobody_else_is_there_that_is_said_and_told_to_those_who_can_mend_it(team: Team24) -> None:
    await away(team, "alice", 1, 3)
    await away(team, "dave", 1, 3)
    told = await away(team, "bob", 1, 2)
    assert told["nobody"] == [["payments", stamp(team.now + DAY), stamp(team.now + 2 * DAY)]]
    assert ("carol", "gaps_found") in await team.notes()


async def test_overrides_and_what_a_list_says_stay_and_are_named(team: Team24) -> None:
    await shifts.override(
        team.bot, "payments", team.id("bob"), team.now + HOUR, team.now + DAY, team.by("alice"), team.now
    )
    line = Line(team.now, team.now + WEEK, ("bob",))
    await rotas.keep(team.bot, Schedule("sheet", (Listed((line,)),), origin=Origin.SHEET), SYSTEM, team.now)
    told = await away(team, "bob", 0, 2)
    assert (told["listed"], told["placed"], told["passed"]) == (["sheet"], ["payments"], [])


async def test_one_tells_it_of_oneself_and_admins_of_anybody(team: Team24) -> None:
    assert await refused(team, "bob", 1, 2, by="alice") == "not_your_time"
    assert await refused(team, "bob", 2, 1) == "bad_interval"
    assert (await away(team, "bob", 1, 2, by="carol"))["own"] is False
    assert await refused(team, "bob", 1, 1.5) == "already_away"
    stranger = Actor(guest(team.people["erin"]), Source.SLACK_COMMAND)
    with pytest.raises(Refusal) as no:
        await absences.away(team.bot, team.id("erin"), team.now, team.now + DAY, stranger, team.now)
    assert no.value.code == "read_only"


async def test_somebody_whom_a_schedule_made_in_slack_knows_by_number_is_away_there_too(team: Team24) -> None:
    members = tuple(f"#{team.id(name)}" for name in ("erin", "carol"))
    made = Schedule("desk", (Rotation(members, DAY, start=MONDAY),), origin=Origin.SLACK)
    await rotas.keep(team.bot, made, SYSTEM, team.now)
    await away(team, "erin", 0, 30)
    assert await team.plan(0.5, "desk") == ["carol Tue 24 12-Sat 28 00"]
    kept = await team.bot.db.read(lambda tx: tx.rotas.get("desk"))
    assert kept.definition is not None
    assert kept.definition["layers"][0]["terms"] == []  # type: ignore[index]  # JSON
