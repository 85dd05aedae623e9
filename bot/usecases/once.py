"""Doing a thing once: the proof that an event is new is written in the same transaction as what it causes.

Slack, Twilio and people repeat themselves. A guard asked beforehand could lose the act (the process dies between
guard and act) or do it twice; inside the act's own transaction it can do neither.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bot.bot import Bot
from bot.ports import Database, Tx

T = TypeVar("T")
Guard = Callable[[Tx], Awaitable[bool]]
After = Callable[[Tx, Any], Awaitable[None]]


class AlreadyDone(Exception):
    """The same event was acted on before; nothing was changed now but what the guard itself remembers."""


class _No:
    """What a guarded write ends with where the guard said no: what the guard wrote is committed all the same."""


class _Guarded:
    """A database whose writes first ask the guard, and end with `after`."""

    def __init__(self, db: Database, guard: Guard, after: After | None) -> None:
        self._db, self._guard, self._after = db, guard, after

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async def guarded(tx: Tx) -> T | _No:
            if not await self._guard(tx):
                return _No()
            result = await work(tx)
            if self._after is not None:
                await self._after(tx, result)
            return result

        answer = await self._db.write(guarded)
        if isinstance(answer, _No):
            raise AlreadyDone
        return answer


class _Joined:
    """A database whose writes and reads are part of a transaction that is under way."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await work(self._tx)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await work(self._tx)


def within(bot: Bot, tx: Tx) -> Bot:
    """The same bot for use cases that are to be saved together with more, or not at all."""
    return replace(bot, db=_Joined(tx), wake=lambda: None)


def guarded(bot: Bot, guard: Guard, after: After | None = None) -> Bot:
    """The same bot for one use case, whose write raises AlreadyDone where the guard says no."""
    return replace(bot, db=_Guarded(bot.db, guard, after))


def once(bot: Bot, source: str, key: str, now: datetime, after: After | None = None) -> Bot:
    """Guarded by an event's identity: unique (source, key)."""

    async def first(tx: Tx) -> bool:
        return await tx.inbox.first(source, key, now)

    return guarded(bot, first, after)
