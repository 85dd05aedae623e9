"""Budgets, and bundles: outbox rows that carry the deliveries of several pages in one message.

A delivery that is held comes `after` its bundle, so that it goes by itself should the bundle ever end without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.budgets import Spent, Subject
from bot.domain.delivery import Row, RowState
from bot.domain.people import PersonId
from storage.scope import Repository, columns_of, values_of, word
from storage.work_tables import attempt, budget, outbox

HELD = "held for a bundle"

_ROWS = select(*columns_of(outbox, Row)).order_by(outbox.c.id)
_PENDING = outbox.c.state == word(RowState.PENDING.value)


class SqlBundles(Repository):
    __slots__ = ()

    async def spent(self, people: Iterable[PersonId]) -> dict[Subject, Spent]:
        """One person after the other, in one order, so that two that claim never wait for each other."""
        those = sorted(set(people))
        for person_id in those:
            await self.scope.alone(f"budget/{person_id}")
        rows = await self.scope.all(select(budget).where(budget.c.person_id.in_(those)))
        found = [Spent(**row) for row in rows]
        return {one.subject: one for one in found}

    async def spend(self, spent: Sequence[Spent]) -> None:
        if not spent:
            return
        insert = self.scope.insert(budget)
        changed = {name: insert.excluded[name] for name in ("paid", "bundle_id", "bundled")}
        insert = insert.on_conflict_do_update(index_elements=["person_id", "effect", "drill"], set_=changed)
        await self.scope.run(insert, [values_of(one) for one in spent])

    async def fresh(self, bundle_id: int) -> Row | None:
        untried = select(*columns_of(outbox, Row)).where(outbox.c.id == bundle_id, _PENDING, outbox.c.fence == 0)
        row = await self.scope.first(untried.with_for_update(skip_locked=True))
        return Row(**row) if row else None

    async def hold(self, row: Row, bundle: Row) -> None:
        waits = {"owner": None, "lease_until": None, "reason": HELD, "not_before": bundle.not_before}
        into = {"bundle_id": bundle.id, "after": bundle.key}
        await self.scope.run(update(outbox).where(outbox.c.id == row.id).values(waits | into))
        tried = attempt.c.outbox_id == row.id, attempt.c.fence == row.fence
        ended = {"outcome": "bundled", "reason": HELD, "ended_at": self.scope.clock()}
        await self.scope.run(update(attempt).where(*tried).values(ended))

    async def held(self, bundle_id: int) -> list[Row]:
        rows = await self.scope.all(_ROWS.where(outbox.c.bundle_id == bundle_id, _PENDING))
        return [Row(**row) for row in rows]

    async def of(self, bundle_id: int) -> list[Row]:
        return [Row(**row) for row in await self.scope.all(_ROWS.where(outbox.c.bundle_id == bundle_id))]

    async def postpone(self, bundle_id: int, not_before: datetime) -> None:
        waits = outbox.c.bundle_id == bundle_id, _PENDING
        await self.scope.run(update(outbox).where(*waits).values(not_before=not_before))

    async def release(self, bundle_id: int) -> None:
        waits = outbox.c.bundle_id == bundle_id, _PENDING
        await self.scope.run(update(outbox).where(*waits).values(bundle_id=None, after=None))

    async def end(
        self, row: Row, bundle: Row, state: RowState, outcome: str, reason: str, result: Mapping[str, object]
    ) -> bool:
        fence, now = row.fence + 1, self.scope.clock()
        change = {"state": state, "reason": reason, "result": dict(result), "done_at": now, "fence": fence}
        mine = outbox.c.id == row.id, outbox.c.bundle_id == bundle.id, _PENDING
        if not await self.scope.run(update(outbox).where(*mine).values(change | {"doubt": bundle.doubt})):
            return False
        its = attempt.c.outbox_id == bundle.id, attempt.c.fence == bundle.fence
        started = await self.scope.scalar(select(attempt.c.started_at).where(*its))
        tried = {"outbox_id": row.id, "fence": fence, "owner": bundle.owner, "started_at": started, "ended_at": now}
        await self.scope.run(attempt.insert(), tried | {"outcome": outcome, "reason": reason})
        return True
