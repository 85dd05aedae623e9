"""Tiers that page other people than before, by other ways or at another time: what a new posture changes of a climb."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.almanac import Almanac, Span, zone_of
from bot.domain.escalation import Policy, TargetKind, Tier
from bot.domain.holes import adjoined
from bot.domain.plan import reachable, ways
from bot.domain.posture import Posture
from bot.domain.severity import Severity

#: Who is paged by a tier: handle and ways, and how long after the declaration the tier's turn comes.
_Paged = tuple[timedelta, tuple[tuple[str, tuple[tuple[str, timedelta], ...]], ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two postures over an interval. `delay` is that of policies that give none."""

    old: Posture
    new: Posture
    start: datetime
    end: datetime
    delay: timedelta
    configured: Collection[str]


def paging(given: Compared, almanacs: tuple[Almanac, Almanac]) -> list[dict[str, Any]]:
    """Each change of a tier, with all the services and severities it is the same for."""
    known: dict[Hashable, list[tuple[int, _Change]]] = {}
    joined: dict[tuple[int, _Change], dict[str, list[str]]] = {}
    for service in given.new.services:
        for name in given.new.severities if service in given.old.services else ():
            sides = [_side(posture, service, name, given.delay) for posture in (given.old, given.new)]
            if sides[0] is None or sides[1] is None:
                continue
            key = tuple((policy.tiers, severity.urgency) for policy, severity in filter(None, sides))
            if key not in known:
                known[key] = list(_tiers(given, almanacs, sides[0], sides[1]))
            for change in known[key]:
                joined.setdefault(change, {}).setdefault(service, []).append(name)
    return [
        {"services": services, "severities": list(severities), "tier": number, **change.as_json()}
        for (number, change), by_service in joined.items()
        for severities, services in _by_severities(by_service).items()
    ]


def _by_severities(by_service: Mapping[str, list[str]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for service, severities in by_service.items():
        found.setdefault(tuple(severities), []).append(service)
    return found


_Side = tuple[Policy, Severity]


def _side(posture: Posture, service: str, name: str, delay: timedelta) -> _Side | None:
    severity = posture.severity_for(name, service)
    if severity is None or not severity.pages:
        return None
    return posture.policy_for(service, delay, name) or Policy("", ()), severity


@dataclass(frozen=True, slots=True)
class _Change:
    """A tier before and after; None where there is no such tier."""

    before: _Paged | None
    after: _Paged | None
    zone: str
    spans: tuple[Span, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "before": _tier_json(self.before),
            "after": _tier_json(self.after),
            "zone": self.zone,
            "spans": written(self.spans),
        }


def _tier_json(paged: _Paged | None) -> dict[str, Any] | None:
    if paged is None:
        return None
    return {
        "after": paged[0].total_seconds(),
        "people": [
            {"person": who, "by": [{"notifier": way, "after": wait.total_seconds()} for way, wait in by]}
            for who, by in paged[1]
        ],
    }


def _tiers(given: Compared, almanacs: tuple[Almanac, Almanac], old: _Side, new: _Side) -> Iterator[tuple[int, _Change]]:
    """By tier, from 1."""
    for number in range(max(len(old[0].tiers), len(new[0].tiers))):
        sides = [
            _course(almanac, side, number, given.configured) for almanac, side in zip(almanacs, (old, new), strict=True)
        ]
        zone = _zone(given.new, new[0].tiers[number : number + 1] or old[0].tiers[number : number + 1])
        for (before, after), spans in apart(sides[0], sides[1]).items():
            yield number + 1, _Change(before, after, zone, tuple(spans))


def _course(
    almanac: Almanac, side: _Side, number: int, configured: Collection[str]
) -> tuple[list[Span], list[_Paged | None]]:
    """Whom a tier pages in each span."""
    policy, severity = side
    if number >= len(policy.tiers):
        return [(almanac.start, almanac.end)], [None]
    tier = policy.tiers[number]
    offset = sum((one.timeout for one in policy.tiers[:number]), timedelta(0))
    spans, states = almanac.states(tier.targets)
    made: dict[Hashable, _Paged] = {}
    for (start, _), state in zip(spans, states, strict=True):
        if state not in made:
            people = reachable(almanac.meant(tier.targets, start), configured)
            paged = [
                (who.handle or who.name, ways(who, to, severity.urgency, configured)) for who, to in people.items()
            ]
            made[state] = (
                offset,
                tuple(sorted((who, tuple((rule.notifier, rule.delay) for rule in by)) for who, by in paged)),
            )
    return spans, [made[state] for state in states]


def _zone(posture: Posture, tiers: Iterable[Tier]) -> str:
    named = [one.name for tier in tiers for one in tier.targets if one.kind is TargetKind.SCHEDULE]
    return zone_of(posture.schedules.get(named[0])) if named else "UTC"


def apart(one: tuple[list[Span], list[Any]], other: tuple[list[Span], list[Any]]) -> dict[tuple[Any, Any], list[Span]]:
    """Where two courses over the same interval differ: both values, with all the spans in which they do."""
    found: dict[tuple[Any, Any], list[Span]] = {}
    left, right = 0, 0
    while left < len(one[0]) and right < len(other[0]):
        start = max(one[0][left][0], other[0][right][0])
        end = min(one[0][left][1], other[0][right][1])
        if one[1][left] != other[1][right]:
            found.setdefault((one[1][left], other[1][right]), []).append((start, end))
        left, right = left + (one[0][left][1] == end), right + (other[0][right][1] == end)
    return {values: adjoined(spans) for values, spans in found.items()}


def written(spans: Iterable[Span]) -> list[list[str]]:
    return [[start.isoformat(), end.isoformat()] for start, end in spans]
