"""Alerts: one row for each key and incident, counted up by repeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from bot.domain.alert import Alert, AlertStatus, Signal
from storage.scope import Repository, columns_of
from storage.tables import alert, incident

_ALERT = columns_of(alert, Alert)


class SqlAlerts(Repository):
    __slots__ = ()

    async def open_incident_for(self, dedup_hash: str, group_hash: str) -> int | None:
        """The same key counts more than the same group, then the newest incident."""
        same_key = alert.c.dedup_hash == dedup_hash
        same = or_(same_key, alert.c.group_hash == group_hash) if group_hash else same_key
        live = incident.c.id == alert.c.incident_id, incident.c.state != "RESOLVED"
        query = select(alert.c.incident_id).join(incident, live[0]).where(same, live[1])
        found: int | None = await self.scope.scalar(query.order_by(same_key.desc(), incident.c.id.desc()).limit(1))
        return found

    async def record(self, signal: Signal, dedup_hash: str, group_hash: str, incident_id: int, at: datetime) -> Alert:
        told = {"status": signal.status, "summary": signal.summary, "last_at": at, "link": signal.link}
        told |= {"labels": dict(signal.labels)}
        key = {"dedup_hash": dedup_hash, "incident_id": incident_id}
        first = {"source": signal.source, "group_hash": group_hash, "first_at": at, "count": 1}
        insert = self.scope.insert(alert)
        again = {name: insert.excluded[name] for name in told} | {"count": alert.c.count + 1}
        upsert = insert.on_conflict_do_update(index_elements=list(key), set_=again)
        rows = await self.scope.all(upsert.returning(*_ALERT), key | first | told)
        return Alert(**rows[0])

    async def of(self, incident_id: int) -> list[Alert]:
        query = select(alert).where(alert.c.incident_id == incident_id).order_by(alert.c.id)
        return [Alert(**row) for row in await self.scope.all(query)]

    async def any_firing(self, incident_id: int) -> bool:
        firing = alert.c.incident_id == incident_id, alert.c.status == AlertStatus.FIRING
        return await self.scope.scalar(select(alert.c.id).where(*firing).limit(1)) is not None

    async def latest(self, dedup_hash: str) -> Alert | None:
        query = select(alert).where(alert.c.dedup_hash == dedup_hash).order_by(alert.c.id.desc()).limit(1)
        row = await self.scope.first(query)
        return Alert(**row) if row else None

    async def status_of(self, alert_id: int) -> AlertStatus:
        status: AlertStatus | None = await self.scope.scalar(select(alert.c.status).where(alert.c.id == alert_id))
        if status is None:
            raise LookupError(f"no alert {alert_id}")
        return status
