"""Alerts become incidents, join them, and close them again when all of them stay resolved (SPEC §10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.bot import Bot
from bot.domain.alert import AlertStatus, Repeat, Signal, dedup_hash
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Incident
from bot.domain.people import EVERYTHING, Actor, Source
from bot.domain.posture import Posture
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Conflict, Tx
from bot.usecases import lifecycle
from bot.usecases.change import Change
from bot.usecases.declare import Declaration, begin
from bot.usecases.severities import severity_in

#: Signals in one transaction: a storm lets pages go between its slices.
SLICE = 100


@dataclass(frozen=True, slots=True)
class AlertResult:
    """What became of one signal: declared, joined, repeated, resolved or ignored."""

    incident_number: int | None
    action: str


@dataclass(frozen=True, slots=True)
class Posted:
    """What one sender posted at once."""

    signals: Sequence[Signal]
    by: Actor
    at: datetime


async def receive(bot: Bot, signals: Sequence[Signal], by: Actor, now: datetime) -> list[AlertResult]:
    """Takes all signals of one request, SLICE in one transaction; answers one result each, in order.

    A slice that fails leaves those before it taken: sent again, they are repeats.
    """
    results: list[AlertResult] = []
    for first in range(0, len(signals), SLICE):
        results += (await take(bot, [Posted(signals[first : first + SLICE], by, now)]))[0]
    return results


async def take(bot: Bot, posts: Sequence[Posted]) -> list[list[AlertResult]]:
    """Takes what several senders posted, in one transaction: all of it or none. Answers in the same order.

    Repeats make nothing due: where there is nothing else, the loops are left alone.
    """

    async def work(tx: Tx) -> tuple[list[list[AlertResult]], bool]:
        intake = _Intake(bot, tx)
        await intake.look_up(posts)
        taken = [[await intake.take(signal, posted) for signal in posted.signals] for posted in posts]
        await intake.finish()
        return taken, bool(intake.changes)

    taken, changed = await bot.db.write(work)
    if changed:
        bot.wake()
    return taken


#: The hashes of an alert's key and of its group; an alert without a group is a group of its own.
_Keys = tuple[str, str]


def _keys(signal: Signal) -> _Keys:
    key = dedup_hash(signal.source, signal.dedup_key)
    return key, dedup_hash(signal.source, signal.group) if signal.group else key


@dataclass(slots=True)
class _Intake:
    """One slice of signals. Each incident is loaded once and written once, however many signals it takes.

    A repeat changes no incident: it is counted, and what is counted of one alert is written together.
    """

    bot: Bot
    tx: Tx
    known: dict[str, tuple[int, AlertStatus]] = field(default_factory=dict)  # by key: the incident, and the status
    groups: dict[str, int] = field(default_factory=dict)  # by group: the open incident
    changes: dict[int, Change] = field(default_factory=dict)
    repeats: dict[str, Repeat] = field(default_factory=dict)

    async def look_up(self, posts: Sequence[Posted]) -> None:
        """The open incidents that these alerts belong to: by their keys, and for new ones by their groups."""
        keys = [_keys(signal) for posted in posts for signal in posted.signals]
        self.known = await self.tx.alerts.open_by_key({key for key, _ in keys})
        self.groups = {group: self.known[key][0] for key, group in keys if key in self.known}
        fresh = {group for key, group in keys if key not in self.known and group != key}
        if fresh:
            self.groups |= await self.tx.alerts.open_by_group(fresh)

    async def take(self, signal: Signal, posted: Posted) -> AlertResult:
        keys = key, group = _keys(signal)
        number, before = self.known.get(key, (self.groups.get(group), None))
        if number is None:
            if signal.status is AlertStatus.RESOLVED:
                return AlertResult(None, "ignored")
            return await self._declare(signal, keys, posted)
        if before is None and signal.status is AlertStatus.RESOLVED:
            return AlertResult(number, "ignored")
        if before is signal.status:
            count = self.repeats[key].count if key in self.repeats else 0
            fired = int(signal.status is AlertStatus.FIRING)
            self.repeats[key] = Repeat(signal, key, number, posted.at, count + fired)
            return AlertResult(number, "repeated")
        change = await self._change(number, posted)
        await self._record(change, signal, keys)
        await _worsen(change, signal)
        return AlertResult(number, "resolved" if signal.status is AlertStatus.RESOLVED else "joined")

    async def finish(self) -> None:
        """Writes every incident that changed, and what was counted."""
        await self.tx.alerts.repeat([self.repeats[key] for key in sorted(self.repeats)])
        for change in self.changes.values():
            await _watch_quiet(change)
            await change.finish()

    async def _change(self, number: int, posted: Posted) -> Change:
        """The incident under its lock. Where it was closed while we waited for it, the work runs again."""
        if number not in self.changes:
            incident = await self.tx.incidents.get(number, EVERYTHING)
            if incident is None or not incident.open:
                raise Conflict("the incident was closed at the same moment")
            self.changes[number] = Change(self.bot, self.tx, incident, posted.by, posted.at)
        return self.changes[number]

    async def _declare(self, signal: Signal, keys: _Keys, posted: Posted) -> AlertResult:
        """Declares, unless the same alert was declared elsewhere meanwhile: then the work runs again and joins it.

        Whoever declares waits for the one before, so that by then what they declared can be seen.
        """
        form = _declaration(self.bot.posture(), signal, posted.by)
        change, _paged = await begin(self.bot, self.tx, form, posted.by, posted.at)
        if await self.tx.alerts.open_incident_for(*keys) is not None:
            raise Conflict("the same alert was declared at the same moment")
        self.changes[change.incident.id] = change
        await self._record(change, signal, keys)
        return AlertResult(change.incident.id, "declared")

    async def _record(self, change: Change, signal: Signal, keys: _Keys) -> None:
        key, group = keys
        if key in self.repeats:
            await self.tx.alerts.repeat([self.repeats.pop(key)])
        alert = await self.tx.alerts.record(signal, key, group, change.incident.id, change.now)
        self.known[key] = change.incident.id, signal.status
        self.groups[group] = change.incident.id
        data = {"alert_id": alert.id, "status": alert.status.value, "summary": alert.summary, "count": alert.count}
        change.record(Kind.ALERT, data)


async def _worsen(change: Change, signal: Signal) -> None:
    """A worse alert makes the whole incident worse, so that it pages; a milder one changes nothing."""
    worse = change.posture.severities.get(signal.severity or "")
    if signal.status is AlertStatus.FIRING and worse is not None and worse.rank < change.severity.rank:
        await severity_in(change, worse.name, "a worse alert joined")


async def _watch_quiet(change: Change) -> None:
    """All resolved: the quiet period begins. One fires again: it is off."""
    rules = change.posture.alerts
    if not change.fresh:
        await change.tx.timers.cancel(change.incident.id, prefix="quiet/")
    if not rules.auto_resolve or change.incident.reporter_id is not None:
        return
    if not await change.tx.alerts.any_firing(change.incident.id):
        due = change.now + rules.quiet
        key = f"quiet/{change.incident.id}/{change.incident.version}"  # a new one for every change
        await change.tx.timers.arm(NewTimer(key, TimerKind.QUIET, due, change.incident.id))


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """The quiet period is over: the incident resolves itself if nothing fires."""

    async def work(tx: Tx) -> str:
        incident = await tx.incidents.get(timer.incident, EVERYTHING)
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
