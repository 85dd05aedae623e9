"""Due timers are claimed and fired, until none is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from night import Night

from bot.bot import Bot
from bot.domain.timers import NewTimer, Timer, TimerKind, TimerState
from bot.ports import Database, Tx
from scheduler import timers
from scheduler.timers import BATCH, HANDLERS, TOGETHER, TimerLoop

T = TypeVar("T")


class Counted:
    """The real database, and how often it was written to."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.writes = 0

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        self.writes += 1
        return await self._db.write(work)


async def arm(night: Night, count: int, **fields: object) -> None:
    plain = NewTimer("", TimerKind.REMIND, night.now, 1, data={"reminder": "update", "number": 1})
    for number in range(count):
        one = replace(plain, key=f"remind.update/{number}", **fields)  # type: ignore[arg-type]
        await night.bot.db.write(lambda tx, new=one: tx.timers.arm(new))  # type: ignore[misc]  # bound now


async def pending(night: Night) -> list[Timer]:
    found = await night.bot.db.read(lambda tx: tx.timers.pending(1))
    return [timer for timer in found if timer.key.startswith("remind.update/")]


def test_every_kind_of_timer_has_its_use_case() -> None:
    assert set(HANDLERS) == set(TimerKind)


async def test_everything_that_is_due_fires_however_much_it_is(night: Night) -> None:
    await night.declare(severity="sev3")
    await arm(night, BATCH + 3)
    await TimerLoop(night.bot, "test").run_due()
    assert await pending(night) == []


async def test_a_crowd_is_fired_in_few_transactions(night: Night) -> None:
    await night.declare(severity="sev3")
    await arm(night, 3 * TOGETHER)
    db = Counted(night.bot.db)
    await TimerLoop(replace(night.bot, db=db), "test").run_due()
    assert (await pending(night), db.writes) == ([], 1 + 3)  # the claim, and the slices


async def test_what_is_not_due_stays(night: Night) -> None:
    await night.declare(severity="sev3")
    await arm(night, 1, due_at=night.now + timedelta(seconds=1))
    await TimerLoop(night.bot, "test").run_due()
    assert [timer.state for timer in await pending(night)] == [TimerState.PENDING]


async def test_a_run_climbs_by_its_timer(night: Night) -> None:
    await night.declare()
    night.clock.time += timedelta(minutes=5)
    await TimerLoop(night.bot, "test").run_due()
    await night.deliver()
    assert [name for name, _ in night.outside.paged()] == ["Alice"] * 3 + ["Bob"] * 3


async def test_a_timer_whose_use_case_has_a_bug_stops_no_other_and_is_kept(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    await night.declare(severity="sev3")
    await arm(night, 3)
    real, fired = HANDLERS[TimerKind.REMIND], []

    async def broken(bot: Bot, timer: Timer, now: datetime) -> str:
        fired.append(timer.key)
        if timer.key.endswith("/1"):
            raise KeyError("a bug of ours")
        return await real(bot, timer, now)

    monkeypatch.setattr(timers, "HANDLERS", {**HANDLERS, TimerKind.REMIND: broken})
    await TimerLoop(night.bot, "test").run_due()
    assert fired == [f"remind.update/{number}" for number in (0, 1, 0, 1, 2)]  # together, and then each by itself
    assert [timer.key for timer in await pending(night)] == ["remind.update/1"]  # claimed again when its lease ends
