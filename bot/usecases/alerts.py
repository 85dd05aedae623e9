"""Alerts become incidents, join them, and close them again when all of them stay resolved (SPEC §10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.alert import Alert, AlertStatus, Signal, dedup_hash
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Incident
from bot.domain.people import EVERYTHING, Actor, Source
from bot.domain.posture import Posture
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Tx
from bot.usecases import lifecycle
from bot.usecases.change import Change
from bot.usecases.declare import Declaration, declare_in
from bot.usecases.severities import severity_in


@dataclass(frozen=True, slots=True)
class AlertResult:
    """What became of one signal: declared, joined, repeated, resolved or ignored."""

    incident_number: int | None
    action: str


async def receive(bot: Bot, signals: Sequence[Signal], by: Actor, now: datetime) -> list[AlertResult]:
    """Takes all signals of one request in one transaction; answers one result each, in order."""

    async def work(tx: Tx) -> list[AlertResult]:
        return [await _one(bot, tx, signal, by, now) for signal in signals]

    return await bot.write(work)


async def _one(bot: Bot, tx: Tx, signal: Signal, by: Actor, now: datetime) -> AlertResult:
    key = dedup_hash(signal.source, signal.dedup_key)
    group = dedup_hash(signal.source, signal.group) if signal.group else key
    number = await tx.alerts.open_incident_for(key, group)
    incident = await tx.incidents.get(number, EVERYTHING) if number is not None else None
    if incident is not None:
        return await _join(Change(bot, tx, incident, by, now), signal, key, group)
    if signal.status is AlertStatus.RESOLVED:
        return AlertResult(None, "ignored")
    change, _paged = await declare_in(bot, tx, _declaration(bot.posture(), signal, by), by, now)
    change = Change(bot, tx, change.incident, by, now)
    alert = await tx.alerts.record(signal, key, group, change.incident.id, now)
    _fact(change, alert)
    await change.finish()
    return AlertResult(change.incident.id, "declared")


async def _join(change: Change, signal: Signal, key: str, group: str) -> AlertResult:
    number = change.incident.id
    before = {alert.dedup_hash: alert.status for alert in await change.tx.alerts.of(number)}.get(key)
    if before is None and signal.status is AlertStatus.RESOLVED:
        return AlertResult(number, "ignored")
    alert = await change.tx.alerts.record(signal, key, group, number, change.now)
    if before is signal.status:
        return AlertResult(number, "repeated")
    _fact(change, alert)
    await _watch_quiet(change)
    await _worsen(change, signal)
    await change.finish()
    return AlertResult(number, "resolved" if signal.status is AlertStatus.RESOLVED else "joined")


async def _worsen(change: Change, signal: Signal) -> None:
    """A worse alert makes the whole incident worse, so that it pages; a milder one changes nothing."""
    worse = change.posture.severities.get(signal.severity or "")
    if signal.status is AlertStatus.FIRING and worse is not None and worse.rank < change.severity.rank:
        await severity_in(change, worse.name, "a worse alert joined")


def _fact(change: Change, alert: Alert) -> None:
    data = {"alert_id": alert.id, "status": alert.status.value, "summary": alert.summary, "count": alert.count}
    change.record(Kind.ALERT, data)


async def _watch_quiet(change: Change) -> None:
    """All resolved: the quiet period begins. One fires again: it is off."""
    number, rules = change.incident.id, change.posture.alerts
    await change.tx.timers.cancel(number, prefix="quiet/")
    if rules.auto_resolve and change.incident.reporter_id is None and not await change.tx.alerts.any_firing(number):
        due = change.now + rules.quiet
        key = f"quiet/{number}/{int(due.timestamp() * 1000)}"
        await change.tx.timers.arm(NewTimer(key, TimerKind.QUIET, due, number))


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
