"""Slack's limits, in force in the sandbox: who was told to wait, and whether they waited."""

from __future__ import annotations

import time
from collections import Counter

from crash.received import Watched

#: Seconds in which a call may still come that began before its sender was told to wait.
ON_ITS_WAY = 1.0
#: By this much may somebody's clock be ahead.
EARLY = 0.1


class Limits:
    """From now on. A channel is never to get a message too many; of other calls, none while we were told to wait."""

    def __init__(self, outside: Watched) -> None:
        self.broken: list[str] = []
        self.waits: Counter[str] = Counter()  # by method: how often it was told to wait
        self._outside = outside
        self._told: dict[tuple[str, str], tuple[float, float]] = {}  # since when, until when (monotonic)
        outside.within(self._watch)
        outside.post("switches", rate_limits=True)

    def lift(self) -> None:
        """There are none any more."""
        self._outside.post("switches", rate_limits=False)

    def sentence(self) -> str:
        """What Slack said."""
        return f"Slack asked {self.waits.total():,} calls to wait, and was disobeyed {len(self.broken)} times"

    def _watch(self) -> None:
        limits = self._outside.world.rate_limits
        take = limits.take

        def noted(method: str, tier: int, channel: str = "") -> int | None:
            wait = take(method, tier, channel)
            self._note(method, channel if method == "chat.postMessage" else "", wait)
            return wait

        setattr(limits, "take", noted)  # noqa: B010  # of this one sandbox

    def _note(self, method: str, channel: str, wait: int | None) -> None:
        now = time.monotonic()
        since, until = self._told.get((method, channel), (now, 0.0))
        if since + ON_ITS_WAY < now < until - EARLY:
            self.broken.append(f"{method} came {until - now:.1f} s too early: it was told to wait")
        if wait is None:
            return
        self.waits[method] += 1
        if method == "chat.postMessage":
            self.broken.append(f"{channel} got a message too many")
        if now >= until - EARLY:
            self._told[method, channel] = (now, now + wait)
