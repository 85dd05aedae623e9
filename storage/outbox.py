"""The outbox: rows are put once by key, claimed lane by lane under a lease, and settled under their fence.

Which rows may go is in `claims`. Every claim opens an attempt in the ledger in the same transaction, so before anything
leaves the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Update, and_, bindparam, func, or_, select, text, union_all, update

from bot.domain.delivery import NOTIFIER_OF, ON_PHONES, Effect, Lane, NewRow, PageState, Row, RowState
from bot.domain.escalation import RunState
from bot.domain.people import PersonId
from bot.domain.receipts import Reach, below
from bot.ports.delivery import Made
from storage.claims import PENDING, WAITING, claim, free, next_due
from storage.scope import Repository, columns_of, query, values_of, word
from storage.tables import page, run
from storage.work_tables import AWAITED, attempt, outbox

ORPHANED = "process ended before the outcome was known"
OVERTAKEN = "a newer row says the same"

_SELECT = select(*columns_of(outbox, Row))
_bundle = outbox.alias("bundle")
_carried = outbox.alias("carried")
_newer = outbox.alias("newer")

_BY_ID = query(Row, outbox, outbox.c.id)
_BY_KEY = query(Row, outbox, outbox.c.key)
_OF_PAGE = query(Row, outbox, outbox.c.page_id, order=[outbox.c.id])
_OF_INCIDENT = query(Row, outbox, outbox.c.incident_id, order=[outbox.c.id])
_OF_EFFECTS = _OF_INCIDENT.where(outbox.c.effect.in_(bindparam("effects", expanding=True)))
_FAILED = _OF_INCIDENT.where(outbox.c.state == word(RowState.DEAD.value), outbox.c.effect.not_in(list(NOTIFIER_OF)))
#: What is changed is given as values beside these.
_SETTLE = update(outbox).where(
    outbox.c.id == bindparam("row_id"),
    outbox.c.fence == bindparam("row_fence"),
    outbox.c.owner == bindparam("row_owner"),
    PENDING,
)
_CLOSE = update(attempt).where(attempt.c.outbox_id == bindparam("row_id"), attempt.c.fence == bindparam("row_fence"))


@cache
def _overtaken(*, postgres: bool) -> Update:
    """Rows that wait while a newer one says the same."""
    same = _newer.c.coalesce == outbox.c.coalesce, _newer.c.state == WAITING, _newer.c.id > outbox.c.id
    subjects = outbox.c.coalesce.in_(bindparam("subjects", expanding=True))
    return update(outbox).where(subjects, PENDING, free(postgres=postgres), select(1).where(*same).exists())


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
        ended = {"state": RowState.SUPERSEDED, "reason": OVERTAKEN, "done_at": self.scope.clock()}
        overtaken = _overtaken(postgres=self.scope.postgres)
        await self.scope.run(overtaken, ended | {"subjects": list(subjects)} | self.scope.moments("real_now"))

    async def claim(self, owner: str, lane: int, now: datetime, limit: int) -> list[Row]:
        asked = {"claimer": owner, "now": now, "most": limit} | self.scope.moments("real_now", "lease_end")
        claimed = await self.scope.all(claim(Lane(lane), postgres=self.scope.postgres), asked)
        rows = [Row(**row) for row in claimed]
        rows = await self._doubt_orphans(sorted(rows, key=lambda row: (not row.ahead, row.not_before, row.id)), now)
        if rows:
            tries = [_attempt(row, owner, now) for row in rows]
            await self.scope.run(attempt.insert(), tries)
        return rows

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
        mine = {"row_id": row.id, "row_fence": row.fence}
        change: dict[str, Any] = {"state": state, "reason": reason, "owner": None, "lease_until": None}
        if state is not RowState.PENDING:
            change["done_at"] = now
        if result is not None:
            change["result"] = dict(result)
        if not_before is not None:
            change["not_before"] = not_before
        if doubt:
            change["doubt"] = True
        if not await self.scope.run(_SETTLE, change | mine | {"row_owner": row.owner}):
            return False
        await self.scope.run(_CLOSE, mine | {"outcome": outcome, "reason": reason, "ended_at": now})
        return True

    async def get(self, row_id: int) -> Row:
        found = await self.scope.read_one(_BY_ID, id=row_id)
        if found is None:
            raise LookupError(f"no outbox row {row_id}")
        return found

    async def by_key(self, key: str) -> Row | None:
        return await self.scope.read_one(_BY_KEY, key=key)

    async def of_incident(self, incident_id: int, effects: Iterable[Effect] = ()) -> list[Row]:
        if wanted := list(effects):
            return await self.scope.read(_OF_EFFECTS, incident_id=incident_id, effects=wanted)
        return await self.scope.read(_OF_INCIDENT, incident_id=incident_id)

    async def failed(self, incident_id: int) -> list[Row]:
        return await self.scope.read(_FAILED, incident_id=incident_id)

    async def of_page(self, page_id: int) -> list[Row]:
        return await self.scope.read(_OF_PAGE, page_id=page_id)

    async def drop(self, ids: Iterable[int], state: RowState, reason: str) -> None:
        ended = {"state": state, "reason": reason, "done_at": self.scope.clock()}
        if those := set(ids):
            left = outbox.c.id.in_(those), PENDING, self._free(), self._not_carried(in_doubt=True)
            await self.scope.run(update(outbox).where(*left).values(ended))

    async def made_after(self, at: datetime) -> list[Made]:
        asked = select(outbox.c.id, outbox.c.created_at, outbox.c.not_before)
        asked = asked.where(PENDING, outbox.c.not_before > at, outbox.c.created_at > at)
        return [(row["id"], row["created_at"], row["not_before"]) for row in await self.scope.all(asked)]

    async def move(self, row_id: int, created_at: datetime, not_before: datetime) -> None:
        mine = outbox.c.id == row_id, PENDING
        await self.scope.run(update(outbox).where(*mine).values(created_at=created_at, not_before=not_before))

    async def hasten(self, ids: Iterable[int], not_before: datetime) -> None:
        late = outbox.c.id.in_(set(ids)), outbox.c.not_before > not_before, PENDING, self._free()
        await self.scope.run(update(outbox).where(*late).values(not_before=not_before))

    async def hurry(self, incident_id: int, now: datetime) -> None:
        waits = outbox.c.incident_id == incident_id, outbox.c.lane == Lane.PAGES, PENDING
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
            await self.scope.run(update(outbox).where(outbox.c.id == row_id, PENDING).values(values))

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
        one = None if lane is None else Lane(lane)
        asked = next_due(one, postgres=self.scope.postgres)
        due: datetime | None = await self.scope.scalar(asked, self.scope.moments("real_now"))
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
        return [Row(**row) for row in rows]

    def _not_carried(self, *, in_doubt: bool = False) -> ColumnElement[bool]:
        """Not in a bundle whose message is on its way; nor, if `in_doubt`, in one whose message may have arrived."""
        its = _bundle.c.id == outbox.c.bundle_id, _bundle.c.state == WAITING
        held = _bundle.c.lease_until >= self.scope.real_now()
        # who left a lease behind has left a doubt, too: the next claim marks it
        going = select(1).where(
            *its, or_(held, _bundle.c.doubt, _bundle.c.lease_until.is_not(None)) if in_doubt else held
        )
        return or_(outbox.c.bundle_id.is_(None), ~going.exists())

    def _free(self) -> ColumnElement[bool]:
        return or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < self.scope.real_now())


def _attempt(row: Row, owner: str, at: datetime) -> dict[str, Any]:
    return {"outbox_id": row.id, "fence": row.fence, "owner": owner, "started_at": at, "reason": ""}
