"""`POST /webhooks/alertmanager`: Prometheus Alertmanager's webhook, version 4, read alert by alert (SPEC §10).

The group's own status is never looked at. One bad entry never loses the others: the answer names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.domain.alert import SEVERITY_WORDS, AlertStatus, Signal
from bot.domain.people import Actor, Source
from bot.domain.severity import canonical
from bot.usecases.alerts import AlertResult
from web.doors import admit
from web.parts import PARTS
from web.reading import Rejected, json_object, storable, web_address

SOURCE = "alertmanager"
LABEL = "Alertmanager"
VERSION = "4"


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An alert that cannot be read; `index` counts from 0."""

    index: int
    reason: str


async def receive(request: web.Request) -> web.Response:
    """200 once every readable alert is committed; Alertmanager repeats nothing that got a 4xx."""
    admit(request, SOURCE)
    signals, bad = read(await json_object(request))
    if bad and not signals:
        raise Rejected(422, "no_alert_readable", "No alert could be read.", bad=_shown(bad))
    parts = request.app[PARTS]
    results: Sequence[AlertResult] = ()
    if signals:
        results = await parts.intake.receive(signals, Actor(None, Source.ALERT, LABEL), parts.bot.clock.now())
    alerts = [
        {"fingerprint": signal.dedup_key, "action": result.action, "incident_id": _id(result.incident_number)}
        for signal, result in zip(signals, results, strict=True)
    ]
    return web.json_response({"alerts": alerts, "bad": _shown(bad)})


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def _shown(bad: Sequence[BadEntry]) -> list[dict[str, object]]:
    return [{"index": entry.index, "reason": entry.reason} for entry in bad]


def read(payload: Mapping[str, object]) -> tuple[list[Signal], list[BadEntry]]:
    """The signals of a payload, and the entries that are none. Raises Rejected when it is no payload of version 4."""
    version, alerts = payload.get("version"), payload.get("alerts")
    if version != VERSION:
        raise Rejected(400, "wrong_version", 'This endpoint reads Alertmanager\'s webhook "version": "4".')
    if not isinstance(alerts, list):
        raise Rejected(400, "bad_field", "alerts must be a list.", field="alerts")
    group = payload.get("groupKey")
    signals: list[Signal] = []
    bad: list[BadEntry] = []
    for index, entry in enumerate(alerts):
        try:
            signals.append(_signal(entry, storable(group) if isinstance(group, str) else ""))
        except ValueError as problem:
            bad.append(BadEntry(index, str(problem)))
    return signals, bad


def _signal(entry: object, group: str) -> Signal:
    """One alert; ValueError says in words what is wrong with it."""
    if not isinstance(entry, dict):
        raise ValueError("an alert must be an object")
    labels, annotations = _texts(entry, "labels"), _texts(entry, "annotations")
    fingerprint = entry.get("fingerprint")
    if not labels and not fingerprint:
        raise ValueError("it has neither labels nor a fingerprint")
    severity = labels.get("severity", "")
    return Signal(
        source=SOURCE,
        dedup_key=storable(str(fingerprint)) if fingerprint else _key(labels),
        status=_status(entry.get("status")),
        summary=_summary(labels, annotations),
        description=annotations.get("description") or annotations.get("message", ""),
        severity=canonical(severity) or SEVERITY_WORDS.get(severity.casefold()),
        service=labels.get("service"),
        labels=labels,
        link=web_address(str(entry.get("generatorURL") or "")),
        runbook=web_address(annotations.get("runbook_url") or annotations.get("runbook", "")),
        starts_at=_time(entry, "startsAt"),
        ends_at=_time(entry, "endsAt"),
        group=group,
    )


def _texts(entry: Mapping[str, object], field: str) -> dict[str, str]:
    found = entry.get(field)
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(f"{field} must be an object of texts")
    return {storable(name): storable(value) for name, value in found.items()}


def _status(given: object) -> AlertStatus:
    if given not in ("firing", "resolved"):
        raise ValueError('status must be "firing" or "resolved"')
    return AlertStatus(str(given))


def _key(labels: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={labels[name]}" for name in sorted(labels))


def _summary(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    for name in ("summary", "title"):
        if annotations.get(name, "").strip():
            return annotations[name]
    name, instance = labels.get("alertname", "An alert without a name"), labels.get("instance")
    return f"{name} on {instance}" if instance else name


def _time(entry: Mapping[str, object], field: str) -> datetime | None:
    """RFC 3339 with up to nanoseconds, cut to microseconds. Alertmanager says "not yet" with the year 1."""
    given = entry.get(field)
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(str(given))
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{field} is no time") from None
    if moment.tzinfo is None:
        raise ValueError(f"{field} has no zone")
    return moment if moment.year > 1 else None
