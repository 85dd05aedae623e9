"""Threads in which units of work run, whole: one hop to a thread and back, however many statements a unit has.

They are daemons: one that hangs on a dead disk never keeps the process from ending.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context, copy_context
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[asyncio.Future[Any], Context, Callable[[], Any]]


class Threads:
    """At most `most` threads, each started when it is first needed. Used from one event loop at a time."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._busy = self._started = 0

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """The outcome of work in a thread. Cancelling the future does not end the work."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._busy += 1
        if self._busy > self._started and self._started < self._most:
            self._started += 1
            Thread(target=self._turn, name=f"{self._name}-{self._started}", daemon=True).start()
        self._jobs.put((future, copy_context(), work))
        return future

    def close(self) -> None:
        """Ends every thread after what it is doing."""
        for _ in range(self._started):
            self._jobs.put(None)
        self._busy = self._started = 0

    def _turn(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, context, work = job
            result, error = None, None
            try:
                result = context.run(work)
            except BaseException as raised:  # noqa: BLE001  (handed to whoever waits, in another thread)
                error = raised
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                future.get_loop().call_soon_threadsafe(self._done, future, result, error)
            del job, future, context, work, result, error  # an idle thread holds nothing

    def _done(self, future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        self._busy -= 1
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
