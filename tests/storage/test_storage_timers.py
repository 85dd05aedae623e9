"""Timers: each fires once, a cancelled one never."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from storage_samples import MINUTE, NOON, climbing, declared

from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.transaction import SqlTx
from storage.work_tables import timer


async def armed(db: SqlDatabase, *timers: NewTimer) -> None:
    async def work(tx: Tx) -> None:
        for one in timers:
            await tx.timers.arm(one)

    await db.write(work)


async def claim(db: SqlDatabase, now: datetime = NOON, owner: str = "one", limit: int = 10) -> list[Timer]:
    return await db.write(lambda tx: tx.timers.claim(owner, now, limit))


async def finish(db: SqlDatabase, claimed: Timer) -> bool:
    return await db.write(lambda tx: tx.timers.finish(claimed, "fired"))


async def lose_leases(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        await tx.scope.run(update(timer).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))

    await db.write(work)


def remind(key: str, number: int, due: datetime = NOON) -> NewTimer:
    return NewTimer(key, TimerKind.REMIND, due, number, data={"reminder": "commander", "number": 1})


async def test_a_timer_comes_back_as_it_was_armed(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> NewTimer:
        number = (await declared(tx)).id
        climb = await climbing(tx, number)
        new = NewTimer("escalate/1", TimerKind.ESCALATE, NOON, number, climb.id, 3, {"step": 1})
        await tx.timers.arm(new)
        return new

    new = await db.write(work)
    (stored,) = await db.read(lambda tx: tx.timers.pending(new.incident_id))
    assert {name: getattr(stored, name) for name in NewTimer.__slots__} == {
        name: getattr(new, name) for name in NewTimer.__slots__
    }


async def test_arming_twice_is_a_no_op(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, remind("a", number), remind("a", number, NOON + MINUTE))
    assert [one.due_at for one in await db.read(lambda tx: tx.timers.pending(number))] == [NOON]


async def test_due_timers_are_claimed_earliest_first_and_once(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, remind("b", number, NOON), remind("a", number, NOON - MINUTE), remind("c", number, NOON + MINUTE))
    assert [one.key for one in await claim(db)] == ["a", "b"]
    assert await claim(db, owner="two") == []
    assert await db.read(lambda tx: tx.timers.next_due()) == NOON + MINUTE


async def test_no_timer_is_claimed_twice_by_many_claimers_at_once(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, *(remind(f"timer {n}", number) for n in range(30)))

    async def claimer(name: str) -> list[str]:
        mine: list[str] = []
        while timers := await claim(db, owner=name, limit=2):
            mine += [one.key for one in timers]
        return mine

    claimed = [key for mine in await asyncio.gather(*(claimer(f"claimer {n}") for n in range(6))) for key in mine]
    assert sorted(claimed) == sorted(f"timer {n}" for n in range(30))


async def test_a_finished_timer_fires_no_more(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, remind("a", number))
    (claimed,) = await claim(db)
    assert await finish(db, claimed) is True
    assert await finish(db, claimed) is False
    await lose_leases(db)
    assert await claim(db) == []
    assert await db.read(lambda tx: tx.timers.next_due()) is None


async def test_a_timer_cancelled_under_way_does_not_fire(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, remind("a", number))
    (claimed,) = await claim(db)
    assert await db.write(lambda tx: tx.timers.cancel(number)) == 1
    assert await finish(db, claimed) is False


async def test_a_timer_of_a_dead_process_is_taken_over(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await armed(db, remind("a", number))
    (lost,) = await claim(db, owner="died")
    await lose_leases(db)
    assert await db.read(lambda tx: tx.timers.next_due()) == NOON
    (held,) = await claim(db, owner="took over")
    assert (lost.fence, held.fence) == (1, 2)
    assert await finish(db, lost) is False
    assert await finish(db, held) is True


async def test_cancelling_reaches_one_incident_one_run_or_one_prefix(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> tuple[int, int]:
        number, other = (await declared(tx)).id, (await declared(tx)).id
        climb = await climbing(tx, number)
        await tx.timers.arm(NewTimer("escalate/1", TimerKind.ESCALATE, NOON, number, climb.id))
        for key in ("remind_100%/1", "remind_100%/2", "remindX1000/1"):
            await tx.timers.arm(remind(key, number))
        await tx.timers.arm(remind("elsewhere", other))
        return number, climb.id

    number, run_id = await db.write(work)
    assert await db.write(lambda tx: tx.timers.cancel(number, prefix="remind_100%/")) == 2
    assert await db.write(lambda tx: tx.timers.cancel(number, run_id=run_id)) == 1
    assert await db.write(lambda tx: tx.timers.cancel(number)) == 1
    assert [one.key for one in await claim(db)] == ["elsewhere"]
