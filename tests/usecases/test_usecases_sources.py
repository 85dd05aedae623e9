"""A rota that is kept elsewhere decides who is paged; what cannot be read leaves the last good copy in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from usecases_rota import DAY, MONDAY, WEEK, WEEKLY, Team24, team_on

from bot.domain.oncall import Origin, Rotation, Schedule, Source
from bot.domain.people import SYSTEM
from bot.domain.readiness import Gap
from bot.domain.refusals import Refusal
from bot.domain.sources import Entry, Named, Trouble
from bot.usecases import readiness, rotas, shifts, sources
from bot.usecases.schedules import accept_posture
from storage.database import SqlDatabase

FOLLOWED = Schedule(
    "payments", (), team="payments", origin=Origin.CALENDAR, source=Source(Origin.CALENDAR, "https://x")
)


@pytest.fixture
async def team(sqlite_db: SqlDatabase) -> Team24:
    """It took turns in the posture until now, and follows a calendar from now on."""
    team = await team_on(sqlite_db)
    posture = replace(team.bot.posture(), schedules={"payments": FOLLOWED})
    team.bot.adopt(await accept_posture(team.bot, posture, text="x", digest="two", by="start", now=team.now))
    return team


def week(number: int, name: str, start: datetime = MONDAY) -> Entry:
    return Entry(start + number * WEEK, start + (number + 1) * WEEK, (Named(name=name),))


async def test_as_long_as_nothing_was_read_those_who_were_on_call_stay(team: Team24) -> None:
    assert (await team.plan(2))[:2] == ["alice Tue 24 12-Mon 30 09", "bob Mon 30 09-Mon 07 09"]


async def test_an_emptied_rota_is_a_gap_that_is_told_at_once_and_once(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave")], team.now)
    await team.notes()
    for _ in range(2):
        assert await sources.take(team.bot, "payments", [], team.now) == ()
    [gap] = await readiness.gaps(team.bot, team.now)
    assert (gap.code, gap.start, gap.end) == ("no_slot", team.now, team.now + 2 * WEEK)
    assert await team.notes() == [("carol", "gaps_found")]


async def test_what_was_never_read_cannot_be_made_anew(team: Team24) -> None:
    before = await team.plan(2)
    with pytest.raises(Refusal) as no:
        await rotas.regenerate(team.bot, "payments", team.now, team.by("carol"), team.now)
    assert (no.value.code, await team.plan(2)) == ("comes_from", before)


async def test_what_was_read_is_who_is_on_call_and_overrides_are_laid_over_it(team: Team24) -> None:
    await shifts.override(
        team.bot, "payments", team.id("bob"), team.now + DAY, team.now + 2 * DAY, team.by("carol"), team.now
    )
    assert await sources.take(team.bot, "payments", [week(0, "dave"), week(1, "bob")], team.now) == ()
    assert await team.plan(1) == [
        "dave Tue 24 12-Wed 25 12", "bob* Wed 25 12-Thu 26 12", "dave Thu 26 12-Mon 30 09", "bob Mon 30 09-Tue 01 12",
    ]  # fmt: skip


async def test_somebody_unknown_leaves_the_last_good_copy(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave")], team.now)
    found = await sources.take(team.bot, "payments", [week(0, "bob"), week(1, "mallory")], team.now)
    assert found == (Trouble("unknown", "mallory", "2026-11-30 09:00 UTC"),)
    assert await team.plan(0.5) == ["dave Tue 24 12-Sat 28 00"]


async def test_reading_the_same_a_day_later_writes_no_line_of_the_journal(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave"), week(1, "bob")], team.now)
    before = await rotas.journal(team.bot, "payments")
    await sources.take(team.bot, "payments", [week(0, "dave"), week(1, "bob"), week(2, "alice")], team.now + DAY)
    assert await rotas.journal(team.bot, "payments") == before
    assert (await team.plan(3))[-1] == "alice Mon 07 09-Mon 14 09"
    await sources.take(team.bot, "payments", [week(0, "bob"), week(1, "bob")], team.now + DAY)
    assert len(await rotas.journal(team.bot, "payments")) == len(before) + 1


async def test_another_replica_takes_over_what_was_read(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave")], team.now)
    bare = replace(team.bot.posture(), schedules={"payments": FOLLOWED})
    team.bot.adopt(bare)
    await rotas.adopt(team.bot)
    assert team.bot.posture().schedules["payments"].handles == (f"#{team.id('dave')}",)


async def test_a_source_that_the_posture_names_no_more_is_over(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave")], team.now)
    posture = replace(team.bot.posture(), schedules={"other": Schedule("other", WEEKLY.layers)})
    later = await accept_posture(team.bot, posture, text="y", digest="three", by="start", now=team.now)
    assert list(later.schedules) == ["other"]
    assert await team.bot.db.read(lambda tx: tx.slots.schedules(team.now)) == {"other"}
    assert await sources.take(team.bot, "payments", [week(0, "dave")], team.now) == ()


async def test_nobody_makes_a_schedule_of_its_name_elsewhere(team: Team24) -> None:
    for origin in (Origin.SLACK, Origin.SHEET, Origin.PAGERDUTY):
        made = Schedule("payments", (Rotation(("bob",), WEEK),), origin=origin)
        with pytest.raises(Refusal) as no:
            await rotas.keep(team.bot, made, SYSTEM, team.now)
        assert (no.value.code, no.value.data["origin"]) == ("comes_from", "calendar")


async def test_a_source_that_cannot_be_followed_is_shown_until_it_is_mended_and_not_told_again(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(n, "dave") for n in range(4)], team.now)
    await sources.tell(team.bot, "payments", [Trouble("away", "PagerDuty answered 500")], team.now)
    assert await readiness.gaps(team.bot, team.now) == [Gap("stale", "payments")]
    assert await readiness.tell_gaps(team.bot, team.now) == (0, 0)
    await sources.tell(team.bot, "payments", [], team.now + DAY)
    assert await readiness.gaps(team.bot, team.now) == []


async def test_a_hole_in_what_was_read_is_a_gap(team: Team24) -> None:
    await sources.take(team.bot, "payments", [week(0, "dave"), week(2, "bob")], team.now)
    found = await readiness.gaps(team.bot, team.now)
    assert [(one.code, one.start, one.end) for one in found] == [("no_slot", MONDAY + WEEK, MONDAY + 2 * WEEK)]
