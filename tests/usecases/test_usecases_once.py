"""Doing a thing once: the proof and what it causes stand or fall together."""

from __future__ import annotations

import asyncio

import pytest
from night import Night
from usecases_asks import refused

from bot.domain.answers import Answer
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.ports import Tx
from bot.usecases import incidents, responders
from bot.usecases.once import AlreadyDone, guarded, once


async def known(night: Night, key: str) -> bool:
    return not await night.bot.db.write(lambda tx: tx.inbox.first("test", key, night.now))


async def test_an_event_is_acted_on_once(night: Night) -> None:
    await night.declare()
    await incidents.note(once(night.bot, "test", "e1", night.now), 1, "once", night.by("bob"), night.now)
    with pytest.raises(AlreadyDone):
        await incidents.note(once(night.bot, "test", "e1", night.now), 1, "once", night.by("bob"), night.now)
    assert (await night.kinds()).count(Kind.NOTE) == 1


async def test_the_same_event_on_several_connections_at_once_is_acted_on_once(night: Night) -> None:
    await night.declare()
    acts = [
        incidents.note(once(night.bot, "test", "e1", night.now), 1, "once", night.by("bob"), night.now)
        for _ in range(4)
    ]
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDone"] * 3 + ["Answer"]
    assert (await night.kinds()).count(Kind.NOTE) == 1


async def test_a_refusal_leaves_no_trace_so_that_it_may_be_tried_again(night: Night) -> None:
    no = await refused(responders.ack(once(night.bot, "test", "e1", night.now), 1, night.by("bob"), night.now))
    assert no[0] == "no_such_incident"
    await night.declare()
    answer = await responders.ack(once(night.bot, "test", "e1", night.now), 1, night.by("bob"), night.now)
    assert answer.code == "acked"


async def test_what_comes_after_belongs_to_the_same_transaction(night: Night) -> None:
    await night.declare()

    async def fail(_tx: Tx, _answer: Answer) -> None:
        raise Refusal("no_incident_here")

    act = incidents.note(once(night.bot, "test", "e1", night.now, after=fail), 1, "x", night.by("bob"), night.now)
    assert (await refused(act))[0] == "no_incident_here"
    assert (await night.kinds()).count(Kind.NOTE) == 0
    assert not await known(night, "e1")


async def test_what_a_guard_remembers_is_kept_also_where_it_says_no(night: Night) -> None:
    await night.declare()

    async def guard(tx: Tx) -> bool:
        await tx.inbox.first("test", "seen", night.now)
        return False

    with pytest.raises(AlreadyDone):
        await incidents.note(guarded(night.bot, guard), 1, "x", night.by("bob"), night.now)
    assert await known(night, "seen")
    assert (await night.kinds()).count(Kind.NOTE) == 0
