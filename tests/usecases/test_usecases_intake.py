"""Alerts that come at the same moment share commits, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from night import Night

from bot.domain.alert import AlertStatus, Signal
from bot.domain.people import Actor, Source
from bot.ports import Database, DatabaseUnavailable, Tx
from bot.usecases.alerts import SLICE, AlertResult
from bot.usecases.intake import Intake

T = TypeVar("T")
ALERTMANAGER = Actor(None, Source.ALERT, "Alertmanager")


class Counted:
    """The real database, and how often it was written to; `full` lets nothing through."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.writes = 0
        self.full = False

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        self.writes += 1
        if self.full:
            raise DatabaseUnavailable("The disk is full.")
        return await self._db.write(work)


def signal(key: str, **told: Any) -> Signal:
    return Signal("am", key, AlertStatus.FIRING, **({"summary": f"High CPU on {key}", "severity": "SEV3"} | told))


def counted(night: Night) -> tuple[Intake, Counted]:
    db = Counted(night.bot.db)
    return Intake(replace(night.bot, db=db)), db


async def posted(intake: Intake, night: Night, *posts: list[Signal]) -> list[list[AlertResult] | BaseException]:
    """Everybody posts at the same moment."""
    asked = [intake.receive(signals, ALERTMANAGER, night.now) for signals in posts]
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_what_comes_during_a_commit_shares_the_next_one_and_each_sender_has_its_own_answer(night: Night) -> None:
    intake, db = counted(night)
    results = await posted(intake, night, [signal("a")], [signal("b"), signal("a")], [signal("a")], [signal("c")])
    assert results == [
        [AlertResult(1, "declared")],
        [AlertResult(2, "declared"), AlertResult(1, "repeated")],
        [AlertResult(1, "repeated")],
        [AlertResult(3, "declared")],
    ]
    assert db.writes == 1
    assert [alert.count for alert in await night.bot.db.read(lambda tx: tx.alerts.of(1))] == [3]


async def test_no_commit_holds_more_than_a_slice_and_a_larger_post_goes_in_slices_of_its_own(night: Night) -> None:
    intake, db = counted(night)
    large = [signal("a")] * (SLICE + 1)
    results = await posted(intake, night, [signal("a")], large, [signal("a")] * SLICE)
    assert [len(result) for result in results if isinstance(result, list)] == [1, SLICE + 1, SLICE]
    assert db.writes == 4
    assert [alert.count for alert in await night.bot.db.read(lambda tx: tx.alerts.of(1))] == [2 * SLICE + 2]


async def test_a_post_that_meets_a_bug_fails_alone(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    intake, _ = counted(night)
    first, broken, last = await posted(intake, night, [signal("a")], [signal("b", summary=None)], [signal("c")])
    assert (first, last) == ([AlertResult(1, "declared")], [AlertResult(2, "declared")])
    assert isinstance(broken, AttributeError)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == [
        "one of 3 posts meets a bug: each is taken alone"
    ]


async def test_what_could_not_be_saved_is_told_to_everybody_who_posted_it_and_the_next_is_taken(night: Night) -> None:
    intake, db = counted(night)
    db.full = True
    refused = await posted(intake, night, [signal("a")], [signal("b")])
    assert [str(one) for one in refused] == ["The disk is full.", "The disk is full."]
    db.full = False
    assert await posted(intake, night, [signal("a")]) == [[AlertResult(1, "declared")]]


async def test_a_sender_that_goes_away_disturbs_nobody(night: Night) -> None:
    intake, _ = counted(night)
    impatient = asyncio.create_task(intake.receive([signal("a")], ALERTMANAGER, night.now))
    patient = asyncio.create_task(intake.receive([signal("b")], ALERTMANAGER, night.now))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == [AlertResult(2, "declared")]
