"""Work left behind by listeners is waited for at the stop, and a double press is told from a second one."""

from __future__ import annotations

import asyncio

from commands.doubles import Doubles
from commands.tracked import Tasks


async def test_draining_waits_for_what_runs_and_for_what_that_starts() -> None:
    tasks, done = Tasks(), []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        done.append("first")
        tasks.spawn(second())

    tasks.spawn(first())
    assert await tasks.drain(5) == 0
    assert (done, tasks.running) == (["first", "second"], 0)


async def test_what_does_not_end_in_time_is_cancelled_and_counted() -> None:
    tasks = Tasks()
    task = tasks.spawn(asyncio.Event().wait())
    assert await tasks.drain(0.01) == 1
    assert task.cancelled()


async def test_what_a_task_raises_is_logged_and_harms_nobody(caplog: object) -> None:
    tasks = Tasks()

    async def broken() -> None:
        raise ZeroDivisionError

    tasks.spawn(broken())
    assert await tasks.drain(5) == 0


def test_a_second_press_counts_after_two_seconds_or_when_the_first_failed() -> None:
    now = [0.0]
    doubles = Doubles(lambda: now[0])
    assert [doubles.first("ack 1"), doubles.first("ack 1"), doubles.first("ack 2")] == [True, False, True]
    now[0] = 1.9
    assert doubles.first("ack 1") is False
    now[0] = 2.0
    assert doubles.first("ack 1") is True
    doubles.forget("ack 1")
    assert doubles.first("ack 1") is True
