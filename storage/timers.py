"""Timers: armed once by key, claimed under a lease when due, finished under their fence."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.timers import NewTimer, Timer, TimerKind, TimerState
from bot.ports.delivery import Made
from storage.columns import Utc
from storage.scope import Repository, columns_of, lease_end, query, real_now, values_of, word
from storage.work_tables import timer

_PENDING = timer.c.state == word(TimerState.PENDING.value)
_OF = query(Timer, timer, timer.c.incident_id, order=[timer.c.due_at, timer.c.id]).where(_PENDING)


def _free(*, postgres: bool) -> ColumnElement[bool]:
    return or_(timer.c.lease_until.is_(None), timer.c.lease_until < real_now(postgres=postgres))


@cache
def _next_due(*, postgres: bool) -> Select[Any]:
    return select(timer.c.due_at).where(_PENDING, _free(postgres=postgres)).order_by(timer.c.due_at).limit(1)


@cache
def _claim(*, postgres: bool) -> ReturningUpdate[Any]:
    """Leases due timers to `claimer`, `most` at once, the longest due first."""
    now, most = bindparam("now", type_=Utc()), bindparam("most", type_=Integer())
    due = select(timer.c.id).where(_PENDING, timer.c.due_at <= now, _free(postgres=postgres))
    due = due.order_by(timer.c.due_at, timer.c.id).limit(most).with_for_update(skip_locked=True)
    lease = {"owner": bindparam("claimer"), "lease_until": lease_end(postgres=postgres), "fence": timer.c.fence + 1}
    change = update(timer).where(timer.c.id.in_(select(due.cte("picked").c.id))).values(lease)
    return change.returning(*columns_of(timer, Timer))


class SqlTimers(Repository):
    __slots__ = ()

    async def arm(self, new: NewTimer) -> None:
        values = values_of(new) | {"data": dict(new.data), "state": TimerState.PENDING, "fence": 0, "reason": ""}
        insert = self.scope.insert(timer).on_conflict_do_nothing(index_elements=["key"])
        await self.scope.run(insert, values | {"armed_at": self.scope.clock()})

    async def cancel(self, incident_id: int, *, run_id: int | None = None, prefix: str = "") -> int:
        """Also those that are claimed at this moment: `finish` then answers False and nothing fires."""
        change = update(timer).where(timer.c.incident_id == incident_id, _PENDING)
        if run_id is not None:
            change = change.where(timer.c.run_id == run_id)
        if prefix:
            change = change.where(timer.c.key.startswith(prefix, autoescape=True))
        ended = {"state": TimerState.CANCELLED, "done_at": self.scope.clock(), "reason": "cancelled"}
        return await self.scope.run(change.values(ended))

    async def pending(self, incident_id: int) -> list[Timer]:
        return await self.scope.read(_OF, incident_id=incident_id)

    async def next_due(self) -> datetime | None:
        """Those claimed at this moment are left out: they are due already and need no second wake."""
        asked = _next_due(postgres=self.scope.postgres)
        due: datetime | None = await self.scope.scalar(asked, self.scope.moments("real_now"))
        return due

    async def claim(self, owner: str, now: datetime, limit: int) -> list[Timer]:
        asked = {"claimer": owner, "now": now, "most": limit} | self.scope.moments("real_now", "lease_end")
        rows = await self.scope.all(_claim(postgres=self.scope.postgres), asked)
        return sorted((Timer(**row) for row in rows), key=lambda one: (one.due_at, one.id))

    async def made_after(self, at: datetime, kinds: Collection[TimerKind]) -> list[Made]:
        asked = select(timer.c.id, timer.c.armed_at, timer.c.due_at)
        asked = asked.where(_PENDING, timer.c.due_at > at, timer.c.armed_at > at, timer.c.kind.in_(kinds))
        return [(row["id"], row["armed_at"], row["due_at"]) for row in await self.scope.all(asked)]

    async def move(self, timer_id: int, armed_at: datetime, due_at: datetime) -> None:
        mine = timer.c.id == timer_id, _PENDING
        await self.scope.run(update(timer).where(*mine).values(armed_at=armed_at, due_at=due_at))

    async def finish(self, claimed: Timer, reason: str) -> bool:
        mine = timer.c.id == claimed.id, timer.c.fence == claimed.fence, timer.c.owner == claimed.owner, _PENDING
        fired = {"state": TimerState.FIRED, "done_at": self.scope.clock(), "reason": reason, "lease_until": None}
        return await self.scope.run(update(timer).where(*mine).values(fired)) == 1
