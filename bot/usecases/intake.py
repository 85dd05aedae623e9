"""What senders of alerts post at the same moment is taken together: one commit for all that waits, none for itself.

A post that finds nobody before it goes at once. What comes while a commit is under way waits for the next one: a storm
costs few commits, and each sender is answered after the commit that holds its alerts.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime

from bot.bot import Bot
from bot.domain.alert import Signal
from bot.domain.people import Actor
from bot.ports import Conflict, DatabaseUnavailable, Overloaded
from bot.usecases import alerts
from bot.usecases.alerts import SLICE, AlertResult, Posted

log = logging.getLogger(__name__)

#: Signals that wait for a commit; those before them take some seconds.
MOST_WAITING = 2000

_Waiting = tuple[Posted, "asyncio.Future[list[AlertResult]]"]


class Intake:
    """Used from one event loop."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def receive(self, signals: Sequence[Signal], by: Actor, now: datetime) -> list[AlertResult]:
        """One result each, in order, once they are committed. Raises what kept them from it, Overloaded among it."""
        if self.waiting and self.waiting + len(signals) > MOST_WAITING:
            raise Overloaded
        taken: asyncio.Future[list[AlertResult]] = asyncio.get_running_loop().create_future()
        self._waiting.append((Posted(signals, by, now), taken))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await taken

    @property
    def waiting(self) -> int:
        """Signals that wait for a commit."""
        return sum(len(posted.signals) for posted, _ in self._waiting)

    async def _work(self) -> None:
        while self._waiting:
            await self._take(self._next())

    def _next(self) -> list[_Waiting]:
        """As many as fit in one transaction; one that is larger goes alone."""
        batch = [self._waiting.popleft()]
        size = len(batch[0][0].signals)
        while self._waiting and size + len(self._waiting[0][0].signals) <= SLICE:
            size += len(self._waiting[0][0].signals)
            batch.append(self._waiting.popleft())
        return batch

    async def _take(self, batch: Sequence[_Waiting]) -> None:
        if len(batch) == 1:
            await self._take_alone(*batch[0])
            return
        try:
            results = await alerts.take(self._bot, [posted for posted, _ in batch])
        except (DatabaseUnavailable, Conflict) as trouble:
            for _, taken in batch:
                _fail(taken, trouble)
        except Exception:
            log.exception("one of %d posts meets a bug: each is taken alone", len(batch))
            for posted, taken in batch:
                await self._take_alone(posted, taken)
        else:
            for (_, taken), result in zip(batch, results, strict=True):
                _answer(taken, result)

    async def _take_alone(self, posted: Posted, taken: asyncio.Future[list[AlertResult]]) -> None:
        try:
            _answer(taken, await alerts.receive(self._bot, posted.signals, posted.by, posted.at))
        except Exception as trouble:  # noqa: BLE001  (handed to whoever posted)
            _fail(taken, trouble)


def _answer(taken: asyncio.Future[list[AlertResult]], results: list[AlertResult]) -> None:
    if not taken.done():  # its sender went away
        taken.set_result(results)


def _fail(taken: asyncio.Future[list[AlertResult]], trouble: Exception) -> None:
    if not taken.done():
        taken.set_exception(trouble)
