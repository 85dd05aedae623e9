"""Schedules as plain JSON values and back: how one is kept that no posture declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain.oncall.definition import ActiveHours, Away, Layer, Line, Listed, Origin, Rotation, Schedule, Term


def to_json(schedule: Schedule) -> dict[str, object]:
    """Everything but the name, under which it is kept."""
    delay = schedule.escalation_delay
    return {
        "layers": [_rotation(layer) if isinstance(layer, Rotation) else _listed(layer) for layer in schedule.layers],
        "escalation_delay": None if delay is None else delay.total_seconds(),
        "escalation_to": schedule.escalation_to,
        "is_active": schedule.is_active,
        "team": schedule.team,
        "origin": schedule.origin.value,
        "user_group": schedule.user_group,
    }


def from_json(name: str, data: Mapping[str, Any]) -> Schedule:
    """The inverse of `to_json`."""
    delay = data["escalation_delay"]
    return Schedule(
        name,
        tuple(_layer(layer) for layer in data["layers"]),
        None if delay is None else timedelta(seconds=delay),
        data["escalation_to"],
        data["is_active"],
        data["team"],
        Origin(data["origin"]),
        data.get("user_group", ""),
    )


def _listed(layer: Listed) -> dict[str, object]:
    lines = [[line.start.isoformat(), line.end.isoformat(), list(line.assignees)] for line in layer.lines]
    return {"lines": lines}


def _rotation(layer: Rotation) -> dict[str, object]:
    active = layer.active
    return {
        "members": list(layer.members),
        "period": layer.period.total_seconds(),
        "handoff_time": layer.handoff_time.isoformat(),
        "handoff_weekday": layer.handoff_weekday,
        "zone": layer.zone,
        "start": _text(layer.start),
        "end": _text(layer.end),
        "active": active and [active.start.isoformat(), active.end.isoformat(), sorted(active.weekdays)],
        "terms": [_term(term) for term in layer.terms],
        "holidays": sorted(day.isoformat() for day in layer.holidays),
    }


def _term(term: Term) -> dict[str, object]:
    away = [[one.start.isoformat(), one.end.isoformat(), one.holiday] for one in term.away if not one.told]
    edges = {"since": _text(term.since), "until": _text(term.until)}
    return {"handle": term.handle, **edges, "zone": term.zone, "away": away}


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _layer(data: Mapping[str, Any]) -> Layer:
    if "lines" in data:
        return Listed(
            tuple(
                Line(datetime.fromisoformat(start), datetime.fromisoformat(end), tuple(who))
                for start, end, who in data["lines"]
            )
        )
    made = Rotation(
        tuple(data["members"]),
        timedelta(seconds=data["period"]),
        time.fromisoformat(data["handoff_time"]),
        data["handoff_weekday"],
        data["zone"],
        start=_moment(data["start"]),
        end=_moment(data["end"]),
        terms=tuple(_read_term(term) for term in data["terms"]),
        holidays=frozenset(date.fromisoformat(day) for day in data["holidays"]),
    )
    if not data["active"]:
        return made
    start, end, weekdays = data["active"]
    hours = ActiveHours(time.fromisoformat(start), time.fromisoformat(end), frozenset(weekdays))
    return replace(made, active=hours)


def _read_term(data: Mapping[str, Any]) -> Term:
    away = tuple(
        Away(datetime.fromisoformat(start), datetime.fromisoformat(end), holiday)
        for start, end, holiday in data["away"]
    )
    return Term(data["handle"], _moment(data["since"]), _moment(data["until"]), data["zone"], away)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
