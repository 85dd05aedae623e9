"""Schedules as wholes: extended, made anew, switched off and on, kept from elsewhere, and read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from usecases_rota import DAY, MONDAY, TUESDAY, WEEK, WEEKLY, Team24, posture_of, team_on

from bot.domain.escalation import Target, TargetKind
from bot.domain.fairness import Load
from bot.domain.oncall import Line, Listed, Origin, Rotation, Schedule
from bot.domain.people import SYSTEM
from bot.domain.refusals import Refusal
from bot.usecases import rotas, shifts
from bot.usecases.finding import find_people
from bot.usecases.schedules import accept_posture, extend_slots, on_call_now
from storage.database import SqlDatabase


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    return await team_on(db)


async def refused(answer: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        await answer  # type: ignore[misc]  # a coroutine
    return no.value.code, no.value.data


async def on_call(team: Team24, schedule: str = "payments") -> list[str]:
    """Who would be paged now."""
    target = Target(TargetKind.SCHEDULE, schedule)
    [found] = await team.bot.db.read(lambda tx: find_people(tx, team.bot.posture(), [target], team.now))
    return [person.name for person in found.people]


async def test_a_schedule_is_extended_as_far_as_is_asked_and_the_day_after_leaves_it_so(team: Team24) -> None:
    await rotas.extend(team.bot, team.by("carol"), team.now, "payments", 20)
    horizon = await team.bot.db.read(lambda tx: tx.slots.horizon("payments"))
    assert horizon is not None and horizon > TUESDAY + 20 * WEEK
    await extend_slots(team.bot, team.bot.posture(), team.now + DAY)
    assert await team.bot.db.read(lambda tx: tx.slots.horizon("payments")) == horizon


async def test_what_touches_everybody_is_for_admins(team: Team24) -> None:
    alice, now = team.by("alice"), team.now
    for asked in (
        rotas.extend(team.bot, alice, now),
        rotas.regenerate(team.bot, "payments", now, alice, now),
        rotas.deactivate(team.bot, "payments", alice, now),
        rotas.activate(team.bot, "payments", alice, now),
        rotas.keep(team.bot, WEEKLY, alice, now),
    ):
        assert await refused(asked) == ("admins_only", {})


async def test_regeneration_from_a_point_leaves_what_is_before_it(team: Team24) -> None:
    changed = replace(WEEKLY, layers=(Rotation(("dave",), WEEK, start=MONDAY),))
    team.in_force.append(posture_of(changed))
    await rotas.regenerate(team.bot, "payments", MONDAY + WEEK, team.by("carol"), team.now)
    assert await team.plan() == ["alice Tue 24 12-Mon 30 09", "dave Mon 30 09-Tue 15 12"]


async def test_a_schedule_that_is_switched_off_has_nobody_on_call_until_it_is_on_again(team: Team24) -> None:
    await shifts.override(team.bot, "payments", team.id("erin"), TUESDAY, TUESDAY + DAY, SYSTEM, team.now)
    answer = await rotas.deactivate(team.bot, "payments", team.by("carol"), team.now)
    assert answer.data == {"schedule": "payments", "overrides": 1}
    assert (await team.plan(), await on_call(team)) == ([], [])
    await extend_slots(team.bot, team.bot.posture(), team.now)
    await accept_posture(team.bot, team.bot.posture(), text="x", digest="two", by="start", now=team.now)
    assert (await team.plan(), await on_call(team)) == ([], [])
    assert await refused(shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)) == (
        "schedule_inactive",
        {"schedule": "payments"},
    )
    assert await refused(rotas.deactivate(team.bot, "payments", team.by("carol"), team.now)) == (
        "same_activity",
        {"schedule": "payments", "active": False},
    )
    await rotas.activate(team.bot, "payments", team.by("carol"), team.now)
    assert ((await team.plan(1))[0], await on_call(team)) == ("alice Tue 24 12-Mon 30 09", ["Alice"])


async def test_one_that_the_posture_switches_off_is_switched_on_there(db: SqlDatabase) -> None:
    team = await team_on(db, replace(WEEKLY, is_active=False))
    assert await refused(rotas.activate(team.bot, "payments", team.by("carol"), team.now)) == (
        "comes_from",
        {"schedule": "payments", "origin": "posture"},
    )


async def test_a_schedule_that_left_the_posture_loses_its_coming_slots_and_keeps_its_past(team: Team24) -> None:
    await shifts.override(team.bot, "payments", team.id("erin"), TUESDAY + DAY, TUESDAY + 2 * DAY, SYSTEM, team.now)
    other = posture_of(Schedule("web", (Rotation(("dave",), WEEK),)))
    await accept_posture(team.bot, other, text="x", digest="two", by="start", now=TUESDAY + DAY)
    rows = await team.bot.db.read(lambda tx: tx.slots.between("payments", MONDAY, TUESDAY + 20 * WEEK))
    assert [(row.person_id, row.start, row.end) for row in rows] == [(team.id("alice"), TUESDAY, TUESDAY + DAY)]


SHEET = Schedule(
    "sheet", (Listed((Line(MONDAY, TUESDAY + DAY, ("dave", "bob")),)),), team="payments", origin=Origin.SHEET
)


async def test_a_schedule_from_elsewhere_is_kept_and_in_force_here_and_after_a_restart(team: Team24) -> None:
    assert (await rotas.keep(team.bot, SHEET, SYSTEM, team.now)).code == "kept"
    assert team.bot.posture().schedules["sheet"] == SHEET
    assert team.bot.posture().teams["payments"].schedules == ("payments", "sheet")
    assert await on_call(team, "sheet") == ["Dave"]
    again = await accept_posture(team.bot, posture_of(), text="", digest="one", by="start", now=team.now)
    assert again == replace(team.bot.posture(), version=1)
    longer = replace(SHEET, layers=(Listed((Line(MONDAY, TUESDAY + DAY, ("erin", "bob")),)),))
    await rotas.keep(team.bot, longer, SYSTEM, team.now)
    await rotas.keep(team.bot, longer, SYSTEM, team.now)
    assert await on_call(team, "sheet") == ["Erin"]
    assert [entry.verb for entry in await rotas.journal(team.bot, "sheet")] == ["keep", "keep"]


async def test_what_is_declared_elsewhere_is_not_edited_here(team: Team24) -> None:
    await rotas.keep(team.bot, SHEET, SYSTEM, team.now)
    for schedule, origin in (
        (replace(SHEET, origin=Origin.SLACK), "sheet"),
        (replace(SHEET, name="payments"), "posture"),
    ):
        assert await refused(rotas.keep(team.bot, schedule, team.by("carol"), team.now)) == (
            "comes_from",
            {"schedule": schedule.name, "origin": origin},
        )


async def test_everybodys_shifts_are_what_the_rows_come_to(team: Team24) -> None:
    await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    mine = await rotas.shifts_of(team.bot, team.people["bob"], team.now, team.now + 3 * WEEK)
    assert [(one.start, one.end) for one in mine] == [(TUESDAY, MONDAY + 2 * WEEK)]
    alice = await rotas.shifts_of(team.bot, team.people["alice"], team.now, team.now + 3 * WEEK)
    assert [(one.start, one.end) for one in alice] == [(MONDAY + 3 * WEEK, TUESDAY + 3 * WEEK)]


async def test_fairness_counts_what_was_really_covered(team: Team24) -> None:
    await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    later = MONDAY + 2 * WEEK
    loads = await rotas.fairness(team.bot, "payments", 30, later)
    assert loads == {team.id("bob"): Load(hours=141 + 168, nights=6 + 7, weekends=4)}


async def test_who_is_on_call_is_asked_for_all_schedules_at_once(team: Team24) -> None:
    await rotas.keep(team.bot, SHEET, SYSTEM, team.now)
    answers = await team.bot.db.read(lambda tx: on_call_now(tx, team.bot.posture(), team.now))
    told = [(one.schedule, one.slot and one.slot.person_id, one.until) for one in answers]
    assert told == [
        ("payments", team.id("alice"), MONDAY + WEEK),
        ("sheet", team.id("dave"), TUESDAY + DAY),  # nobody is planned after
    ]


async def test_what_one_replica_keeps_another_has_in_force_at_its_next_look(team: Team24) -> None:
    in_force = [team.bot.posture()]
    other = replace(team.bot, posture=lambda: in_force[-1], adopt=in_force.append)
    await rotas.keep(team.bot, SHEET, SYSTEM, team.now)
    assert "sheet" not in other.posture().schedules
    await rotas.adopt(other)
    assert other.posture() == team.bot.posture()
    await rotas.adopt(other)
    assert len(in_force) == 2  # nothing new
