"""Shifts that near, begin and end are told when they do, once, as the rows are then; and gaps once, and when mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from usecases_rota import DAY, HOUR, MONDAY, TUESDAY, WEEK, Team24, posture_of, team_on

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Away, Rotation, Schedule, Term
from bot.domain.people import SYSTEM
from bot.domain.posture import Posture, Service
from bot.domain.readiness import Gap
from bot.usecases import readiness, rotas, shifts
from bot.usecases.readiness import tell_gaps
from bot.usecases.schedules import accept_posture, extend_slots
from scheduler.timers import HANDLERS
from storage.database import SqlDatabase

HANDOFF = MONDAY + WEEK  # from Alice to Bob


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    return await team_on(db)


async def passes(team: Team24, until: datetime) -> list[tuple[str, str, str]]:
    """Lets timers fire until then; answers (when, to whom, what) of the notes they made."""
    seen: list[tuple[str, str, str]] = []
    for _turn in range(200):
        due = await team.bot.db.read(lambda tx: tx.timers.next_due())
        if due is None or due > until:
            break
        for timer in await team.bot.db.write(lambda tx, at=due: tx.timers.claim("test", at, 50)):  # type: ignore[misc]  # bound now
            await HANDLERS[timer.kind](team.bot, timer, due)
        seen += [(f"{due:%a %H}", *note) for note in sorted(await team.notes())]
    return seen


async def test_a_week_of_notices(team: Team24) -> None:
    assert await passes(team, HANDOFF + DAY) == [
        ("Sun 09", "bob", "shift_soon"),
        ("Mon 08", "bob", "shift_soon"),
        ("Mon 09", "alice", "shift_ends"),
        ("Mon 09", "bob", "shift_begins"),
    ]


async def test_a_shift_that_was_handed_on_is_announced_to_whoever_has_it_then(team: Team24) -> None:
    await passes(team, HANDOFF - 2 * HOUR)
    await shifts.override(team.bot, "payments", team.id("dave"), HANDOFF, HANDOFF + DAY, SYSTEM, HANDOFF - 2 * HOUR)
    await team.notes()
    assert await passes(team, HANDOFF) == [
        ("Mon 08", "dave", "shift_soon"),
        ("Mon 09", "alice", "shift_ends"),
        ("Mon 09", "bob", "shift_soon"),
        ("Mon 09", "dave", "shift_begins"),
    ]


async def test_a_moment_that_a_change_brings_nearer_is_not_missed(team: Team24) -> None:
    await shifts.override(
        team.bot, "payments", team.id("dave"), TUESDAY + 3 * HOUR, TUESDAY + 5 * HOUR, SYSTEM, TUESDAY
    )
    await team.notes()
    assert await passes(team, TUESDAY + 3 * HOUR) == [
        ("Tue 14", "dave", "shift_soon"),
        ("Tue 15", "alice", "shift_ends"),
        ("Tue 15", "dave", "shift_begins"),
    ]


async def test_nothing_is_said_twice_by_the_daily_extension_or_a_restart(team: Team24) -> None:
    await passes(team, HANDOFF)
    await extend_slots(team.bot, team.bot.posture(), HANDOFF)
    await accept_posture(team.bot, team.bot.posture(), text="", digest="one", by="start", now=HANDOFF)
    assert await passes(team, HANDOFF + HOUR) == []


async def test_a_schedule_that_is_switched_off_announces_nothing(team: Team24) -> None:
    await rotas.deactivate(team.bot, "payments", team.by("carol"), TUESDAY)
    assert sorted(await team.notes()) == [("alice", "schedule_off")]
    told = await passes(team, HANDOFF + DAY)
    assert told == []


# --- gaps


def paging(*schedules: Schedule) -> Posture:
    """The posture with a service that pages the first schedule."""
    made = posture_of(*schedules)
    policy = Policy("payments", (Tier((Target(TargetKind.SCHEDULE, "payments"),), HOUR),))
    service = Service("api", "payments", "payments")
    return replace(made, policies={"payments": policy}, services={"api": service})


async def test_gaps_are_told_once_to_those_who_can_mend_them_and_once_when_they_are_mended(team: Team24) -> None:
    gone = replace(team.people["bob"], slack_id=None)
    await team.bot.db.write(lambda tx: tx.people.save(gone))
    [gap] = await readiness.gaps(team.bot, TUESDAY)
    assert (gap.code, gap.person_id) == ("no_address", team.id("bob"))
    assert await tell_gaps(team.bot, TUESDAY) == (1, 0)
    assert await tell_gaps(team.bot, TUESDAY + HOUR) == (0, 0)  # the same day
    assert await tell_gaps(team.bot, TUESDAY + DAY) == (0, 0)  # known
    assert await team.notes() == [("carol", "gaps_found")]
    await team.bot.db.write(lambda tx: tx.people.save(team.people["bob"]))
    assert await tell_gaps(team.bot, TUESDAY + 2 * DAY) == (0, 1)
    assert sorted(await team.notes()) == [("bob", "gaps_mended"), ("carol", "gaps_mended")]
    assert await tell_gaps(team.bot, TUESDAY + 3 * DAY) == (0, 0)


async def test_an_hour_that_time_off_leaves_open_is_told_to_the_members_too(team: Team24) -> None:
    off = Away(TUESDAY + DAY, TUESDAY + 2 * DAY)
    both = (Term("alice", away=(off,)), Term("bob", away=(off,)))
    open_day = Schedule("payments", (Rotation(("alice", "bob"), WEEK, start=MONDAY, terms=both),), team="payments")
    team.in_force.append(
        await accept_posture(team.bot, posture_of(open_day), text="x", digest="2", by="x", now=TUESDAY)
    )
    assert await readiness.gaps(team.bot, TUESDAY) == [Gap("no_slot", "payments", None, off.start, off.end)]
    assert await tell_gaps(team.bot, TUESDAY) == (1, 0)
    assert sorted(await team.notes()) == [("alice", "gaps_found"), ("bob", "gaps_found"), ("carol", "gaps_found")]
    await shifts.override(team.bot, "payments", team.id("alice"), off.start, off.end, team.by("alice"), TUESDAY)
    assert await readiness.gaps(team.bot, TUESDAY) == []


async def test_a_schedule_that_is_switched_off_is_a_gap_where_a_service_pages_it(team: Team24) -> None:
    team.in_force.append(paging())
    assert await readiness.gaps(team.bot, TUESDAY) == []
    await rotas.deactivate(team.bot, "payments", team.by("carol"), TUESDAY)
    assert await readiness.gaps(team.bot, TUESDAY) == [Gap("inactive", "payments")]
