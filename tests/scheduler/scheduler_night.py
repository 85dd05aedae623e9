"""A night with its loops: the real ones, on a real database; handlers that keep what they were given and can wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from night import Night

from bot.domain.delivery import Effect, NewRow, Outcome, Row, Sent
from bot.domain.picture import Job
from scheduler.outbox import Handler

Answer = Callable[[Job], Awaitable[Outcome]]


@dataclass
class World:
    """The world outside: answers as it is told, else Sent at once."""

    jobs: list[Job] = field(default_factory=list)
    answers: dict[Effect, Answer] = field(default_factory=dict)

    @property
    def handlers(self) -> dict[Effect, Handler]:
        return dict.fromkeys(Effect, self._handle)

    async def _handle(self, job: Job, _now: datetime) -> Outcome:
        self.jobs.append(job)
        answer = self.answers.get(job.row.effect)
        if answer is not None:
            return await answer(job)
        effect = job.row.effect
        place = {"channel": f"C{effect.name}", "ts": f"1.{len(self.jobs):06d}", "name": "inc-1"}
        return Sent({"channel": "CROOM"} | {"name": "inc-1"} if effect is Effect.ROOM_CREATE else place)

    def effects(self) -> list[Effect]:
        return [job.row.effect for job in self.jobs]


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Waits for something that the loops do by themselves."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # the loops have no event for it
            await asyncio.sleep(0.01)


async def put(night: Night, *rows: NewRow) -> None:
    await night.bot.db.write(lambda tx: tx.outbox.put(rows))


async def row(night: Night, key: str) -> Row:
    found = await night.bot.db.read(lambda tx: tx.outbox.by_key(key))
    assert found is not None
    return found
