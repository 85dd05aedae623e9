"""The bot as it is, but a signal breaks a part of it as a bug would: what watches over it must find that.

SIGUSR1      the event loop stands still: the main thread sleeps and never comes back
SIGUSR2      the scheduler dies without a word
SIGRTMIN     every lane's task ends
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[2]))


def _freeze(_number: int, _frame: FrameType | None) -> None:
    time.sleep(3600)


def _kill_scheduler(_number: int, _frame: FrameType | None) -> None:
    _engine()._scheduler.shutdown(wait=False)  # type: ignore[attr-defined]


def _end_lanes(_number: int, _frame: FrameType | None) -> None:
    for name, task in _engine()._tasks.items():  # type: ignore[attr-defined]
        if name not in ("pulse", "guard"):
            task.cancel()


def _engine() -> object:
    from scheduler.engine import Engine

    return next(one for one in gc.get_objects() if isinstance(one, Engine))


if __name__ == "__main__":
    import app

    signal.signal(signal.SIGUSR1, _freeze)
    signal.signal(signal.SIGUSR2, _kill_scheduler)
    signal.signal(signal.SIGRTMIN, _end_lanes)
    app.main()
