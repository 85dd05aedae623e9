"""Slack stops answering: noticed once, told to everybody concerned by the other ways, over when it answers."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.delivery import Effect, Later, Never, Outcome, Sent, Unknown
from scheduler.outage import SlackWatch


class Outage:
    """A watch with a clock of its own that counts how often it spoke."""

    def __init__(self) -> None:
        self.time, self.told = 0.0, 0
        self.watch = SlackWatch(self._noticed, lambda: self.time)

    async def _noticed(self) -> None:
        self.told += 1

    async def calls(self, *outcomes: Outcome, every: float = 10.0, effect: Effect = Effect.CARD_UPDATE) -> None:
        for outcome in outcomes:
            self.time += every
            await self.watch.note(effect, outcome)


async def test_half_a_minute_of_silence_is_an_outage_and_is_told_once() -> None:
    outage = Outage()
    await outage.calls(*[Unknown("time-out")] * 3)
    assert (outage.watch.away, outage.told) == (False, 0)
    await outage.calls(*[Later(reason="no connection")] * 10)
    assert (outage.watch.away, outage.told) == (True, 1)


async def test_any_answer_ends_it_and_a_second_outage_is_told_again() -> None:
    outage = Outage()
    await outage.calls(*[Unknown("502")] * 5)
    await outage.calls(Never("is_archived"))
    assert not outage.watch.away
    await outage.calls(*[Unknown("502")] * 5)
    assert outage.told == 2


async def test_a_rate_limit_a_bug_of_ours_and_other_ways_are_no_outage() -> None:
    outage = Outage()
    await outage.calls(*[Later(timedelta(seconds=30), "ratelimited")] * 9)
    await outage.calls(*[Unknown("a bug", bug=True)] * 9)
    await outage.calls(*[Unknown("time-out")] * 9, effect=Effect.PAGE_SMS)
    assert outage.told == 0


async def test_three_calls_that_fail_in_a_moment_are_no_outage_yet() -> None:
    outage = Outage()
    await outage.calls(*[Unknown("reset")] * 20, every=0.1)
    await outage.calls(Sent({}))
    assert outage.told == 0
