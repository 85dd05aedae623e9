"""Leases of the dead: who holds SQLite's lock is the only bot, so that every lease found at its start is nobody's.

A timer is free at once. A call that its owner made may still be landing, as after a time-out: a row is free once that
time is over, and then claimed again as when its lease had ended by itself, in doubt and looked up.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from bot.domain.delivery import RowState
from bot.domain.timers import TimerState
from bot.ports import Tx
from bot.usecases.delivery import LANDING
from storage.scope import LEASE, word
from storage.transaction import SqlTx
from storage.work_tables import outbox, timer


async def free_leases(tx: Tx) -> None:
    """Ends them; in real time, as leases are counted."""
    assert isinstance(tx, SqlTx)
    held = timer.c.state == word(TimerState.PENDING.value), timer.c.lease_until.is_not(None)
    await tx.scope.run(update(timer).where(*held).values(lease_until=None))
    leased = outbox.c.state == word(RowState.PENDING.value), outbox.c.lease_until > datetime.now(UTC)
    for row in await tx.scope.all(select(outbox.c.id, outbox.c.lease_until).where(*leased)):
        landed = row["lease_until"] - LEASE + LANDING
        await tx.scope.run(update(outbox).where(outbox.c.id == row["id"]).values(lease_until=landed))
