"""Handoffs and overrides: who is on call changes for exactly as long as was asked, by whoever may, and all are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from usecases_rota import DAY, HOUR, MONDAY, TUESDAY, WEEK, Team24, guest, team_on

from bot.domain.delivery import Lane
from bot.domain.oncall import Rotation, Schedule
from bot.domain.people import SYSTEM, Actor, Source
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, stamp
from bot.usecases import rotas, shifts
from bot.usecases.schedules import accept_posture, extend_slots
from storage.database import SqlDatabase


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    return await team_on(db)


async def refused(answer: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        await answer  # type: ignore[misc]  # a coroutine
    return no.value.code, no.value.data


async def test_a_handoff_ends_the_running_slot_and_the_rotation_resumes_at_its_boundary(team: Team24) -> None:
    answer = await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    assert answer == Changed(
        "handed_off",
        {
            "schedule": "payments",
            "person": "Bob",
            "before": "Alice",
            "start": stamp(TUESDAY),
            "end": stamp(MONDAY + WEEK),
        },
    )
    assert await team.plan() == [
        "bob* Tue 24 12-Mon 30 09",
        "bob Mon 30 09-Mon 07 09",
        "dave Mon 07 09-Mon 14 09",
        "alice Mon 14 09-Tue 15 12",
    ]
    assert sorted(await team.notes()) == [("alice", "shift_given"), ("bob", "shift_taken")]


async def test_nobody_is_told_that_they_arranged_it_themselves(team: Team24) -> None:
    await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    rows = await team.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, team.now + WEEK, 90))
    by: Any = {row.person_id: row.payload["data"] for row in rows if "shift" in str(row.payload["message"])}
    assert [by[team.id(name)]["by"] for name in ("alice", "bob")] == ["", "Alice"]


async def test_a_handoff_may_begin_later(team: Team24) -> None:
    await shifts.handoff(team.bot, "payments", team.id("dave"), team.by("alice"), team.now, TUESDAY + DAY)
    assert (await team.plan(1))[:2] == ["alice Tue 24 12-Wed 25 12", "dave* Wed 25 12-Mon 30 09"]


async def test_a_handoff_of_an_override_lasts_as_long_as_it_did(team: Team24) -> None:
    await shifts.override(team.bot, "payments", team.id("bob"), TUESDAY, TUESDAY + DAY, team.by("alice"), team.now)
    await shifts.handoff(team.bot, "payments", team.id("dave"), team.by("bob"), team.now, TUESDAY + HOUR)
    assert (await team.plan(1))[:3] == [
        "bob* Tue 24 12-Tue 24 13",
        "dave* Tue 24 13-Wed 25 12",
        "alice Wed 25 12-Mon 30 09",
    ]


async def test_a_handoff_leaves_a_coming_override_alone(team: Team24) -> None:
    friday = TUESDAY + 3 * DAY
    await shifts.override(team.bot, "payments", team.id("dave"), friday, friday + DAY, team.by("carol"), team.now)
    await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    assert (await team.plan(1))[:3] == [
        "bob* Tue 24 12-Fri 27 12",
        "dave* Fri 27 12-Sat 28 12",
        "alice Sat 28 12-Mon 30 09",
    ]


async def test_of_overlapping_overrides_the_later_made_wins(team: Team24) -> None:
    carol = team.by("carol")
    await shifts.override(team.bot, "payments", team.id("bob"), TUESDAY, TUESDAY + 2 * DAY, carol, team.now)
    await shifts.override(team.bot, "payments", team.id("dave"), TUESDAY + DAY, TUESDAY + 3 * DAY, carol, team.now)
    assert (await team.plan(1))[:3] == [
        "bob* Tue 24 12-Wed 25 12",
        "dave* Wed 25 12-Fri 27 12",
        "alice Fri 27 12-Mon 30 09",
    ]


async def test_an_override_survives_a_new_rota_the_daily_extension_and_regeneration(team: Team24) -> None:
    await shifts.override(
        team.bot, "payments", team.id("erin"), TUESDAY + DAY, TUESDAY + 2 * DAY, team.by("alice"), team.now
    )
    before = await team.plan()
    await extend_slots(team.bot, team.bot.posture(), team.now + DAY)
    await accept_posture(team.bot, team.bot.posture(), text="x", digest="two", by="start", now=team.now)
    await rotas.regenerate(team.bot, "payments", TUESDAY + HOUR, team.by("carol"), team.now)
    assert await team.plan() == before
    assert before[1] == "erin* Wed 25 12-Thu 26 12"


async def test_far_ahead_of_the_rows_an_override_meets_whom_the_rotation_will_have(team: Team24) -> None:
    start = MONDAY + 20 * WEEK
    held = await rotas.plan(team.bot, "payments", start, start + WEEK)
    holder = next(name for name, person in team.people.items() if person.id == held[0].person_id)
    other = "bob" if holder != "bob" else "dave"
    await shifts.override(team.bot, "payments", team.id(other), start, start + DAY, team.by(holder), team.now)
    found = await rotas.plan(team.bot, "payments", start, start + WEEK)
    assert [(slot.person_id, slot.is_override) for slot in found] == [(team.id(other), True), (team.id(holder), False)]


async def test_a_removed_override_gives_the_time_back(team: Team24) -> None:
    await shifts.override(
        team.bot, "payments", team.id("bob"), TUESDAY + DAY, TUESDAY + 2 * DAY, team.by("alice"), team.now
    )
    [slot] = [one for one in await rotas.plan(team.bot, "payments", TUESDAY, TUESDAY + WEEK) if one.is_override]
    assert await refused(shifts.remove_override(team.bot, slot.id, team.by("dave"), team.now)) == (
        "not_your_shift",
        {"schedule": "payments", "who_can": ["Bob"]},
    )
    answer = await shifts.remove_override(team.bot, slot.id, team.by("bob"), team.now)
    assert answer.code == "override_removed"
    assert (await team.plan(1))[0] == "alice Tue 24 12-Mon 30 09"
    assert await refused(shifts.remove_override(team.bot, slot.id, team.by("bob"), team.now)) == (
        "no_such_override",
        {},
    )


async def told(team: Team24) -> list[tuple[str, str, object]]:
    """Of notes that were to go out since: to whom, which, and the hours from Monday on that they name."""
    rows = await team.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, team.now + WEEK, 90))
    names = {person.id: name for name, person in team.people.items()}
    found: list[tuple[str, str, Any]] = [
        (names[row.person_id or 0], str(row.payload["message"]), row.payload["data"]) for row in rows
    ]
    return sorted(
        (who, code, [[(at - stamp(MONDAY)) // 3600 for at in one] for one in data["parts"]])
        for who, code, data in found
        if "parts" in data
    )


async def test_nobody_is_told_of_a_time_that_is_not_theirs(team: Team24) -> None:
    """An override over two people's weeks, under one of an hour, and both taken away again."""
    over = (MONDAY + WEEK - DAY, MONDAY + WEEK + DAY)
    await shifts.override(team.bot, "payments", team.id("dave"), *over, team.by("carol"), team.now)
    assert await told(team) == [("alice", "shift_given", [[144, 168]]), ("bob", "shift_given", [[168, 192]])]
    [slot] = [one for one in await rotas.plan(team.bot, "payments", *over) if one.is_override]
    hour = (MONDAY + WEEK - HOUR, MONDAY + WEEK)
    await shifts.override(team.bot, "payments", team.id("bob"), *hour, team.by("carol"), team.now)
    assert await told(team) == [("dave", "shift_given", [[167, 168]])]
    await shifts.remove_override(team.bot, slot.id, team.by("carol"), team.now)
    assert await told(team) == [
        ("alice", "shift_taken", [[144, 167]]),
        ("bob", "shift_taken", [[168, 192]]),
        ("dave", "shift_removed", [[144, 167], [168, 192]]),
    ]


async def test_whoever_placed_an_override_takes_it_away_and_nobody_else_who_has_not_the_time(team: Team24) -> None:
    when = (TUESDAY + DAY, TUESDAY + 2 * DAY)
    await shifts.override(team.bot, "payments", team.id("bob"), *when, team.by("alice"), team.now)
    [slot] = [one for one in await rotas.plan(team.bot, "payments", TUESDAY, TUESDAY + WEEK) if one.is_override]
    assert (await refused(shifts.remove_override(team.bot, slot.id, team.by("dave"), team.now)))[0] == "not_your_shift"
    assert (await shifts.remove_override(team.bot, slot.id, team.by("alice"), team.now)).code == "override_removed"


async def test_members_give_away_their_own_time_and_admins_everybodys(team: Team24) -> None:
    give = (team.id("dave"), TUESDAY, TUESDAY + DAY)
    assert await refused(shifts.override(team.bot, "payments", *give, team.by("bob"), team.now)) == (
        "not_your_shift",
        {"schedule": "payments", "who_can": ["Alice"]},
    )
    half = (team.id("dave"), MONDAY + 6 * DAY, MONDAY + 8 * DAY)  # the second half is Bob's
    assert await refused(shifts.override(team.bot, "payments", *half, team.by("alice"), team.now)) == (
        "not_your_shift",
        {"schedule": "payments", "who_can": ["Alice", "Bob"]},
    )
    assert (await shifts.override(team.bot, "payments", *give, team.by("carol"), team.now)).code == "overridden"


async def test_an_hour_that_nobody_covers_a_member_takes_for_themselves(db: SqlDatabase) -> None:
    late = Schedule("payments", (Rotation(("alice", "bob"), WEEK, start=MONDAY + WEEK),), team="payments")
    team = await team_on(db, late)
    when = (TUESDAY, TUESDAY + DAY)
    code, _ = await refused(shifts.override(team.bot, "payments", team.id("alice"), *when, team.by("dave"), team.now))
    assert code == "not_your_shift"
    code, _ = await refused(shifts.override(team.bot, "payments", team.id("bob"), *when, team.by("alice"), team.now))
    assert code == "not_your_shift"
    await shifts.override(team.bot, "payments", team.id("alice"), *when, team.by("alice"), team.now)
    assert (await team.plan(1))[0] == "alice* Tue 24 12-Wed 25 12"
    code, _ = await refused(shifts.handoff(team.bot, "payments", team.id("bob"), SYSTEM, team.now, TUESDAY + 2 * DAY))
    assert code == "nobody_on_call"


async def test_who_only_reads_and_who_cannot_be_paged_are_refused(team: Team24) -> None:
    reader = Actor(guest(team.people["alice"]), Source.SLACK_COMMAND)
    assert await refused(shifts.handoff(team.bot, "payments", team.id("bob"), reader, team.now)) == (
        "read_only",
        {"who": "guest"},
    )
    gone = replace(team.people["bob"], active=False)
    await team.bot.db.write(lambda tx: tx.people.save(gone))
    assert await refused(shifts.handoff(team.bot, "payments", gone.id, team.by("alice"), team.now)) == (
        "cannot_cover",
        {"person": "Bob"},
    )


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(DAY, HOUR, "backwards"), (-2 * DAY, -DAY, "past"), (DAY, 400 * DAY, "too_far")],
)
async def test_what_is_no_interval_is_refused(team: Team24, start: timedelta, end: timedelta, why: str) -> None:
    asked = shifts.override(team.bot, "payments", team.id("bob"), TUESDAY + start, TUESDAY + end, SYSTEM, team.now)
    assert await refused(asked) == ("bad_interval", {"why": why})


async def test_the_past_is_left_out_of_an_override(team: Team24) -> None:
    await shifts.override(team.bot, "payments", team.id("bob"), MONDAY, TUESDAY + DAY, team.by("alice"), team.now)
    [slot] = [one for one in await rotas.plan(team.bot, "payments", MONDAY, TUESDAY + WEEK) if one.is_override]
    assert (slot.start, slot.end) == (TUESDAY, TUESDAY + DAY)


async def test_to_hand_off_to_whoever_has_it_and_by_a_schedule_that_is_not_there(team: Team24) -> None:
    assert await refused(shifts.handoff(team.bot, "payments", team.id("alice"), team.by("alice"), team.now)) == (
        "already_on_call",
        {"schedule": "payments", "person": "Alice"},
    )
    assert await refused(shifts.handoff(team.bot, "paymnts", team.id("bob"), team.by("alice"), team.now)) == (
        "unknown_schedule",
        {"given": "paymnts", "nearest": "payments"},
    )


async def test_the_administration_keeps_who_changed_what(team: Team24) -> None:
    await shifts.handoff(team.bot, "payments", team.id("bob"), team.by("alice"), team.now)
    [entry] = await rotas.journal(team.bot, "payments")
    assert (entry.at, entry.actor_id, entry.verb) == (TUESDAY, team.id("alice"), "handoff")
    over = {"start": TUESDAY.isoformat(), "end": (MONDAY + WEEK).isoformat()}
    assert entry.before == [{"person": "Alice", "person_id": team.id("alice"), "override": False, **over}]
    assert entry.after == [{"person": "Bob", "person_id": team.id("bob"), "override": True, **over}]


async def test_an_override_that_is_made_removed_and_made_again_is_told_each_time(team: Team24) -> None:
    for _ in range(2):
        when = (TUESDAY + DAY, TUESDAY + 2 * DAY)
        await shifts.override(team.bot, "payments", team.id("bob"), *when, team.by("alice"), team.now)
        [slot] = [one for one in await rotas.plan(team.bot, "payments", TUESDAY, TUESDAY + WEEK) if one.is_override]
        await shifts.remove_override(team.bot, slot.id, team.by("bob"), team.now)
    told = await team.notes()
    assert sorted(told) == sorted(
        2 * [("alice", "shift_given"), ("bob", "shift_taken"), ("alice", "shift_taken"), ("bob", "shift_removed")]
    )
