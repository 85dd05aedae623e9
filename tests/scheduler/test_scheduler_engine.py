"""The loops together: a whole step by themselves, the one wake job, the guard over them, and the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from night import Night
from scheduler_night import World, until

from bot.domain.delivery import Effect, Outcome, Sent
from bot.domain.picture import Job
from bot.usecases import responders
from bot.usecases.declare import Declaration, declare
from scheduler import engine as module
from scheduler.engine import Engine, Pulse
from scheduler.jobs import WAKE


async def nothing() -> None:
    """No directory to read."""


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def engine(night: Night, world: World) -> AsyncIterator[Engine]:
    """Started; its bot wakes it."""
    pulse = Pulse()
    loops = Engine(replace(night.bot, wake=pulse), pulse, world.handlers, "test", nothing, nothing)
    await loops.start()
    yield loops
    await loops.stop(2.0)


async def begin(night: Night, engine: Engine) -> None:
    await declare(engine.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)


async def test_a_declaration_goes_out_by_itself(night: Night, world: World, engine: Engine) -> None:
    await begin(night, engine)
    await until(lambda: {Effect.CARD_PIN, Effect.PAGE_SLACK, Effect.PAGE_SMS} <= set(world.effects()))
    assert world.effects().count(Effect.PAGE_SMS) == 1
    assert engine.still() == []


async def test_the_wake_job_stands_at_the_earliest_timer(night: Night, engine: Engine) -> None:
    await begin(night, engine)
    await until(lambda: engine._scheduler.get_job(WAKE))
    at = engine._scheduler.get_job(WAKE).next_run_time
    assert timedelta(minutes=4) < at - datetime.now(UTC) <= timedelta(minutes=5)


async def test_a_clock_that_jumps_fires_what_became_due(night: Night, world: World, engine: Engine) -> None:
    await begin(night, engine)
    await until(lambda: Effect.PAGE_SMS in world.effects())
    night.clock.time += timedelta(minutes=5)
    engine.pulse()
    await until(lambda: world.effects().count(Effect.PAGE_SMS) == 2)
    assert {job.person.name for job in world.jobs if job.row.effect is Effect.PAGE_SMS and job.person} == {
        "Alice Chen",
        "Bob Okafor",
    }


async def test_what_became_due_while_we_were_down_goes_out_at_the_start(night: Night, world: World) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    night.clock.time += timedelta(minutes=5)
    pulse = Pulse()
    loops = Engine(replace(night.bot, wake=pulse), pulse, world.handlers, "test", nothing, nothing)
    await loops.start()
    await until(lambda: world.effects().count(Effect.PAGE_SMS) == 2)
    await loops.stop(5.0)


async def test_a_loop_that_died_is_started_again(
    night: Night, world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine._tasks["PAGES"].cancel()
    engine._tasks["pulse"].cancel()
    await until(lambda: engine._tasks["PAGES"].done() and engine._tasks["pulse"].done())
    assert engine.still() == ["PAGES"]
    await engine._mend()
    assert (engine.restarts, engine.still()) == (2, [])
    await begin(night, engine)
    await until(lambda: Effect.PAGE_SMS in world.effects())


async def test_a_loop_that_stands_still_is_started_again(night: Night, world: World, engine: Engine) -> None:
    lane = next(one for one in engine.lanes if one.lane.name == "PAGES")
    lane.beat -= 2 * module.STILL_SECONDS
    assert engine.still() == ["PAGES"]
    await engine._mend()
    assert engine.restarts == 1
    await begin(night, engine)
    await until(lambda: Effect.PAGE_SMS in world.effects())
    assert engine.still() == []


@pytest.mark.parametrize("died", [True, False])
async def test_a_scheduler_that_stands_still_is_replaced(night: Night, engine: Engine, died: bool) -> None:
    if died:
        engine._scheduler.shutdown(wait=False)
        await until(lambda: not engine._scheduler.running)
    engine.timers.beat -= 2 * module.STILL_SECONDS
    await engine._mend()
    assert engine._scheduler.running
    await until(lambda: engine.still() == [])


async def test_admins_are_told_of_a_loop_that_was_started_again_and_once_an_hour(
    night: Night, world: World, engine: Engine
) -> None:
    for _ in range(2):
        engine._tasks["ROOM"].cancel()
        await until(lambda: engine._tasks["ROOM"].done())
        await engine._mend()
        await until(lambda: not engine._telling)
    await until(lambda: Effect.DM_SAY in world.effects())
    told = [(job.person.name, job.data) for job in world.jobs if job.row.effect is Effect.DM_SAY and job.person]
    assert told == [("Carol Díaz", {"message": "restarted", "data": {"loops": ["ROOM"]}})]


async def test_a_timer_that_hangs_is_left_behind_and_what_is_due_fires(
    night: Night, world: World, engine: Engine
) -> None:
    await begin(night, engine)
    await until(lambda: Effect.PAGE_SMS in world.effects())
    await engine.timers._one.acquire()  # a use case that never ends
    night.clock.time += timedelta(minutes=5)
    engine.timers.beat -= 2 * module.STILL_SECONDS
    await engine._mend()
    await until(lambda: world.effects().count(Effect.PAGE_SMS) == 2)


async def test_a_loop_that_cannot_be_mended_ends_the_process(engine: Engine) -> None:
    for _ in range(module.MOST_RESTARTS + 1):
        assert engine.guarded()
        engine._tasks["ROOM"].cancel()
        await until(lambda: engine._tasks["ROOM"].done())
        await engine._mend()
    assert not engine.guarded()


async def test_without_its_guard_the_process_ends(engine: Engine) -> None:
    engine._tasks["guard"].cancel()
    await until(lambda: engine._tasks["guard"].done())
    assert not engine.guarded()


async def test_after_the_whole_process_stood_still_nothing_is_started_again(
    night: Night, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STILL_SECONDS", 0.03)
    monkeypatch.setattr(module, "OVERSLEPT_SECONDS", -1.0)  # every sleep is longer than that
    loops = Engine(night.bot, Pulse(), world.handlers, "test", nothing, nothing)
    await loops.start()
    loops._tasks["ROOM"].cancel()
    await asyncio.sleep(0.2)
    restarts = loops.restarts
    await loops.stop(1.0)
    assert restarts == 0


async def test_the_guard_outlives_its_own_failure(night: Night, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STILL_SECONDS", 0.03)
    pulse = Pulse()
    loops = Engine(replace(night.bot, wake=pulse), pulse, world.handlers, "test", nothing, nothing)
    turns = 0

    async def broken() -> None:
        nonlocal turns
        turns += 1
        raise KeyError("a bug of ours")

    monkeypatch.setattr(loops, "_mend", broken)
    await loops.start()
    await until(lambda: turns > 2)
    await loops.stop(1.0)


async def test_stopping_lets_a_page_under_way_finish_and_leaves_no_task(night: Night, world: World) -> None:
    gate, before = asyncio.Event(), asyncio.all_tasks()

    async def wait(_job: Job) -> Outcome:
        await gate.wait()
        return Sent({"sid": "SM1"})

    world.answers[Effect.PAGE_SMS] = wait
    pulse = Pulse()
    loops = Engine(replace(night.bot, wake=pulse), pulse, world.handlers, "test", nothing, nothing)
    await loops.start()
    await begin(night, loops)
    await until(lambda: Effect.PAGE_SMS in world.effects())
    stopping = asyncio.create_task(loops.stop(10.0))
    await asyncio.sleep(0.05)
    gate.set()
    await stopping
    sms = (await night.picture()).runs[0].paged[0].deliveries
    assert [row.result for row in sms if row.effect is Effect.PAGE_SMS] == [{"sid": "SM1"}]
    assert asyncio.all_tasks() - before - {asyncio.current_task()} == set()


async def test_an_ack_reaches_a_page_that_waits_for_its_turn(night: Night, world: World, engine: Engine) -> None:
    await begin(night, engine)
    await until(lambda: Effect.PAGE_SMS in world.effects())
    await responders.ack(engine.bot, 1, night.by("alice"), night.now)
    night.clock.time += timedelta(minutes=30)
    engine.pulse()
    await until(lambda: Effect.CARD_UPDATE in world.effects())
    await asyncio.sleep(0.1)
    assert world.effects().count(Effect.PAGE_SMS) == 1
