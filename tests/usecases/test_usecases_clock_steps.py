"""A clock is set an hour ahead or back, or sleeps for two: one is on call, hears of it, and nobody is paged twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from night import THREE_AM, Night, night_on

from bot.domain.delivery import Effect, Later
from bot.domain.oncall import Rotation, Schedule
from bot.domain.timers import TimerKind
from bot.usecases import responders, steps
from bot.usecases.schedules import extend_slots
from scheduler.timers import HANDLERS
from storage.database import SqlDatabase

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)
FOUR = THREE_AM + HOUR  # Alice hands over to Bob

#: Minutes after three at which the clock stands, one after the other; between two it was set, or the machine slept.
STEPS = {
    "set an hour ahead": (0, 50, 110, 115),
    "set an hour back": (0, 50, 65, 5, 50, 65),
    "ahead and back again": (0, 50, 110, 52, 61, 1, 59, 60),
    "asleep for two hours": (0, 50, 170),
}


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    """At four, on a Friday, Alice's week is over and Bob's begins; their ids are all that the posture needs."""
    night = await night_on(sqlite_db)
    members = tuple(f"#{night.people[name].id}" for name in ("alice", "bob"))
    rotation = Rotation(members, WEEK, FOUR.time(), 4, start=FOUR - WEEK)
    posture = night.bot.posture()
    schedules = {**posture.schedules, "payments": Schedule("payments", (rotation,), team="payments")}
    night.bot.adopt(replace(posture, schedules=schedules))
    await night.bot.db.write(lambda tx: tx.slots.replace("payments", THREE_AM - WEEK, []))
    await extend_slots(night.bot, night.bot.posture(), night.now)
    return night


async def at(night: Night, minute: int) -> None:
    """The clock stands there: what the auditor and the sweep do then."""
    night.clock.time = THREE_AM + minute * MINUTE
    await steps.set_back(night.bot, night.now)
    for timer in await night.bot.db.write(lambda tx: tx.timers.claim("test", night.now, 50)):
        await HANDLERS[timer.kind](night.bot, timer, night.now)
    await night.deliver()


def told(night: Night) -> list[tuple[str, str]]:
    """Notices of shifts: to whom, and which."""
    rows = [job.row for job in night.outside.jobs if job.row.effect is Effect.DM_SAY]
    names = {person.id: name for name, person in night.people.items()}
    notes = [(names[row.person_id or 0], str(row.payload["message"])) for row in rows]
    return [one for one in notes if one[1] in ("shift_begins", "shift_ends")]


@pytest.mark.parametrize("how", STEPS)
async def test_exactly_one_is_on_call_and_hears_of_it_once_whatever_the_clock_did(night: Night, how: str) -> None:
    for minute in STEPS[how]:
        await at(night, minute)
        await extend_slots(night.bot, night.bot.posture(), night.now)
        slots = await night.bot.db.read(lambda tx: tx.slots.between("payments", night.now, night.now + MINUTE))
        assert [slot.person_id for slot in slots] == [night.people["alice" if minute < 60 else "bob"].id]
    assert Counter(told(night)) == Counter([("alice", "shift_ends"), ("bob", "shift_begins")])


async def test_after_a_sleep_of_a_night_nobody_hears_what_happened_in_it(night: Night) -> None:
    await at(night, 15 * 60)
    assert told(night) == []


@pytest.mark.parametrize("how", STEPS)
async def test_nobody_is_paged_twice_for_one_step_and_the_next_step_is_never_an_hour_away(
    night: Night, how: str
) -> None:
    await night.declare()
    for minute in STEPS[how]:
        await at(night, minute)
        pending = await night.bot.db.read(lambda tx: tx.timers.pending(1))
        assert [one.due_at - night.now <= 10 * MINUTE for one in pending if one.kind is TimerKind.ESCALATE] == [True]
    keys = [job.row.key for job in night.outside.jobs if job.row.page_id is not None]
    assert len(keys) == len(set(keys)) >= 6
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    night.outside.jobs.clear()
    await at(night, 500)
    assert night.outside.paged() == []


async def test_a_page_that_a_clock_ahead_wrote_goes_out_as_soon_as_it_is_right_again(night: Night) -> None:
    night.clock.time += HOUR
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Later(MINUTE, "busy")
    await night.declare()
    del night.outside.answers[Effect.PAGE_SMS]
    tries = night.outside.paged().count(("Bob", "sms"))
    await at(night, 0)
    await at(night, 2)
    assert night.outside.paged().count(("Bob", "sms")) == tries + 1
