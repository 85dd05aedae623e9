"""Watches the event loop from a thread: a process whose loop stands still, or will not end, ends itself.

Whoever runs the bot (systemd, compose, Kubernetes) starts it again. Rows are the truth, so nothing is lost by it.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import os
import sys
import traceback
from collections import deque
from collections.abc import Callable
from threading import Thread, Timer, main_thread
from time import monotonic, sleep
from typing import Final

import structlog

#: A loop that has not turned for this long is frozen; with the time to start again it is under 90 s.
FROZEN_SECONDS: Final = 45.0
#: A stop that takes longer is cut off.
STOP_SECONDS: Final = 20.0
#: Between two beats of the loop, and between two looks at them.
TICK_SECONDS: Final = 1.0
#: Where even the log is stuck, the process ends so much later without a word.
LAST_WORDS_SECONDS: Final = 5.0
#: The beats of the last minute.
BEATS_KEPT: Final = 60

#: What the process ends with: the loop was frozen; the stop took too long.
FROZEN_EXIT, STUCK_EXIT = 70, 71

STANDARD_ERROR: Final = 2  # its file descriptor

log = structlog.get_logger("loop")


class LoopWatch:
    """Build it anywhere, `start` it inside the running loop. `lag`: by how many seconds the latest beats were late."""

    def __init__(
        self,
        frozen: float = FROZEN_SECONDS,
        stop: float = STOP_SECONDS,
        tick: float = TICK_SECONDS,
        end: Callable[[int], None] = os._exit,
    ) -> None:
        self._frozen, self._stop, self._tick, self._end = frozen, stop, tick, end
        self._guarded: Callable[[], bool] = lambda: True
        self._beats = 0
        self._due = 0.0
        self._end_by: float | None = None
        self._over = False
        self._next: asyncio.TimerHandle | None = None
        self._lags: deque[float] = deque(maxlen=BEATS_KEPT)

    @property
    def lag(self) -> float:
        return max(self._lags, default=0.0)

    def start(self) -> None:
        """Beats from here on, and is watched."""
        self._loop = asyncio.get_running_loop()
        self._due = monotonic()
        self._beat()
        Thread(target=self._watch, name="loop-watch", daemon=True).start()

    def beat_while(self, guarded: Callable[[], bool]) -> None:
        """A loop that turns while this is False counts as frozen: who watches all others is gone."""
        self._guarded = guarded

    def stopping(self) -> None:
        """From now on the process has STOP_SECONDS to end."""
        self._end_by = self._end_by or monotonic() + self._stop

    def close(self) -> None:
        """Watches no more; for those whose process goes on."""
        self._over = True
        if self._next is not None:
            self._next.cancel()

    def _beat(self) -> None:
        now = monotonic()
        self._lags.append(now - self._due)
        if self._guarded():
            self._beats += 1
        self._due = now + self._tick
        self._next = self._loop.call_later(self._tick, self._beat)

    def _watch(self) -> None:
        """Counts looks, not seconds: a process that was stopped or slept is not frozen for that."""
        seen, missed = -1, 0
        while not self._over:
            self._arm_backstop()
            sleep(self._tick)
            seen, missed = (self._beats, 0) if self._beats != seen else (seen, missed + 1)
            if missed * self._tick >= self._frozen:
                return self._die(FROZEN_EXIT, "the event loop stands still; this process ends to be started again")
            if self._end_by is not None and monotonic() > self._end_by:
                return self._die(STUCK_EXIT, "the stop took too long; this process ends as it is")
        faulthandler.cancel_dump_traceback_later()
        return None

    def _arm_backstop(self) -> None:
        """Where somebody holds the interpreter's lock, no thread of Python's turns: this one is none."""
        seconds = self._frozen + 2 * LAST_WORDS_SECONDS
        with contextlib.suppress(OSError, ValueError):  # nowhere to write to
            faulthandler.dump_traceback_later(seconds, exit=True, file=STANDARD_ERROR)

    def _die(self, code: int, why: str) -> None:
        last = Timer(LAST_WORDS_SECONDS, self._end, [code])
        last.daemon = True
        last.start()
        log.critical(why, exit_code=code, stack=_stack(), tasks=self._tasks())
        sys.stderr.flush()
        last.cancel()
        self._end(code)

    def _tasks(self) -> list[str]:
        """What has not ended, for whoever mends it."""
        with contextlib.suppress(RuntimeError):  # the set changed while it was read
            return sorted(task.get_coro().__qualname__ for task in asyncio.all_tasks(self._loop))  # type: ignore[union-attr]
        return []


def _stack() -> str:
    """Where the loop's thread is."""
    frame = sys._current_frames().get(main_thread().ident or 0)
    return "".join(traceback.format_stack(frame)) if frame is not None else ""
