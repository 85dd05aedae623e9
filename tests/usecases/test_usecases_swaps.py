"""Swaps and covers: nothing changes until somebody who was asked says yes, and then all of it does at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from usecases_rota import DAY, HOUR, MONDAY, TUESDAY, WEEK, Team24, team_on

from bot.domain.delivery import Lane
from bot.domain.oncall import Origin, Rotation, Schedule
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, stamp
from bot.usecases import rotas, shifts, swaps
from storage.database import SqlDatabase

NEXT = MONDAY + WEEK  # Bob's week begins


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    return await team_on(db)


async def refused(answer: object) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        await answer  # type: ignore[misc]  # a coroutine
    return no.value.code, no.value.data


async def asked(team: Team24) -> int:
    """Alice asks for Bob's week in exchange for what is left of hers."""
    answer = await swaps.ask(team.bot, "payments", TUESDAY + DAY, NEXT, team.by("alice"), team.now)
    assert answer.code == "swap_asked" and answer.data["person"] == "Bob"
    return int(str(answer.data["swap"]))


async def test_a_swap_changes_nothing_until_it_is_accepted_and_then_both_at_once(team: Team24) -> None:
    before = await team.plan()
    number = await asked(team)
    assert await team.plan() == before
    assert [swap.id for swap in await swaps.open_for(team.bot, team.people["bob"], team.now)] == [number]
    assert await swaps.open_for(team.bot, team.people["dave"], team.now) == []
    answer = await swaps.accept(team.bot, number, team.by("bob"), team.now)
    assert answer == Changed("swapped", {"schedule": "payments", "person": "Alice"})
    assert (await team.plan())[:3] == [
        "alice Tue 24 12-Wed 25 12",
        "bob* Wed 25 12-Mon 30 09",
        "alice* Mon 30 09-Mon 07 09",
    ]
    assert sorted(await team.notes()) == [
        ("alice", "swap_accepted"),
        ("bob", "swap_asked"),
        ("bob", "swap_taken"),
    ]
    assert await swaps.open_for(team.bot, team.people["bob"], team.now) == []


async def test_members_whom_a_schedule_knows_by_number_are_asked_and_say_yes(team: Team24) -> None:
    """Of a schedule that was made in Slack: nobody in it needs a handle."""
    numbers = tuple(f"#{team.id(name)}" for name in ("alice", "bob"))
    made = Schedule("desk", (Rotation(numbers, WEEK, start=MONDAY),), origin=Origin.SLACK)
    await rotas.keep(team.bot, made, team.by("carol"), team.now)
    asked = await swaps.cover(team.bot, "desk", team.now, team.now + HOUR, team.by("alice"), team.now)
    assert asked.data["people"] == 1
    [waits] = await swaps.open_for(team.bot, team.people["bob"], team.now)
    assert (await swaps.accept(team.bot, waits.id, team.by("bob"), team.now)).code == "covered"


async def test_whoever_asks_for_cover_hears_what_is_left_of_it(team: Team24) -> None:
    await swaps.cover(team.bot, "payments", team.now, team.now + 4 * HOUR, team.by("alice"), team.now)
    [waits] = await swaps.open_for(team.bot, team.people["bob"], team.now)
    part = team.now + HOUR, team.now + 2 * HOUR
    await swaps.accept(team.bot, waits.id, team.by("bob"), team.now, *part)
    rows = await team.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, team.now + WEEK, 90))
    [told] = [row.payload["data"] for row in rows if row.payload["message"] == "swap_accepted"]
    assert isinstance(told, dict)
    assert told["rest"] == [[stamp(team.now), stamp(part[0])], [stamp(part[1]), stamp(team.now + 4 * HOUR)]]


async def test_only_the_one_who_was_asked_answers_and_only_once(team: Team24) -> None:
    number = await asked(team)
    for name in ("alice", "dave", "carol"):
        assert await refused(swaps.accept(team.bot, number, team.by(name), team.now)) == (
            "not_asked",
            {"who_can": ["Bob"]},
        )
    assert (await swaps.decline(team.bot, number, team.by("bob"), team.now)).code == "swap_declined"
    assert await refused(swaps.accept(team.bot, number, team.by("bob"), team.now)) == (
        "swap_over",
        {"state": "declined"},
    )
    assert await refused(swaps.accept(team.bot, 99, team.by("bob"), team.now)) == ("no_such_swap", {})


async def test_whoever_asked_takes_it_back(team: Team24) -> None:
    number = await asked(team)
    assert await refused(swaps.withdraw(team.bot, number, team.by("bob"), team.now)) == (
        "not_asked",
        {"who_can": ["Alice"]},
    )
    assert (await swaps.withdraw(team.bot, number, team.by("alice"), team.now)).code == "swap_withdrawn"
    assert await team.notes() == [("bob", "swap_asked"), ("bob", "swap_withdrawn")]
    code, data = await refused(swaps.accept(team.bot, number, team.by("bob"), team.now))
    assert (code, data) == ("swap_over", {"state": "withdrawn"})


async def test_a_swap_of_shifts_that_were_changed_since_is_refused(team: Team24) -> None:
    number = await asked(team)
    await shifts.override(team.bot, "payments", team.id("dave"), NEXT, NEXT + DAY, team.by("bob"), team.now)
    before = await team.plan()
    assert await refused(swaps.accept(team.bot, number, team.by("bob"), team.now)) == (
        "shift_changed",
        {"schedule": "payments"},
    )
    assert await team.plan() == before


async def test_a_swap_whose_time_is_over_is_refused(team: Team24) -> None:
    number = await asked(team)
    late = NEXT + WEEK + HOUR
    assert await refused(swaps.accept(team.bot, number, team.by("bob"), late)) == ("swap_over", {"state": "lapsed"})
    assert await swaps.open_for(team.bot, team.people["bob"], late) == []


async def test_one_asks_only_for_ones_own_and_for_somebody_elses(team: Team24) -> None:
    alice, now = team.by("alice"), team.now
    assert await refused(swaps.ask(team.bot, "payments", NEXT, NEXT + WEEK, alice, now)) == (
        "not_your_shift",
        {"schedule": "payments", "who_can": ["Bob"]},
    )
    assert await refused(swaps.ask(team.bot, "payments", TUESDAY, TUESDAY + DAY, alice, now)) == (
        "already_on_call",
        {"schedule": "payments", "person": "Alice"},
    )


async def test_the_first_yes_takes_a_cover(team: Team24) -> None:
    answer = await swaps.cover(team.bot, "payments", TUESDAY + DAY, TUESDAY + 2 * DAY, team.by("alice"), team.now)
    assert answer.data["people"] == 2
    number = int(str(answer.data["swap"]))
    assert sorted(await team.notes()) == [("bob", "cover_asked"), ("dave", "cover_asked")]
    assert [swap.id for swap in await swaps.open_for(team.bot, team.people["dave"], team.now)] == [number]
    assert await refused(swaps.accept(team.bot, number, team.by("erin"), team.now)) == (
        "not_asked",
        {"who_can": ["Bob", "Dave"]},
    )
    await swaps.accept(team.bot, number, team.by("dave"), team.now)
    assert await refused(swaps.accept(team.bot, number, team.by("bob"), team.now)) == (
        "swap_over",
        {"state": "accepted"},
    )
    assert (await team.plan(1))[:3] == [
        "alice Tue 24 12-Wed 25 12",
        "dave* Wed 25 12-Thu 26 12",
        "alice Thu 26 12-Mon 30 09",
    ]


async def test_what_somebody_has_who_left_is_covered_or_taken_by_a_member_for_themselves(team: Team24) -> None:
    answer = await swaps.cover(team.bot, "payments", TUESDAY, TUESDAY + DAY, team.by("alice"), team.now)
    left = replace(team.people["alice"], active=False)
    await team.bot.write(lambda tx: tx.people.save(left))
    give = shifts.override(team.bot, "payments", team.id("bob"), TUESDAY, TUESDAY + DAY, team.by("dave"), team.now)
    assert await refused(give) == ("not_your_shift", {"schedule": "payments", "who_can": []})
    await swaps.accept(team.bot, int(str(answer.data["swap"])), team.by("bob"), team.now)
    await shifts.override(team.bot, "payments", team.id("dave"), TUESDAY + DAY, NEXT - DAY, team.by("dave"), team.now)
    assert (await team.plan(1))[:2] == ["bob* Tue 24 12-Wed 25 12", "dave* Wed 25 12-Sun 29 09"]


async def test_of_a_cover_a_part_may_be_taken_and_the_rest_still_waits(team: Team24) -> None:
    start, end = TUESDAY + DAY, TUESDAY + 2 * DAY
    answer = await swaps.cover(team.bot, "payments", start, end, team.by("alice"), team.now)
    part = (start + 6 * HOUR, start + 12 * HOUR)
    done = await swaps.accept(team.bot, int(str(answer.data["swap"])), team.by("bob"), team.now, *part)
    assert done == Changed(
        "covered",
        {"schedule": "payments", "person": "Alice", "left": True, "start": stamp(part[0]), "end": stamp(part[1])},
    )
    left = await swaps.open_for(team.bot, team.people["dave"], team.now)
    assert [(one.gives_start, one.gives_end) for one in left] == [(start, part[0]), (part[1], end)]
    await swaps.accept(team.bot, left[1].id, team.by("dave"), team.now)
    assert (await team.plan(1))[:4] == [
        "alice Tue 24 12-Wed 25 18",
        "bob* Wed 25 18-Thu 26 00",
        "dave* Thu 26 00-Thu 26 12",
        "alice Thu 26 12-Mon 30 09",
    ]


async def test_one_asks_for_cover_of_ones_own_time_only(team: Team24) -> None:
    asked_for = swaps.cover(team.bot, "payments", NEXT - DAY, NEXT + DAY, team.by("alice"), team.now)
    assert await refused(asked_for) == ("not_your_shift", {"schedule": "payments", "who_can": ["Alice", "Bob"]})
