"""A lane: rows are claimed, called side by side and settled, whatever fails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar, cast

import pytest
from night import Night
from scheduler_night import World, put, row, until

from bot.domain.delivery import OWN_PACE, Effect, Lane, Later, NewRow, Outcome, RowState, Sent
from bot.domain.picture import Job
from bot.ports import Database, DatabaseUnavailable
from scheduler import outbox
from scheduler.outage import SlackWatch
from scheduler.outbox import SWEEP_SECONDS, WORKERS, LaneLoop
from storage.database import SqlDatabase
from storage.unit import Work

T = TypeVar("T")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def lane(night: Night, world: World) -> AsyncIterator[LaneLoop]:
    """The lane of answers, running."""
    loop = LaneLoop(night.bot, Lane.ANSWERS, world.handlers, "test")
    running = asyncio.create_task(loop.run())
    yield loop
    await loop.stop(1.0)
    await running


def reply(night: Night, name: str, **fields: object) -> NewRow:
    person = night.people["alice"].id
    plain = NewRow(name, Effect.SMS_SAY, Lane.ANSWERS, night.now, person_id=person, payload={"to": "+1"})
    return replace(plain, **fields)  # type: ignore[arg-type]  # a test names real fields


async def test_a_row_goes_out_as_soon_as_the_lane_is_woken(night: Night, world: World, lane: LaneLoop) -> None:
    await put(night, reply(night, "a"))
    lane.wake()
    await until(lambda: world.jobs)
    assert [job.row.key for job in world.jobs] == ["a"]
    await lane.stop(5.0)
    assert (await row(night, "a")).state is RowState.SENT


async def test_what_a_call_did_is_written_down_once_the_database_is_back(night: Night, world: World) -> None:
    database = cast(SqlDatabase, night.bot.db)
    holder = sqlite3.connect(str(database.engines.url.database), isolation_level=None)

    async def locked(_job: Job) -> Outcome:
        holder.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.6, holder.execute, "ROLLBACK")
        return Sent({"sid": "SM1"})

    world.answers[Effect.SMS_SAY] = locked
    await put(night, reply(night, "a"))
    hurried = replace(night.bot, db=database.within(0.1))
    loop = LaneLoop(hurried, Lane.ANSWERS, world.handlers, "test")
    running = asyncio.create_task(loop.run())
    await until(lambda: world.jobs)
    await loop.stop(10.0)
    await running
    holder.close()
    found = await row(night, "a")
    assert (found.state, found.doubt, found.tries) == (RowState.SENT, False, 1)


async def test_a_row_whose_lease_may_be_over_is_left_to_whoever_claims_it_next(
    night: Night, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SURELY_OURS", -1.0)  # as after a pause between the claim and the call
    await put(night, reply(night, "a"))
    loop = LaneLoop(night.bot, Lane.ANSWERS, world.handlers, "test")
    running = asyncio.create_task(loop.run())
    claimed = 0
    while not claimed:
        claimed = (await row(night, "a")).tries
    await loop.stop(5.0)
    await running
    found = await row(night, "a")
    assert (world.jobs, found.state, found.tries) == ([], RowState.PENDING, 1)


async def test_a_row_of_another_lane_is_left_alone(night: Night, world: World, lane: LaneLoop) -> None:
    await put(night, reply(night, "b", lane=Lane.COSMETIC), reply(night, "a"))
    lane.wake()
    await until(lambda: world.jobs)
    await lane.stop(5.0)
    assert [job.row.key for job in world.jobs] == ["a"]


async def test_calls_go_side_by_side_as_many_as_the_lane_has_workers(
    night: Night, world: World, lane: LaneLoop
) -> None:
    gate = asyncio.Event()

    async def wait(_job: Job) -> Outcome:
        await gate.wait()
        return Sent()

    world.answers[Effect.SMS_SAY] = wait
    await put(night, *(reply(night, str(number)) for number in range(WORKERS[Lane.ANSWERS] + 2)))
    lane.wake()
    await until(lambda: len(world.jobs) == WORKERS[Lane.ANSWERS])
    gate.set()
    await until(lambda: len(world.jobs) == WORKERS[Lane.ANSWERS] + 2)


async def test_a_handler_with_a_bug_leaves_a_doubt_and_the_row_is_tried_again(
    night: Night, world: World, lane: LaneLoop
) -> None:
    async def broken(job: Job) -> Outcome:
        if not job.row.doubt:
            raise KeyError("a bug of ours")
        return Sent()

    world.answers[Effect.SMS_SAY] = broken
    await put(night, reply(night, "a"))
    lane.wake()
    await until(lambda: len(world.jobs) == 1)
    night.clock.time += timedelta(seconds=2)
    await until(lambda: len(world.jobs) == 2)
    await lane.stop(5.0)
    sent = await row(night, "a")
    assert (sent.state, sent.tries, sent.result) == (RowState.SENT, 2, {"repeat": True})


async def test_a_page_that_could_not_be_made_ready_is_no_repeat(night: Night, world: World) -> None:
    loop = LaneLoop(replace(night.bot, db=Unreadable(night.bot.db)), Lane.ANSWERS, world.handlers, "test")
    await put(night, reply(night, "a"))
    running = asyncio.create_task(loop.run())
    for _ in range(500):
        if (waiting := await row(night, "a")).tries and waiting.owner is None:
            break
        await asyncio.sleep(0.01)
    await loop.stop(5.0)
    await running
    assert (waiting.state, waiting.doubt, waiting.reason) == (RowState.PENDING, False, "The database is locked.")
    assert world.jobs == []


class Unreadable:
    """A database that cannot be read once something was written, that is claimed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._claimed = False

    async def write(self, work: Work[T]) -> T:
        self._claimed = True
        return await self._db.write(work)

    async def read(self, work: Work[T]) -> T:
        if self._claimed:
            raise DatabaseUnavailable("The database is locked.")
        return await self._db.read(work)


async def test_an_effect_that_nobody_handles_does_not_stop_the_lane(night: Night, world: World) -> None:
    handlers = {effect: handler for effect, handler in world.handlers.items() if effect is not Effect.DM_SAY}
    loop = LaneLoop(night.bot, Lane.ANSWERS, handlers, "test")
    await put(night, reply(night, "a", effect=Effect.DM_SAY), reply(night, "b"))
    running = asyncio.create_task(loop.run())
    await until(lambda: world.jobs)
    await loop.stop(5.0)
    await running
    assert [job.row.key for job in world.jobs] == ["b"]
    assert (await row(night, "a")).reason.startswith("a bug")


async def test_stopping_lets_calls_finish_and_takes_no_more(night: Night, world: World, lane: LaneLoop) -> None:
    gate = asyncio.Event()

    async def wait(_job: Job) -> Outcome:
        await gate.wait()
        return Sent()

    world.answers[Effect.SMS_SAY] = wait
    await put(night, reply(night, "a"))
    lane.wake()
    await until(lambda: world.jobs)
    stopping = asyncio.create_task(lane.stop(10.0))
    await put(night, reply(night, "b"))
    lane.wake()
    await asyncio.sleep(0.05)
    gate.set()
    await stopping
    assert [(await row(night, key)).state for key in "ab"] == [RowState.SENT, RowState.PENDING]


async def test_a_call_that_outlives_the_grace_is_cut_off_and_keeps_its_lease(
    night: Night, world: World, lane: LaneLoop
) -> None:
    async def wait(_job: Job) -> Outcome:
        await asyncio.Event().wait()
        return Sent()

    world.answers[Effect.SMS_SAY] = wait
    await put(night, reply(night, "a"))
    lane.wake()
    await until(lambda: world.jobs)
    await lane.stop(0.05)
    left = await row(night, "a")
    assert (left.state, left.owner) == (RowState.PENDING, "test")
    assert asyncio.all_tasks() & lane._running == set()


async def test_a_lane_that_cannot_keep_up_does_not_set_the_others_spinning(night: Night, world: World) -> None:
    await put(night, *(reply(night, str(number), lane=Lane.COSMETIC) for number in range(3)))
    loop = LaneLoop(night.bot, Lane.ANSWERS, world.handlers, "test")
    assert await loop._ahead() == SWEEP_SECONDS


async def test_a_lane_whose_rows_another_takes_looks_for_them_less_and_less(night: Night, world: World) -> None:
    loop = LaneLoop(night.bot, Lane.ANSWERS, world.handlers, "test")
    assert [loop._back_off() for _ in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


async def test_a_row_that_keeps_to_our_own_pace_comes_back_and_says_nothing_of_slack(
    night: Night, world: World
) -> None:
    """Nobody was asked: in an outage that is no sign that Slack is back."""

    async def paced(_job: Job) -> Outcome:
        return Later(timedelta(seconds=1), OWN_PACE)

    async def nobody() -> None: ...

    world.answers[Effect.PAGE_SLACK] = paced
    watch = SlackWatch(nobody)
    loop = LaneLoop(night.bot, Lane.ANSWERS, world.handlers, "test", watch)
    running = asyncio.create_task(loop.run())
    await put(night, reply(night, "a", effect=Effect.PAGE_SLACK))
    loop.wake()
    await until(lambda: world.jobs)
    await loop.stop(5.0)
    await running
    found = await row(night, "a")
    assert (found.state, found.not_before, found.reason) == (
        RowState.PENDING,
        night.now + timedelta(seconds=1),
        OWN_PACE,
    )
    assert watch.senders.pages == {}
