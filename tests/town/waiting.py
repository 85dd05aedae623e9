"""Waiting for something to come true: bounded, and never a bare sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Real seconds. Generous, because two test processes share the machine; what holds is seen within milliseconds.
PATIENCE = 15.0
#: Between two looks: short at first, and longer where it takes its time, for every look costs the bot's processor.
FIRST_PAUSE, LONGEST_PAUSE = 0.005, 0.1


def eventually(wanted: Callable[[], T], *, seconds: float = PATIENCE) -> T:
    """The first true answer of `wanted`; an AssertionError, LookupError or StopIteration of it means: not yet."""
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        trouble: Exception | None = None
        try:
            found = wanted()
            if found:
                return found
        except (AssertionError, LookupError, StopIteration) as not_yet:
            trouble = not_yet
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came true in {seconds:g} s: {trouble}") from trouble
        time.sleep(pause)
        pause = min(pause * 1.3, LONGEST_PAUSE)
