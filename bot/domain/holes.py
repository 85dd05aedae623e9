"""Holes: when, for which services and severities, and why somebody would not be paged as the posture promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.escalation import Target

Span = tuple[datetime, datetime]

#: What can be found, with what it means. Those in WARNINGS leave the promise kept.
CODES: dict[str, str] = {
    "INC901": "Nobody at all can be paged.",
    "INC902": "Whoever is paged is paged by one provider alone.",
    "INC903": "Somebody is paged by two providers, but later than promised.",
    "INC904": "The first tier pages nobody, and the next one is paged instead.",
    "INC905": "It hangs on a rota that is kept elsewhere, of which the posture holds nothing.",
}
NOBODY, ONE_WAY, TOO_LATE, PASSED_OVER, ELSEWHERE = CODES
WARNINGS = frozenset({PASSED_OVER, ELSEWHERE})


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who is paged in time, by what; `target` is what names them."""

    handle: str
    name: str
    notifiers: tuple[str, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a moment is a hole. `empty` are the targets that mean nobody, each with the reason."""

    code: str
    policy: str
    zone: str  # of the schedule it is about
    reached: tuple[Reached, ...] = ()
    empty: tuple[tuple[Target, str], ...] = ()
    later: timedelta | None = None  # when somebody is paged by two providers after all


@dataclass(frozen=True, slots=True)
class Hole:
    """The same cause in all of these spans, for every service and severity it is named with."""

    cause: Cause
    within: timedelta
    spans: tuple[Span, ...]
    services: tuple[str, ...]
    severities: tuple[str, ...]

    @property
    def warning(self) -> bool:
        return self.cause.code in WARNINGS


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at and what was found, errors first."""

    start: datetime
    end: datetime
    services: int
    severities: tuple[str, ...]
    configured: frozenset[str]  # notifiers
    holes: tuple[Hole, ...]

    @property
    def holds(self) -> bool:
        """As far as the posture knows who is on call."""
        return all(hole.warning for hole in self.holes)


def causes(judged: Iterable[tuple[Span, Cause | None]]) -> list[tuple[Cause, tuple[Span, ...]]]:
    """Each cause with all its spans, in order; those that follow one another are one."""
    by_identity: dict[int, tuple[Cause, list[Span]]] = {}
    for span, cause in judged:
        if cause is not None:
            by_identity.setdefault(id(cause), (cause, []))[1].append(span)
    spans: dict[Cause, list[Span]] = {}
    for cause, held in by_identity.values():
        spans.setdefault(cause, []).extend(held)
    return [(cause, tuple(adjoined(held))) for cause, held in spans.items()]


def adjoined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch as one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and result[-1][1] == start:
            result[-1] = result[-1][0], end
        else:
            result.append((start, end))
    return result


def joined(holes: Iterable[Hole]) -> list[Hole]:
    """Holes that differ in nothing but their service or severity are one."""
    by_service: dict[tuple[object, ...], Hole] = {}
    for hole in holes:
        key: tuple[object, ...] = hole.cause, hole.spans, hole.services
        before = by_service.get(key)
        within = min(before.within, hole.within) if before else hole.within
        severities = (before.severities if before else ()) + hole.severities
        by_service[key] = replace(hole, within=within, severities=severities)
    everywhere: dict[tuple[object, ...], Hole] = {}
    for hole in by_service.values():
        key = hole.cause, hole.spans, hole.severities, hole.within
        before = everywhere.get(key)
        everywhere[key] = replace(hole, services=(before.services if before else ()) + hole.services)
    return list(everywhere.values())
