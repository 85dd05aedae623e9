"""Slack's limits: its pauses, which everybody keeps who uses the method (or posts in the channel), and a pace of ours
by which a channel gets no more messages than Slack takes, so that there is nothing to pause for.

Nothing sleeps here: a call that must wait is not made, and its row comes back when it may be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

#: Slack limits posting by channel, everything else by method and workspace.
PER_CHANNEL: Final = frozenset({"chat.postMessage"})
DEFAULT_PAUSE: Final = timedelta(seconds=5)  # a 429 without a Retry-After that can be read

#: What appears in a channel: a message a second, and a few at once where it was quiet (docs.slack.dev, rate limits).
PACED: Final = frozenset({"chat.postMessage", "chat.update"})
BURST: Final = 3
BURST_SECONDS: Final = 3.3  # a little more than a second each: they must not meet on the way
#: Slack takes fifty updates a minute in a workspace. Rooms and announcements leave some to what people were asked by
#: direct message, so that in a storm an answered page does not ask on.
EDITS: Final = 40
EDITS_SECONDS: Final = 62.0
#: A turn that was given and not taken is free again after so long.
TURN_KEPT: Final = 10.0

Scope = tuple[str, str]


class Pauses:
    """Real time, never the clock that people see: a moved clock must not lift a limit."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until: dict[Scope, float] = {}

    def left(self, method: str, channel: str = "") -> timedelta | None:
        """How long this call must still wait; None when it may go."""
        seconds = self._until.get(_scope(method, channel), 0.0) - self._monotonic()
        return timedelta(seconds=seconds) if seconds > 0 else None

    def pause(self, method: str, channel: str, wait: timedelta | None) -> timedelta:
        """Holds the method (or channel) for `wait`; a longer pause in force stays. Returns what is left."""
        now = self._monotonic()
        self._until = {scope: until for scope, until in self._until.items() if until > now}
        scope = _scope(method, channel)
        until = now + (wait if wait is not None else DEFAULT_PAUSE).total_seconds()
        self._until[scope] = max(until, self._until.get(scope, 0.0))
        return timedelta(seconds=self._until[scope] - now)


def _scope(method: str, channel: str) -> Scope:
    return (method, channel if method in PER_CHANNEL else "")


class Pace:
    """Turns in channels. What must wait is told for how long and has that turn, so that a crowd comes back in a row.

    What is said anew before its turn came (an update that overtakes another of the same message) takes the same turn.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, most: int = BURST, seconds: float = BURST_SECONDS
    ) -> None:
        self.monotonic, self._most, self._seconds = monotonic, most, seconds
        self._went: dict[str, list[float]] = {}
        self._given: dict[str, dict[str, float]] = {}  # by channel and by what is said

    def left(self, channel: str, what: str) -> timedelta | None:
        """How long this message must wait; None when it goes now, and counts."""
        now = self.monotonic()
        self._forget(now)
        went, given = self._went.get(channel, []), self._given.get(channel, {})
        mine = given.pop(what, None)
        if mine is None:
            mine = max([self._room_at(sorted([*went, *given.values()]), now), *given.values()])
        turn = max(mine, self._room_at(went, now))
        if turn > now:
            self._given.setdefault(channel, given)[what] = turn
            return timedelta(seconds=turn - now)
        self._went.setdefault(channel, []).append(now)
        return None

    def _forget(self, now: float) -> None:
        """Channels in which nothing happens take no memory."""
        self._went = {
            channel: kept
            for channel, several in self._went.items()
            if (kept := [one for one in several if one > now - self._seconds])
        }
        self._given = {
            channel: left
            for channel, turns in self._given.items()
            if (left := {what: turn for what, turn in turns.items() if turn > now - TURN_KEPT})
        }

    def _room_at(self, taken: list[float], now: float) -> float:
        """When one more may go after these, which are in order."""
        return max(now, taken[-self._most] + self._seconds) if len(taken) >= self._most else now
