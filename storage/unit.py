"""Units of work: each in a task of its own and one transaction, bounded by a deadline (DESIGN §5).

The caller leaves only when its unit is done, however often it is cancelled: a cancelled statement would
keep SQLite's write lock. Past the deadline the statement is interrupted and the transaction rolled back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import crashpoints
from bot.ports import Conflict, DatabaseUnavailable, Tx
from storage.errors import is_locked, is_readonly, unavailable, worth_repeating
from storage.scope import Scope
from storage.transaction import SqlTx

T = TypeVar("T")
Work = Callable[[Tx], Awaitable[T]]

ROUNDS = 5
PATIENCE = 2.0  # seconds after the deadline in which an interrupt should have ended the unit
_OPENING = 1.0  # the same for a connection that is being opened
_LOCKED_PAUSE = 0.02

TOO_SLOW = "The database took too long and was interrupted."


class Stage(Enum):
    WAITING = auto()  # for its turn
    OPENING = auto()  # a connection, and the transaction on it
    WORKING = auto()
    COMMITTING = auto()


class Unit(Generic[T]):
    """One unit of work under way."""

    def __init__(self, engine: AsyncEngine, turns: asyncio.Semaphore, work: Work[T], *, writing: bool) -> None:
        self._engine = engine
        self._turns = turns
        self._work = work
        self._writing = writing
        self._driver: Any = None  # the driver's connection, while the work runs on it
        self._expired = False
        self.stage = Stage.WAITING

    async def run(self, clock: Callable[[], datetime]) -> T:
        """Raises Conflict when others were first in every round, DatabaseUnavailable, or what the work raises."""
        async with self._turns:
            for left in reversed(range(ROUNDS)):
                try:
                    return await self._round(clock)
                except Conflict:
                    if not left or self._expired:
                        raise
                except DBAPIError as error:
                    self._judge(error, last=not left)
        raise AssertionError("the last round returns or raises")

    async def _round(self, clock: Callable[[], datetime]) -> T:
        self.stage = Stage.OPENING
        async with self._engine.connect() as conn:
            await self._begin(conn)
            self._driver = (await conn.get_raw_connection()).driver_connection
            self.stage = Stage.WORKING
            try:
                result = await self._work(SqlTx(Scope(conn, self._writing, clock)))
            finally:
                self._driver = None
            if self._expired:
                raise DatabaseUnavailable(TOO_SLOW)
            if self._writing:
                crashpoints.committing(self._work)
                self.stage = Stage.COMMITTING
                await conn.commit()
                crashpoints.committed(self._work)
            return result

    async def _begin(self, conn: AsyncConnection) -> None:
        """Waits for other programs on the same SQLite file until the deadline."""
        while True:
            try:
                await conn.begin()
                return
            except DBAPIError as error:
                if self._expired or not is_locked(error):
                    raise
            await asyncio.sleep(_LOCKED_PAUSE)

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
        """Called again and again past the deadline. A running statement is interrupted, never cancelled."""
        self._expired = True
        waits = self.stage is Stage.WAITING or (self.stage is Stage.OPENING and late > _OPENING)
        if waits or (self.stage is Stage.WORKING and late > PATIENCE):
            task.cancel()
        elif self._driver is not None and self._engine.dialect.name == "sqlite":
            await self._driver.interrupt()
        elif self._driver is not None:
            await self._driver.cancel_safe(timeout=1)
