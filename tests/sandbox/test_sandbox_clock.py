"""The clock moves, tells those who wait, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_running import Sandbox, a_sandbox

from sandbox.clock import Clock


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


async def clock_of(sandbox: Sandbox, **query: Any) -> Any:
    async with sandbox.http.get(f"{sandbox.base}/clock", params=query) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_the_clock_starts_at_the_machines_time_and_moves_both_ways(sandbox: Sandbox) -> None:
    assert await clock_of(sandbox) == {"offset_seconds": 0.0, "version": 1}
    assert await sandbox.post("clock", {"advance": 900}) == {"offset_seconds": 900.0, "version": 2}
    assert await sandbox.post("clock", {"advance": -3600}) == {"offset_seconds": -2700.0, "version": 3}
    assert await clock_of(sandbox) == {"offset_seconds": -2700.0, "version": 3}
    assert await sandbox.post("clock", {"reset": True}) == {"offset_seconds": 0.0, "version": 4}


async def test_a_long_poll_answers_when_the_clock_moves(sandbox: Sandbox) -> None:
    waiting = asyncio.create_task(clock_of(sandbox, after=1, wait=20))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await sandbox.post("clock", {"advance": 60})
    assert await waiting == {"offset_seconds": 60.0, "version": 2}


async def test_a_long_poll_answers_at_once_for_an_old_version_and_after_its_time(sandbox: Sandbox) -> None:
    assert await clock_of(sandbox, after=0, wait=20) == {"offset_seconds": 0.0, "version": 1}
    assert await clock_of(sandbox, after=1, wait=0.05) == {"offset_seconds": 0.0, "version": 1}


async def test_the_sandbox_ends_while_somebody_waits_for_the_clock() -> None:
    async with a_sandbox() as sandbox:
        waiting = asyncio.create_task(clock_of(sandbox, after=1, wait=30))
        await asyncio.sleep(0.05)
        await sandbox.running.stop()
        assert await waiting == {"offset_seconds": 0.0, "version": 1}


@pytest.mark.parametrize(
    "body",
    [{}, {"advance": "soon"}, {"advance": None}, {"advance": True}, {"advance": 1e12}, {"advance": 1e400}],
)
async def test_a_move_that_makes_no_sense_is_refused_and_changes_nothing(
    sandbox: Sandbox, body: dict[str, Any]
) -> None:
    refused = await sandbox.post("clock", body, status=400)
    assert refused["error"] in ("invalid_arguments", "invalid_json")
    assert await clock_of(sandbox) == {"offset_seconds": 0.0, "version": 1}


async def test_sleepers_wake_when_the_clock_is_moved_past_them() -> None:
    clock = Clock()
    due = clock.now() + timedelta(hours=1)
    sleeper = asyncio.create_task(clock.sleep_until(due))
    for _ in range(3):
        clock.advance(1190)
        await asyncio.sleep(0)
        assert not sleeper.done()
    clock.advance(60)
    await asyncio.wait_for(sleeper, 1)
    assert clock.now() >= due


def test_now_is_aware_and_in_utc() -> None:
    clock = Clock()
    clock.advance(86_400)
    assert clock.now().tzinfo is UTC
    assert timedelta(hours=23) < clock.now() - datetime.now(UTC) <= timedelta(days=1)
