"""Which rows of the outbox may go, as statements that are built once: every turn of every lane asks them.

A row may go when it is due, nobody holds it, the row it comes `after` is terminal, and no older row of its stream
waits.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select, union_all, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.domain.delivery import Lane, Row, RowState
from storage.columns import Utc
from storage.scope import columns_of, lease_end, real_now, word
from storage.work_tables import outbox

WAITING = word(RowState.PENDING.value)
PENDING = outbox.c.state == WAITING
_first = outbox.alias("first")
_older = outbox.alias("older")

_READY = or_(
    outbox.c.after.is_(None),
    ~select(1).where(_first.c.key == outbox.c.after, _first.c.state == WAITING).exists(),
)
_HEADS_STREAM = or_(
    outbox.c.stream.is_(None),
    ~select(1).where(_older.c.stream == outbox.c.stream, _older.c.state == WAITING, _older.c.id < outbox.c.id).exists(),
)


def free(*, postgres: bool) -> ColumnElement[bool]:
    """Nobody's lease holds it."""
    return or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < real_now(postgres=postgres))


@cache
def claim(lane: Lane, *, postgres: bool) -> ReturningUpdate[Any]:
    """Leases rows that may go to `claimer`, `most` at once."""
    picked = _due(lane, postgres=postgres).cte("picked")
    lease = {"owner": bindparam("claimer"), "lease_until": lease_end(postgres=postgres)}
    count = {"fence": outbox.c.fence + 1, "tries": outbox.c.tries + 1}
    change = update(outbox).where(outbox.c.id.in_(select(picked.c.id))).values(lease | count)
    return change.returning(*columns_of(outbox, Row))


def _due(lane: Lane, *, postgres: bool) -> Select[Any]:
    """Ids of rows that may go: those put ahead first, then the longest due. Each part reads the index in its order.

    Only pages are ever put ahead.
    """
    most, now = bindparam("most", type_=Integer()), bindparam("now", type_=Utc())
    parts = []
    for ahead in (True, False) if lane is Lane.PAGES else (False,):
        due = select(outbox.c.id, outbox.c.ahead, outbox.c.not_before).where(
            PENDING, outbox.c.lane == lane, outbox.c.ahead == ahead, outbox.c.not_before <= now
        )
        due = due.where(free(postgres=postgres), _READY, _HEADS_STREAM)
        due = due.order_by(outbox.c.not_before, outbox.c.id).limit(most)
        parts.append(due.with_for_update(of=outbox, skip_locked=True).subquery(f"ahead{ahead:d}"))
    if len(parts) == 1:
        return select(parts[0].c.id)
    both = union_all(*(select(part) for part in parts)).subquery("both")
    return select(both.c.id).order_by(both.c.ahead.desc(), both.c.not_before, both.c.id).limit(most)


@cache
def next_due(lane: Lane | None, *, postgres: bool) -> Select[Any]:
    """When the first row that could go may go; of every lane, or one."""
    able = PENDING, free(postgres=postgres), _READY, _HEADS_STREAM
    firsts = [
        select(select(outbox.c.not_before).where(outbox.c.lane == one, outbox.c.ahead == ahead, *able)
        .order_by(outbox.c.not_before).limit(1).subquery(f"lane{one.value}{ahead:d}"))
        for one in (Lane if lane is None else [lane])
        for ahead in ((True, False) if one is Lane.PAGES else (False,))
    ]  # fmt: skip
    every = union_all(*firsts).subquery("firsts")
    return select(func.min(every.c.not_before))
