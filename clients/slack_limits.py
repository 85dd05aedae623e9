"""Pauses that Slack asked for: everybody who uses the method (or posts in the channel) keeps them.

Nothing sleeps here: a paused call is not made, and its row comes back when the pause is over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

#: Slack limits posting by channel, everything else by method and workspace.
PER_CHANNEL: Final = frozenset({"chat.postMessage"})
DEFAULT_PAUSE: Final = timedelta(seconds=5)  # a 429 without a Retry-After that can be read

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
