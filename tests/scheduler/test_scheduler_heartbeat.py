"""A sign of life goes out while pages would go, and never otherwise; that nobody hears it holds nothing up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
from night import Night
from scheduler_night import until

from bot.domain.condition import Condition, Probe, down, impaired, ok
from bot.ports import DatabaseUnavailable
from scheduler.heartbeat import MARK, Heartbeat


@dataclass
class Switch:
    """Counts what it hears; answers as it is told."""

    answer: str = ""
    heard: int = 0

    async def ping(self) -> str:
        self.heard += not self.answer
        return self.answer


@dataclass
class Part:
    condition: Condition = field(default_factory=lambda: ok("fine"))

    async def probe(self) -> Condition:
        return self.condition


@pytest.fixture
def switch() -> Switch:
    return Switch()


def beats(night: Night, switch: Switch, **probes: Probe) -> Heartbeat:
    return Heartbeat(night.bot, switch.ping, 0.01, probes)


async def test_a_sign_of_life_goes_out_after_a_write(night: Night, switch: Switch) -> None:
    heart = beats(night, switch, timers=Part().probe)
    assert await heart.probe() == ok("none was sent yet")
    assert (await heart.beat(), switch.heard) == ("", 1)
    assert await night.bot.db.read(lambda tx: tx.marks.get(MARK)) == night.now


@pytest.mark.parametrize(
    ("name", "condition", "why"),
    [
        ("timers", down("stands still"), "held back: timers: stands still"),
        ("hearing", impaired("connected, and hears nothing"), "held back: hearing: connected, and hears nothing"),
        ("lane room", impaired("stands still"), ""),
    ],
)
async def test_none_goes_out_where_pages_would_not_go_or_nothing_is_heard(
    night: Night, switch: Switch, name: str, condition: Condition, why: str
) -> None:
    heart = beats(night, switch, **{name: Part(condition).probe})
    assert (await heart.beat(), switch.heard) == (why, 0 if why else 1)


async def test_none_goes_out_while_nothing_can_be_saved(night: Night, switch: Switch) -> None:
    class Full:
        async def write(self, _work: Callable[..., Awaitable[object]]) -> None:
            raise DatabaseUnavailable("The disk is full.")

    heart = beats(replace(night, bot=replace(night.bot, db=Full())), switch)  # type: ignore[arg-type]
    assert (await heart.beat(), switch.heard) == ("held back: The disk is full.", 0)


async def test_one_that_nobody_hears_is_shown_until_it_is_heard_again(night: Night, switch: Switch) -> None:
    switch.answer = "it answered 404"
    heart = beats(night, switch)
    running = asyncio.create_task(heart.run())
    await until(lambda: heart._problem)
    assert await heart.probe() == impaired("not heard: it answered 404")
    switch.answer = ""
    await until(lambda: switch.heard > 1)
    assert await heart.probe() == ok("heard")
    running.cancel()


async def test_a_bug_in_a_part_does_not_end_it(night: Night, switch: Switch) -> None:
    part = Part()
    broken = True

    async def probe() -> Condition:
        if broken:
            raise KeyError("a bug of ours")
        return await part.probe()

    heart = beats(night, switch, timers=probe)
    running = asyncio.create_task(heart.run())
    await until(lambda: heart._problem)
    assert await heart.probe() == impaired("a bug, see the log: KeyError")
    broken = False
    await until(lambda: switch.heard)
    running.cancel()
