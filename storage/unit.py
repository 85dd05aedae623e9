"""Units of work: each whole in one thread and one transaction, bounded by a deadline (DESIGN §5).

A unit awaits nothing but its transaction, which never waits: so its coroutine runs to its end in the thread, without
the event loop, and costs one hop instead of several for every statement. The caller leaves only when its unit is done,
however often it is cancelled. Past the deadline the statement is interrupted and the transaction rolled back.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot import crashpoints
from bot.ports import Conflict, DatabaseUnavailable, Tx
from storage.errors import is_locked, is_readonly, unavailable, worth_repeating
from storage.scope import Scope
from storage.threads import Threads
from storage.transaction import SqlTx

T = TypeVar("T")
Work = Callable[[Tx], Awaitable[T]]

ROUNDS = 5
PATIENCE = 2.0  # seconds after the deadline in which an interrupt should have ended the unit
_LOCKED_PAUSE = 0.02

TOO_SLOW = "The database took too long and was interrupted."


class Stage(Enum):
    WAITING = auto()  # for its turn
    OPENING = auto()  # a connection, and the transaction on it
    WORKING = auto()
    COMMITTING = auto()


class Unit(Generic[T]):
    """One unit of work under way. `run` and `stop` belong to the event loop, the rest to the unit's thread."""

    def __init__(
        self, engine: Engine, threads: Threads, turns: asyncio.Semaphore, work: Work[T], *, writing: bool
    ) -> None:
        self._engine, self._threads, self._turns = engine, threads, turns
        self._work = work
        self._writing = writing
        self._driver: Any = None  # the driver's connection, while the work runs on it
        self._hold = Lock()  # an interrupt must not meet the next unit on the same connection
        self._expired = False
        self.stage = Stage.WAITING

    async def run(self, clock: Callable[[], datetime]) -> T:
        """Raises Conflict when others were first in every round, DatabaseUnavailable, or what the work raises."""
        async with self._turns:
            return await self._threads.run(lambda: self._rounds(clock))

    def _rounds(self, clock: Callable[[], datetime]) -> T:
        for left in reversed(range(ROUNDS)):
            try:
                return self._round(clock)
            except Conflict:
                if not left or self._expired:
                    raise
            except DBAPIError as error:
                self._judge(error, last=not left)
        raise AssertionError("the last round returns or raises")

    def _round(self, clock: Callable[[], datetime]) -> T:
        self.stage = Stage.OPENING
        with self._engine.connect() as conn:
            self._begin(conn)
            self._driver = conn.connection.driver_connection
            self.stage = Stage.WORKING
            try:
                result = driven(self._work(SqlTx(Scope(conn, self._writing, clock))))
            finally:
                with self._hold:
                    self._driver = None
            if self._expired:
                raise DatabaseUnavailable(TOO_SLOW)
            if self._writing:
                crashpoints.committing(self._work)
                self.stage = Stage.COMMITTING
                conn.commit()
                crashpoints.committed(self._work)
            return result

    def _begin(self, conn: Connection) -> None:
        """Waits for other programs on the same SQLite file until the deadline."""
        while True:
            try:
                conn.begin()
                return
            except DBAPIError as error:
                if self._expired or not is_locked(error):
                    raise
            time.sleep(_LOCKED_PAUSE)

    def _judge(self, error: DBAPIError, *, last: bool) -> None:
        """Returns if another round may help."""
        if is_readonly(error) and not self._writing:
            raise error  # a read that writes is a bug of ours
        committing = self.stage is Stage.COMMITTING
        lost_race = worth_repeating(error) and not (committing and error.connection_invalidated)
        if lost_race and not last and not self._expired:
            return
        sentence = unavailable(error, committing=committing)
        if sentence is not None:
            raise sentence from error
        if lost_race and not isinstance(error, IntegrityError):
            raise Conflict("other units of work were first in every round") from error
        raise error

    async def stop(self, task: asyncio.Task[T], late: float) -> None:
        """Called again and again past the deadline. What is in its thread is interrupted, never left behind."""
        self._expired = True
        if self.stage is Stage.WAITING:
            task.cancel()
        else:
            await asyncio.to_thread(self._interrupt, hang_up=late > PATIENCE)

    def _interrupt(self, *, hang_up: bool) -> None:
        """Ends the statement that is running; a server that does not even hear of that loses the line."""
        with self._hold:
            if self._driver is None:
                return
            if self._engine.dialect.name == "sqlite":
                self._driver.interrupt()
            elif hang_up:
                with suppress(OSError), socket.socket(fileno=self._driver.fileno()) as line:
                    line.shutdown(socket.SHUT_RDWR)
                    line.detach()  # the driver closes it
            else:
                self._driver.cancel_safe(timeout=1)


def driven(work: Awaitable[T]) -> T:
    """Runs a unit's work to its end. RuntimeError for one that awaits something else than its transaction."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as ended:
        result: T = ended.value
        return result
    raise RuntimeError("a unit of work may await nothing but its transaction")
