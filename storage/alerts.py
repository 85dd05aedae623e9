"""Alerts: one row for each key and incident, counted up by repeats."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from bot.domain.alert import Alert, AlertStatus, Repeat, Signal
from bot.domain.incident import State
from storage.scope import Repository, columns_of, word
from storage.tables import alert, incident

_ALERT = columns_of(alert, Alert)
_OPEN = and_(incident.c.id == alert.c.incident_id, incident.c.state != word(State.RESOLVED.value))
_BY_KEY = (
    select(alert.c.dedup_hash, alert.c.incident_id, alert.c.status)
    .join(incident, _OPEN)
    .where(alert.c.dedup_hash.in_(bindparam("keys", expanding=True)))
    .order_by(alert.c.incident_id)
)
_REPEAT = (
    update(alert)
    .where(alert.c.dedup_hash == bindparam("key"), alert.c.incident_id == bindparam("number"))
    .values(count=alert.c.count + bindparam("more"))
)


def _again(repeat: Repeat) -> dict[str, Any]:
    which = {"key": repeat.dedup_hash, "number": repeat.incident_id, "more": repeat.count}
    return which | _told(repeat.signal, repeat.at)


def _told(signal: Signal, at: datetime) -> dict[str, Any]:
    """What a sender says anew each time."""
    return {"summary": signal.summary, "last_at": at, "link": signal.link, "labels": dict(signal.labels)}


class SqlAlerts(Repository):
    __slots__ = ()

    async def open_incident_for(self, dedup_hash: str, group_hash: str) -> int | None:
        """The same key counts more than the same group, then the newest incident."""
        same_key = alert.c.dedup_hash == dedup_hash
        same = or_(same_key, alert.c.group_hash == group_hash) if group_hash else same_key
        query = select(alert.c.incident_id).join(incident, _OPEN).where(same)
        found: int | None = await self.scope.scalar(query.order_by(same_key.desc(), incident.c.id.desc()).limit(1))
        return found

    async def open_by_key(self, dedup_hashes: Collection[str]) -> dict[str, tuple[int, AlertStatus]]:
        found = await self.scope.all(_BY_KEY, {"keys": list(dedup_hashes)})
        return {row["dedup_hash"]: (row["incident_id"], row["status"]) for row in found}

    async def open_by_group(self, group_hashes: Collection[str]) -> dict[str, int]:
        newest = select(alert.c.group_hash, func.max(alert.c.incident_id).label("number")).join(incident, _OPEN)
        found = await self.scope.all(newest.where(alert.c.group_hash.in_(group_hashes)).group_by(alert.c.group_hash))
        return {row["group_hash"]: row["number"] for row in found}

    async def repeat(self, repeats: Sequence[Repeat]) -> None:
        if repeats:
            await self.scope.run(_REPEAT, [_again(one) for one in repeats])

    async def record(self, signal: Signal, dedup_hash: str, group_hash: str, incident_id: int, at: datetime) -> Alert:
        told = {"status": signal.status} | _told(signal, at)
        key = {"dedup_hash": dedup_hash, "incident_id": incident_id}
        fires = int(signal.status is AlertStatus.FIRING)
        first = {"source": signal.source, "group_hash": group_hash, "first_at": at, "count": fires}
        insert = self.scope.insert(alert)
        again = {name: insert.excluded[name] for name in told} | {"count": alert.c.count + insert.excluded["count"]}
        upsert = insert.on_conflict_do_update(index_elements=list(key), set_=again)
        rows = await self.scope.all(upsert.returning(*_ALERT), key | first | told)
        return Alert(**rows[0])

    async def of(self, incident_id: int) -> list[Alert]:
        query = select(alert).where(alert.c.incident_id == incident_id).order_by(alert.c.id)
        return [Alert(**row) for row in await self.scope.all(query)]

    async def any_firing(self, incident_id: int) -> bool:
        firing = alert.c.incident_id == incident_id, alert.c.status == AlertStatus.FIRING
        return await self.scope.scalar(select(alert.c.id).where(*firing).limit(1)) is not None
