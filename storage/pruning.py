"""Pruning: what is over longer ago than it is kept, a slice at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, or_, select, tuple_

from bot.domain.delivery import RowState
from bot.domain.incident import State
from bot.domain.retention import Kept
from bot.domain.timers import TimerState
from storage.scope import Repository, word
from storage.tables import answer_link, contact, incident, page
from storage.work_tables import attempt, budget, event_in, outbox, reaction, receipt, timer

_carried = outbox.alias("carried")
#: A row in whose message others went out stays as long as they do.
_CARRIES = exists().where(_carried.c.bundle_id == outbox.c.id) | exists().where(budget.c.bundle_id == outbox.c.id)


def _closed(before: datetime) -> Sequence[ColumnElement[bool]]:
    return incident.c.state == word(State.RESOLVED.value), incident.c.resolved_at < before


class SqlPruning(Repository):
    __slots__ = ()

    async def slice(self, kind: Kept, before: datetime, limit: int) -> int:
        match kind:
            case Kept.LINKS:
                old = select(answer_link.c.hash).join(page, page.c.id == answer_link.c.page_id)
                old = old.join(incident, incident.c.id == page.c.incident_id).where(*_closed(before))
                return await self._delete(answer_link, [answer_link.c.hash], old, limit)
            case Kept.CODES:
                key = [contact.c.person_id, contact.c.kind, contact.c.pending]
                old = select(*key).where(contact.c.pending.is_(True), contact.c.expires_at < before)
                return await self._delete(contact, key, old, limit)
            case Kept.EVENTS:
                key = [event_in.c.source, event_in.c.key]
                return await self._delete(event_in, key, select(*key).where(event_in.c.at < before), limit)
            case Kept.REACTIONS:
                key = [reaction.c.channel, reaction.c.ts, reaction.c.slack_user, reaction.c.emoji]
                old = select(*key).where(reaction.c.event_ts < f"{before.timestamp():.6f}")
                return await self._delete(reaction, key, old, limit)
            case Kept.ROWS:
                old = select(outbox.c.id).join(incident, incident.c.id == outbox.c.incident_id).where(*_closed(before))
                return await self._rows(old, limit)
            case Kept.LOOSE_ROWS:
                return await self._rows(
                    select(outbox.c.id).where(outbox.c.incident_id.is_(None), outbox.c.done_at < before), limit
                )
            case Kept.TIMERS:
                old = select(timer.c.id).outerjoin(incident, incident.c.id == timer.c.incident_id)
                loose = and_(timer.c.incident_id.is_(None), timer.c.done_at < before)
                old = old.where(timer.c.state != word(TimerState.PENDING.value), or_(loose, and_(*_closed(before))))
                return await self._delete(timer, [timer.c.id], old, limit)

    async def _delete(self, table: Table, key: Sequence[ColumnElement[Any]], old: Select[Any], limit: int) -> int:
        found = await self.scope.all(old.limit(limit))
        if not found:
            return 0
        keys = [tuple(row.values()) for row in found]
        wanted = key[0].in_([one for (one,) in keys]) if len(key) == 1 else tuple_(*key).in_(keys)
        return await self.scope.run(delete(table).where(wanted))

    async def _rows(self, old: Select[Any], limit: int) -> int:
        """With their tries and receipts; none that still waits."""
        over = outbox.c.state != word(RowState.PENDING.value), ~_CARRIES
        ids = await self.scope.scalars(old.where(*over).order_by(outbox.c.id).limit(limit))
        if not ids:
            return 0
        for table in (receipt, attempt):
            await self.scope.run(delete(table).where(table.c.outbox_id.in_(ids)))
        return await self.scope.run(delete(outbox).where(outbox.c.id.in_(ids)))
