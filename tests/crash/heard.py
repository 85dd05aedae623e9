"""Envelopes that the bot was sent, and how soon it acked each, without what it and we waited for a processor.

A machine on which others work makes everything late; how late is known to its kernel, and is no fault of the bot's.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crash.received import Watched

#: Seconds between two looks at what threads have waited.
LOOK = 0.05
#: Seconds after which an envelope that was not acked never will be: Slack sends it again.
GIVEN_UP = 3.0


@dataclass(frozen=True)
class Envelope:
    """`entry` is the sandbox's, whose `ms` comes with the ack; `sent` is monotonic."""

    sent: float
    entry: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = self.entry["payload"]
        return found

    @property
    def seconds(self) -> float:
        """Until its ack came, or until it was given up."""
        ms = self.entry["ms"]
        return GIVEN_UP if ms is None else float(ms) / 1000


class Post:
    """Remembers every envelope of a sandbox, from now on."""

    def __init__(self, outside: Watched) -> None:
        self.outside = outside
        self._envelopes: list[Envelope] = []
        outside.within(self._listen)

    def _listen(self) -> None:
        log = self.outside.world.log
        write = log.envelope

        def noted(*given: Any, **more: Any) -> int:
            number = write(*given, **more)
            self._envelopes.append(Envelope(time.monotonic(), log.after(number - 1)[-1]))
            return number

        setattr(log, "envelope", noted)  # noqa: B010  # of this one sandbox

    def since(self, number: int) -> list[Envelope]:
        """All but the first so many."""
        return self._envelopes[number:]


@dataclass
class Waited:
    """How long a thread waited for a processor until when, as its kernel tells. Start it, and stop it."""

    threads: Callable[[], list[str]]  # their folders in /proc, as long as they live
    _times: list[float] = field(default_factory=list)
    _sums: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def between(self, begin: float, end: float) -> float:
        """Seconds, of all these threads together, in this time (monotonic)."""
        if not self._times:
            return 0.0
        first, last = max(bisect(self._times, begin) - 1, 0), min(bisect(self._times, end), len(self._times) - 1)
        return min(max(self._sums[last] - self._sums[first], 0.0), end - begin)

    def _watch(self) -> None:
        before: dict[str, float] = {}
        total = 0.0
        while not self._over.wait(LOOK):
            now = {folder: waited for folder in self.threads() if (waited := _waited(folder)) is not None}
            total += sum(waited - before.get(folder, waited) for folder, waited in now.items())
            before = now
            self._times.append(time.monotonic())
            self._sums.append(total)


def _waited(folder: str) -> float | None:
    """Seconds in which a thread could have run, and others did."""
    try:
        return int(Path(folder, "schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return None
