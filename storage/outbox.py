"""The outbox: rows are put once by key, claimed lane by lane under a lease, and settled under their fence.

A row may go when it is due, the row it comes `after` is terminal, and no older row of its stream waits. Of a lane's
rows those put `ahead` go first.
Every claim opens an attempt in the ledger in the same transaction, so before anything leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, and_, func, or_, select, text, union_all, update

from bot.domain.delivery import NOTIFIER_OF, ON_PHONES, Effect, Lane, NewRow, PageState, Row, RowState
from bot.domain.escalation import RunState
from bot.domain.people import PersonId
from bot.domain.receipts import Reach, below
from storage.scope import Repository, columns_of, values_of, word
from storage.tables import page, run
from storage.work_tables import AWAITED, attempt, outbox

ORPHANED = "process ended before the outcome was known"
OVERTAKEN = "a newer row says the same"

_ROW = columns_of(outbox, Row)
_SELECT = select(*_ROW)
_WAITING = word(RowState.PENDING.value)
_PENDING = outbox.c.state == _WAITING
_first = outbox.alias("first")
_bundle = outbox.alias("bundle")
_carried = outbox.alias("carried")
_older = outbox.alias("older")
_newer = outbox.alias("newer")

_ready = or_(
    outbox.c.after.is_(None),
    ~select(1).where(_first.c.key == outbox.c.after, _first.c.state == _WAITING).exists(),
)
_heads_stream = or_(
    outbox.c.stream.is_(None),
    ~select(1)
    .where(_older.c.stream == outbox.c.stream, _older.c.state == _WAITING, _older.c.id < outbox.c.id)
    .exists(),
)


def _row(row: RowMapping) -> Row:
    return Row(**row)


class SqlOutbox(Repository):
    __slots__ = ()

    async def put(self, rows: Sequence[NewRow]) -> None:
        if not rows:
            return
        fresh = {"state": RowState.PENDING, "created_at": self.scope.clock(), "result": {}, "reason": ""}
        fresh |= {"fence": 0, "tries": 0, "doubt": False, "reach": None, "reach_reason": ""}
        insert = self.scope.insert(outbox).on_conflict_do_nothing(index_elements=["key"])
        await self.scope.run(insert, [values_of(row) | {"payload": dict(row.payload)} | fresh for row in rows])
        if subjects := {row.coalesce for row in rows if row.coalesce is not None}:
            await self._supersede(subjects)

    async def _supersede(self, subjects: set[str]) -> None:
        same = _newer.c.coalesce == outbox.c.coalesce, _newer.c.state == _WAITING, _newer.c.id > outbox.c.id
        overtaken = outbox.c.coalesce.in_(subjects), _PENDING, self._free(), select(1).where(*same).exists()
        ended = {"state": RowState.SUPERSEDED, "reason": OVERTAKEN, "done_at": self.scope.clock()}
        await self.scope.run(update(outbox).where(*overtaken).values(ended))

    async def claim(self, owner: str, lane: int, now: datetime, limit: int) -> list[Row]:
        picked = self._due(Lane(lane), now, limit).cte("picked")
        lease = {"owner": owner, "lease_until": self.scope.lease_end()}
        count = {"fence": outbox.c.fence + 1, "tries": outbox.c.tries + 1}
        claim = update(outbox).where(outbox.c.id.in_(select(picked.c.id))).values(lease | count)
        rows = [_row(row) for row in await self.scope.all(claim.returning(*_ROW))]
        rows = await self._doubt_orphans(sorted(rows, key=lambda row: (not row.ahead, row.not_before, row.id)), now)
        if rows:
            tries = [_attempt(row, owner, now) for row in rows]
            await self.scope.run(attempt.insert(), tries)
        return rows

    def _due(self, lane: Lane, now: datetime, limit: int) -> Select[Any]:
        """Ids of rows that may go: those put ahead first, then the longest due. Each part reads the index in its order.

        Only pages are ever put ahead.
        """
        parts = []
        for ahead in (True, False) if lane is Lane.PAGES else (False,):
            due = select(outbox.c.id, outbox.c.ahead, outbox.c.not_before).where(
                _PENDING, outbox.c.lane == lane, outbox.c.ahead == ahead, outbox.c.not_before <= now
            )
            due = due.where(self._free(), _ready, _heads_stream).order_by(outbox.c.not_before, outbox.c.id).limit(limit)
            parts.append(due.with_for_update(of=outbox, skip_locked=True).subquery(f"ahead{ahead:d}"))
        if len(parts) == 1:
            return select(parts[0].c.id)
        both = union_all(*(select(part) for part in parts)).subquery("both")
        return select(both.c.id).order_by(both.c.ahead.desc(), both.c.not_before, both.c.id).limit(limit)

    async def _doubt_orphans(self, rows: list[Row], now: datetime) -> list[Row]:
        """A try that nobody closed may have gone out: its row is in doubt from now on."""
        again = [row.id for row in rows if row.fence > 1]
        if not again:
            return rows
        lost = {"outcome": "unknown", "reason": ORPHANED, "ended_at": now}
        left = attempt.c.outbox_id.in_(again), attempt.c.outcome.is_(None)
        closed = await self.scope.scalars(update(attempt).where(*left).values(lost).returning(attempt.c.outbox_id))
        if not closed:
            return rows
        await self.scope.run(update(outbox).where(outbox.c.id.in_(set(closed))).values(doubt=True))
        return [replace(row, doubt=row.doubt or row.id in closed) for row in rows]

    async def settle(
        self,
        row: Row,
        *,
        state: RowState,
        outcome: str,
        reason: str = "",
        result: Mapping[str, object] | None = None,
        not_before: datetime | None = None,
        doubt: bool = False,
    ) -> bool:
        """`doubt` is never taken back. What is left out of `result` and `not_before` stays as it was."""
        now = self.scope.clock()
        mine = outbox.c.id == row.id, outbox.c.fence == row.fence, outbox.c.owner == row.owner, _PENDING
        change: dict[str, Any] = {"state": state, "reason": reason, "owner": None, "lease_until": None}
        if state is not RowState.PENDING:
            change["done_at"] = now
        if result is not None:
            change["result"] = dict(result)
        if not_before is not None:
            change["not_before"] = not_before
        if doubt:
            change["doubt"] = True
        if not await self.scope.run(update(outbox).where(*mine).values(change)):
            return False
        tried = attempt.c.outbox_id == row.id, attempt.c.fence == row.fence
        await self.scope.run(update(attempt).where(*tried).values(outcome=outcome, reason=reason, ended_at=now))
        return True

    async def get(self, row_id: int) -> Row:
        found = await self._list(outbox.c.id == row_id)
        if not found:
            raise LookupError(f"no outbox row {row_id}")
        return found[0]

    async def by_key(self, key: str) -> Row | None:
        found = await self._list(outbox.c.key == key)
        return found[0] if found else None

    async def of_incident(self, incident_id: int, effects: Iterable[Effect] = ()) -> list[Row]:
        wanted = set(effects)
        mine = outbox.c.incident_id == incident_id
        return await self._list(and_(mine, outbox.c.effect.in_(wanted)) if wanted else mine)

    async def failed(self, incident_id: int) -> list[Row]:
        dead = outbox.c.state == word(RowState.DEAD.value), outbox.c.effect.not_in(list(NOTIFIER_OF))
        return await self._list(and_(outbox.c.incident_id == incident_id, *dead))

    async def of_page(self, page_id: int) -> list[Row]:
        return await self._list(outbox.c.page_id == page_id)

    async def drop(self, ids: Iterable[int], state: RowState, reason: str) -> None:
        ended = {"state": state, "reason": reason, "done_at": self.scope.clock()}
        if those := set(ids):
            left = outbox.c.id.in_(those), _PENDING, self._free(), self._not_carried()
            await self.scope.run(update(outbox).where(*left).values(ended))

    async def revive(self, ids: Iterable[int], not_before: datetime) -> None:
        ended = outbox.c.id.in_(set(ids)), outbox.c.state.in_([RowState.DEAD, RowState.DROPPED])
        again = {"state": RowState.PENDING, "not_before": not_before, "tries": 0, "reason": "", "done_at": None}
        await self.scope.run(update(outbox).where(*ended).values(again))

    async def hasten(self, ids: Iterable[int], not_before: datetime) -> None:
        late = outbox.c.id.in_(set(ids)), outbox.c.not_before > not_before, _PENDING, self._free()
        await self.scope.run(update(outbox).where(*late).values(not_before=not_before))

    async def hurry(self, incident_id: int, now: datetime) -> None:
        waits = outbox.c.incident_id == incident_id, outbox.c.lane == Lane.PAGES, _PENDING
        late = *waits, self._free(), self._not_carried()
        alone = {"bundle_id": None, "after": None, "not_before": now}
        held = update(outbox).where(*late, outbox.c.bundle_id.is_not(None))
        await self.scope.run(held.values({"lane": Lane.SEV1} | alone))
        await self.scope.run(update(outbox).where(*late).values(lane=Lane.SEV1))

    async def reached(self, row_id: int, reach: Reach, reason: str = "") -> bool:
        """One statement, so that of two receipts at once the further one stands."""
        before = or_(outbox.c.reach.is_(None), outbox.c.reach.in_(below(reach)))
        move = update(outbox).where(outbox.c.id == row_id, before).values(reach=reach, reach_reason=reason)
        return await self.scope.run(move) > 0

    async def proven(self, row_id: int, ref: str) -> None:
        found = await self.get(row_id)
        if found.state is RowState.PENDING and "sid" not in found.result:
            values = {"result": {**found.result, "sid": ref}}
            await self.scope.run(update(outbox).where(outbox.c.id == row_id, _PENDING).values(values))

    async def awaiting_receipts(self, since: datetime) -> list[Row]:
        alone = outbox.c.done_at >= since, outbox.c.bundle_id.is_(None)  # a bundle is asked about, not what it carried
        return await self._list(and_(text(AWAITED), *alone))

    async def phone_awaited(self) -> bool:
        on_phone = outbox.c.page_id == page.c.id, outbox.c.effect.in_(ON_PHONES)
        climbs = page.c.run_id == run.c.id, run.c.state == word(RunState.CLIMBING.value)
        query = select(page.c.id).where(page.c.state == word(PageState.OPEN.value), *climbs)
        query = query.where(select(1).where(*on_phone).exists()).limit(1)
        return await self.scope.scalar(query) is not None

    async def of_person(self, person_id: PersonId, effect: Effect, since: datetime) -> list[Row]:
        def mine(rows: FromClause) -> ColumnElement[bool]:
            newer = rows.c.page_id.is_not(None), rows.c.created_at >= since
            return and_(rows.c.person_id == person_id, *newer, rows.c.effect == effect)

        carrying = select(_carried.c.bundle_id).where(mine(_carried), _carried.c.bundle_id.is_not(None))
        return await self._list(or_(mine(outbox), outbox.c.id.in_(carrying)))

    async def next_due(self, lane: int | None = None) -> datetime | None:
        """Of rows that could go: those claimed at this moment and those that wait for another are left out."""
        free = _PENDING, self._free(), _ready, _heads_stream
        firsts = [
            select(select(outbox.c.not_before).where(outbox.c.lane == one, outbox.c.ahead == ahead, *free)
            .order_by(outbox.c.not_before).limit(1).subquery(f"lane{one.value}{ahead:d}"))
            for one in (Lane if lane is None else [Lane(lane)])
            for ahead in ((True, False) if one is Lane.PAGES else (False,))
        ]  # fmt: skip
        every = union_all(*firsts).subquery("firsts")
        due: datetime | None = await self.scope.scalar(select(func.min(every.c.not_before)))
        return due

    async def depth(self) -> dict[tuple[int, str], int]:
        """What waits and what died; what went out is in the ledger and would make this slower every day."""
        counts = [
            select(outbox.c.lane, outbox.c.state, func.count().label("n")).where(outbox.c.state == word(state.value))
            .group_by(outbox.c.lane, outbox.c.state)
            for state in (RowState.PENDING, RowState.DEAD)
        ]  # fmt: skip
        rows = await self.scope.all(union_all(*counts))
        return {(row["lane"].value, row["state"].value): row["n"] for row in rows}

    async def _list(self, condition: ColumnElement[bool]) -> list[Row]:
        rows = await self.scope.all(_SELECT.where(condition).order_by(outbox.c.id))
        return [_row(row) for row in rows]

    def _not_carried(self) -> ColumnElement[bool]:
        """Not in a bundle whose message is on its way."""
        its = _bundle.c.id == outbox.c.bundle_id, _bundle.c.state == _WAITING
        going = select(1).where(*its, _bundle.c.lease_until >= self.scope.real_now())
        return or_(outbox.c.bundle_id.is_(None), ~going.exists())

    def _free(self) -> ColumnElement[bool]:
        return or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < self.scope.real_now())


def _attempt(row: Row, owner: str, at: datetime) -> dict[str, Any]:
    return {"outbox_id": row.id, "fence": row.fence, "owner": owner, "started_at": at, "reason": ""}
