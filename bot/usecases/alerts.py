"""Alerts become incidents, join them, and close them again when all of them stay resolved (SPEC §10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.bot import Bot
from bot.domain.alert import AlertStatus, Signal, dedup_hash
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Incident
from bot.domain.people import EVERYTHING, Actor, Source
from bot.domain.posture import Posture
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Conflict, Tx
from bot.usecases import lifecycle
from bot.usecases.change import Change
from bot.usecases.declare import Declaration, declare_in
from bot.usecases.severities import severity_in

#: Signals in one transaction: a storm lets pages go between its slices.
SLICE = 100


@dataclass(frozen=True, slots=True)
class AlertResult:
    """What became of one signal: declared, joined, repeated, resolved or ignored."""

    incident_number: int | None
    action: str


async def receive(bot: Bot, signals: Sequence[Signal], by: Actor, now: datetime) -> list[AlertResult]:
    """Takes all signals of one request, SLICE in one transaction; answers one result each, in order.

    A slice that fails leaves those before it taken: sent again, they are repeats.
    """
    results: list[AlertResult] = []
    for first in range(0, len(signals), SLICE):

        async def work(tx: Tx, part: Sequence[Signal] = signals[first : first + SLICE]) -> list[AlertResult]:
            intake = _Intake(bot, tx, by, now)
            taken = [await intake.take(signal) for signal in part]
            await intake.finish()
            return taken

        results += await bot.write(work)
    return results


@dataclass(slots=True)
class _Touched:
    """An incident that signals of this slice belong to, under its lock, with the newest status of each alert."""

    change: Change
    known: dict[str, AlertStatus]


@dataclass(slots=True)
class _Intake:
    """One slice of signals. Each incident is loaded once and written once, however many signals it takes."""

    bot: Bot
    tx: Tx
    by: Actor
    now: datetime
    touched: dict[int, _Touched] = field(default_factory=dict)

    async def take(self, signal: Signal) -> AlertResult:
        key = dedup_hash(signal.source, signal.dedup_key)
        group = dedup_hash(signal.source, signal.group) if signal.group else key
        found = await self._open(key, group)
        if found is not None:
            return await self._join(found, signal, key, group)
        if signal.status is AlertStatus.RESOLVED:
            return AlertResult(None, "ignored")
        found = await self._declare(signal, key, group)
        await self._record(found, signal, key, group)
        return AlertResult(found.change.incident.id, "declared")

    async def finish(self) -> None:
        """Writes every incident that changed."""
        for one in self.touched.values():
            if one.change.events:
                await _watch_quiet(one)
                await one.change.finish()

    async def _open(self, key: str, group: str) -> _Touched | None:
        """The open incident that the alert belongs to. One that was closed while we waited for its lock is none."""
        while (number := await self.tx.alerts.open_incident_for(key, group)) is not None:
            if number in self.touched:
                return self.touched[number]
            incident = await self.tx.incidents.get(number, EVERYTHING)
            if incident is not None and incident.open:
                known = {alert.dedup_hash: alert.status for alert in await self.tx.alerts.of(number)}
                return self._touch(incident, known)
        return None

    def _touch(self, incident: Incident, known: dict[str, AlertStatus]) -> _Touched:
        self.touched[incident.id] = _Touched(Change(self.bot, self.tx, incident, self.by, self.now), known)
        return self.touched[incident.id]

    async def _declare(self, signal: Signal, key: str, group: str) -> _Touched:
        """Declares, unless the same alert was declared elsewhere meanwhile: then the work runs again and joins it.

        Whoever declares waits for the one before, so that by then what they declared can be seen.
        """
        form = _declaration(self.bot.posture(), signal, self.by)
        change, _paged = await declare_in(self.bot, self.tx, form, self.by, self.now)
        if await self.tx.alerts.open_incident_for(key, group) is not None:
            raise Conflict("the same alert was declared at the same moment")
        return self._touch(change.incident, {})

    async def _join(self, found: _Touched, signal: Signal, key: str, group: str) -> AlertResult:
        number, before = found.change.incident.id, found.known.get(key)
        if before is None and signal.status is AlertStatus.RESOLVED:
            return AlertResult(number, "ignored")
        if before is signal.status:
            await self.tx.alerts.record(signal, key, group, number, self.now)
            return AlertResult(number, "repeated")
        await self._record(found, signal, key, group)
        await _worsen(found.change, signal)
        return AlertResult(number, "resolved" if signal.status is AlertStatus.RESOLVED else "joined")

    async def _record(self, found: _Touched, signal: Signal, key: str, group: str) -> None:
        alert = await self.tx.alerts.record(signal, key, group, found.change.incident.id, self.now)
        found.known[key] = signal.status
        data = {"alert_id": alert.id, "status": alert.status.value, "summary": alert.summary, "count": alert.count}
        found.change.record(Kind.ALERT, data)


async def _worsen(change: Change, signal: Signal) -> None:
    """A worse alert makes the whole incident worse, so that it pages; a milder one changes nothing."""
    worse = change.posture.severities.get(signal.severity or "")
    if signal.status is AlertStatus.FIRING and worse is not None and worse.rank < change.severity.rank:
        await severity_in(change, worse.name, "a worse alert joined")


async def _watch_quiet(found: _Touched) -> None:
    """All resolved: the quiet period begins. One fires again: it is off."""
    change, rules = found.change, found.change.posture.alerts
    await change.tx.timers.cancel(change.incident.id, prefix="quiet/")
    firing = AlertStatus.FIRING in found.known.values()
    if rules.auto_resolve and change.incident.reporter_id is None and not firing:
        due = change.now + rules.quiet
        key = f"quiet/{change.incident.id}/{change.incident.version}"  # a new one for every change
        await change.tx.timers.arm(NewTimer(key, TimerKind.QUIET, due, change.incident.id))


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """The quiet period is over: the incident resolves itself if nothing fires."""

    async def work(tx: Tx) -> str:
        incident = await tx.incidents.get(timer.incident_id, EVERYTHING)
        reason = await _why_not(tx, incident)
        if not await tx.timers.finish(timer, reason or "resolved"):
            return "taken over"
        if reason or incident is None:
            return reason
        by = Actor(None, Source.ALERT, incident.detected_by)
        await lifecycle.resolve_in(Change(bot, tx, incident, by, now), "", why="alerts_resolved")
        return "resolved"

    return await bot.write(work)


async def _why_not(tx: Tx, incident: Incident | None) -> str:
    if incident is None or not incident.open:
        return "the incident is closed"
    if await tx.alerts.any_firing(incident.id):
        return "an alert fires again"
    return ""


def _declaration(posture: Posture, signal: Signal, by: Actor) -> Declaration:
    """An alert is never refused: what it names and we do not know falls back to the posture's defaults."""
    known = signal.service in posture.services
    severity = signal.severity if signal.severity in posture.severities else posture.default_severity
    title = " ".join(signal.summary.split()) or f"Alert from {by.label}"
    return Declaration(
        title=title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1] + "…",
        severity=severity,
        service=signal.service if known else posture.default_service,
        description=signal.description[:TEXT_LIMIT],
        detected_by=by.label,
        source_link=signal.link,
    )
