"""A sheet decides who is paged; edited badly it changes nothing, and mended it is followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from usecases_rota import Team24, team_on

from bot.domain.escalation import Target, TargetKind
from bot.domain.oncall import Schedule
from bot.domain.posture import Service
from bot.domain.sheet import Fault
from bot.usecases import rotas, sheets
from bot.usecases.finding import find_people
from bot.usecases.readiness import gaps
from storage.database import SqlDatabase

HEAD = ["start_time", "end_time", "assignees"]
CONTACTS = [["name", "email", "phone"], ["Alice", "", ""], ["Bob", "", "+15550100002"], ["Dave", "", ""]]
TODAY = ["11-24-2026 00:00", "11-24-2026 23:59"]


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    """Its service has a team without any schedule but the sheet's."""
    team = await team_on(db)
    posture = team.bot.posture()
    bare = replace(posture.teams["payments"], schedules=())
    services = {"api": Service("api", "payments")}
    made = replace(posture, services=services, default_service="api", schedules={}, teams={"payments": bare})
    team.bot.adopt(made)
    return team


async def take(team: Team24, *rows: list[str], later: timedelta = timedelta()) -> tuple[Fault, ...]:
    return await sheets.take(team.bot, [HEAD, *rows], CONTACTS, team.now + later)


async def paged(team: Team24) -> list[list[str]]:
    """Who each tier of the service's own policy means now."""
    posture = team.bot.posture()
    policy = posture.policy_for("api", timedelta(minutes=5))
    assert policy is not None
    found = []
    for tier in policy.tiers:
        [who] = await team.bot.db.read(lambda tx, tier=tier: find_people(tx, posture, tier.targets, team.now))
        found.append([person.name for person in who.people])
    return found


async def test_the_first_matching_row_is_paged_and_its_assignees_take_turns(team: Team24) -> None:
    assert await take(team, [*TODAY, "Bob, Alice"], [*TODAY, "Dave"]) == ()
    assert await paged(team) == [["Bob"], ["Alice"]]


async def test_after_the_last_of_a_row_comes_its_first_again_and_after_one_alone_nobody(team: Team24) -> None:
    async def after(offset: int) -> list[str]:
        target = Target(TargetKind.SCHEDULE, sheets.NAME, offset)
        [found] = await team.bot.db.read(lambda tx: find_people(tx, team.bot.posture(), [target], team.now))
        return [person.name for person in found.people]

    await take(team, [*TODAY, "Bob, Alice, Dave"])
    assert [await after(offset) for offset in range(5)] == [["Bob"], ["Alice"], ["Dave"], ["Bob"], ["Alice"]]
    await take(team, [*TODAY, "Bob"])
    assert [await after(offset) for offset in range(2)] == [["Bob"], []]


async def test_a_bad_edit_leaves_the_last_good_copy_and_a_mended_one_is_followed(team: Team24) -> None:
    await take(team, [*TODAY, "Bob"])
    bad = await take(team, [*TODAY, "Dave"], ["tomorrow", "11-25-2026 12:00", "Alice"])
    assert bad == (Fault("schedule", 3, "start_time", "not_a_time", "tomorrow"),)
    assert await paged(team) == [["Bob"]]
    assert await take(team, [*TODAY, "Dave"]) == ()
    assert await paged(team) == [["Dave"]]


async def test_a_contact_whom_nobody_knows_is_a_fault(team: Team24) -> None:
    contacts = [*CONTACTS, ["Eve", "eve@acme.example", ""]]
    found = await sheets.take(team.bot, [HEAD, [*TODAY, "Bob"]], contacts, team.now)
    assert found == (Fault("contacts", 5, "email", "unknown", "eve@acme.example"),)


async def test_a_number_of_the_sheet_is_used_where_no_other_is_known(team: Team24) -> None:
    await take(team, [*TODAY, "Bob"])
    bob = await team.bot.db.read(lambda tx: tx.people.get(team.id("bob")))
    assert bob.number == "+15550100002"


async def test_the_same_sheet_again_writes_nothing(team: Team24) -> None:
    await take(team, [*TODAY, "Bob"])
    before = await rotas.journal(team.bot, sheets.NAME)
    written: list[bool] = []
    team.bot = replace(team.bot, wake=lambda: written.append(True))  # by every commit
    assert (await take(team, [*TODAY, "Bob"]), written) == ((), [])
    assert await rotas.journal(team.bot, sheets.NAME) == before


async def test_a_schedule_of_that_name_in_the_posture_is_not_overwritten(team: Team24) -> None:
    own = replace(team.bot.posture(), schedules={sheets.NAME: Schedule(sheets.NAME, ())})
    team.bot.adopt(own)
    assert await take(team, [*TODAY, "Bob"]) == (Fault("", 0, "", "taken", "sheet"),)
    assert team.bot.posture() == own


async def test_a_sheet_that_ends_soon_is_a_gap_before_it_does(team: Team24) -> None:
    exception, usual = ["12-01-2026 00:00", "12-01-2026 23:59", "Dave"], ["11-24-2026 00:00", "12-03-2026 23:59", "Bob"]
    await take(team, exception, usual)
    assert [(gap.code, gap.start) for gap in await gaps(team.bot, team.now) if gap.schedule == sheets.NAME] == [
        ("no_slot", datetime(2026, 12, 4, tzinfo=UTC))
    ]
    await take(team, exception, [usual[0], "11-30-2026 23:59", "Bob"])
    assert [gap.start for gap in await gaps(team.bot, team.now) if gap.schedule == sheets.NAME] == [
        datetime(2026, 12, 2, tzinfo=UTC)
    ]
    await take(team, exception)
    assert [gap.start for gap in await gaps(team.bot, team.now) if gap.schedule == sheets.NAME] == [
        datetime(2026, 12, 2, tzinfo=UTC)
    ]
