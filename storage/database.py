"""The database as use cases see it: `write` and `read` run a unit of work each and own its task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.ports import DatabaseUnavailable
from storage.engine import READERS, Engines
from storage.lock import FileLock
from storage.threads import Threads
from storage.unit import PATIENCE, TOO_SLOW, Unit, Work

T = TypeVar("T")

DEADLINE = 10.0  # seconds, from the call to the end of the commit
_NUDGE = 0.25  # between interrupts: one that falls between two statements has no effect
_ABANDON = PATIENCE + 3.0  # seconds past the deadline; only a commit on a stuck disk takes as long


def real_time() -> datetime:
    return datetime.now(UTC)


class SqlDatabase:
    """`clock` stamps rows with the time people see (default: real time)."""

    def __init__(
        self,
        engines: Engines,
        *,
        clock: Callable[[], datetime] = real_time,
        deadline: float = DEADLINE,
        lock: FileLock | None = None,
    ) -> None:
        self.engines = engines
        self._clock = clock
        self._deadline = deadline
        self._lock = lock
        self._writers = asyncio.Semaphore(engines.writers)
        self._readers = asyncio.Semaphore(READERS)
        self._owned: set[asyncio.Task[Any]] = set()
        self._write_threads = Threads("write", engines.writers)
        self._read_threads = Threads("read", READERS)

    def within(self, seconds: float) -> SqlDatabase:
        """The same database with another deadline, for those who must answer sooner. Not to be closed."""
        other = SqlDatabase(self.engines, clock=self._clock, deadline=seconds)
        other._writers, other._readers, other._owned = self._writers, self._readers, self._owned
        other._write_threads, other._read_threads = self._write_threads, self._read_threads
        return other

    async def write(self, work: Work[T]) -> T:
        """Raises Conflict, DatabaseUnavailable, or what the work raises; then nothing was written."""
        return await self._own(Unit(self.engines.writer, self._write_threads, self._writers, work, writing=True))

    async def read(self, work: Work[T]) -> T:
        """One snapshot: all that the work reads is of the same moment."""
        return await self._own(Unit(self.engines.reader, self._read_threads, self._readers, work, writing=False))

    async def close(self) -> None:
        """Waits for the units under way."""
        if self._owned:
            await asyncio.wait(self._owned, timeout=self._deadline + _ABANDON)
        await asyncio.to_thread(self.engines.dispose)
        self._write_threads.close()
        self._read_threads.close()
        if self._lock is not None:
            self._lock.release()

    async def _own(self, unit: Unit[T]) -> T:
        task = asyncio.create_task(unit.run(self._clock))
        self._owned.add(task)
        task.add_done_callback(self._owned.discard)
        cancelled = await self._watch(unit, task)
        if not task.done():
            task.add_done_callback(_forget)
        elif not task.cancelled():
            error = task.exception()  # also marks it as seen, for a caller that was cancelled
            if not cancelled and error is None:
                return task.result()
            if not cancelled and error is not None:
                raise error
        if cancelled:
            raise asyncio.CancelledError
        raise DatabaseUnavailable(TOO_SLOW, unknown=not task.done())

    async def _watch(self, unit: Unit[T], task: asyncio.Task[T]) -> bool:
        """Returns when the unit is done, or must be left behind; True if the caller was cancelled meanwhile."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline
        cancelled = False
        while not task.done() and (late := loop.time() - end) < _ABANDON:
            try:
                if late >= 0:
                    await unit.stop(task, late)
                await asyncio.wait({task}, timeout=-late if late < 0 else _NUDGE)
            except asyncio.CancelledError:
                cancelled = True
        return cancelled


def _forget(task: asyncio.Task[Any]) -> None:
    """Nobody waits for its end any more."""
    if not task.cancelled():
        task.exception()
