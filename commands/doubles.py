"""Double presses: the same person, the same button, within two seconds, counts once.

Best effort and in memory: what a second press would do is harmless, only its answer would confuse.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

WINDOW = 2.0  # seconds of real time


class Doubles:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._pressed: dict[Hashable, float] = {}

    def first(self, press: Hashable) -> bool:
        """False for a repeat within the window, which begins with the first press."""
        now = self._monotonic()
        self._pressed = {key: at for key, at in self._pressed.items() if now - at < WINDOW}
        if press in self._pressed:
            return False
        self._pressed[press] = now
        return True

    def forget(self, press: Hashable) -> None:
        """It was not done: pressing again is a first press."""
        self._pressed.pop(press, None)
