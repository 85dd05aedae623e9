"""`check --prove`: that somebody is always paged in time by two providers, or each hole as a finding."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.holes import Hole, Proof
from cli.asked import Unclear, moment_of, notifiers_of
from posture import Finding, Level

if TYPE_CHECKING:
    from bot.domain.posture import Posture
    from bot.domain.reach import Readiness

MOST_DAYS = 731


@dataclass(frozen=True, slots=True)
class Asking:
    """What was given: the delay of policies that name none, how far ahead, from when, an export, and notifiers."""

    delay: timedelta
    days: int
    since: str
    contacts: Path | None
    notifiers: str


def proof_of(posture: Posture, asking: Asking) -> Proof:
    """Raises Unclear where something that was given cannot be read."""
    from bot.domain.proof import Asked, prove

    if not 1 <= asking.days <= MOST_DAYS:
        raise Unclear(f"Prove between 1 and {MOST_DAYS} days.")
    ready = _readiness(asking.contacts)
    start = moment_of(asking.since).at
    known = notifiers_of(asking.notifiers)
    if not asking.notifiers and ready is not None and ready.configured is not None:
        known = ready.configured
    return prove(Asked(posture, start, start + timedelta(days=asking.days), asking.delay, known, ready))


def _readiness(path: Path | None) -> Readiness | None:
    from bot.domain.reach import NotReadable, from_json

    if path is None:
        return None
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as wrong:
        raise Unclear(f"{path} cannot be read: {wrong.strerror}.") from None
    except (ValueError, RecursionError, NotReadable) as wrong:
        sentence = wrong if isinstance(wrong, NotReadable) else "It is not JSON."
        raise Unclear(f"{path} is no export of contacts. {sentence}") from None


@dataclass(frozen=True, slots=True)
class Named(Finding):
    """A hole as a finding, with what programs want to know of it: spans are in UTC."""

    services: tuple[str, ...]
    severities: tuple[str, ...]
    zone: str
    spans: tuple[tuple[str, str], ...]


def findings_of(proof: Proof, path: Path) -> list[Named]:
    """Each hole, where the first service that has it stands."""
    from bot.views.proving import fix, message
    from posture.places import places

    found = places(path)

    def finding(hole: Hole) -> Named:
        mark = found.get(("services", hole.services[0]))
        file, line, column = mark or (str(path), 1, 1)
        level = Level.WARNING if hole.warning else Level.ERROR
        spans = tuple((start.isoformat(), end.isoformat()) for start, end in hole.spans)
        about = hole.services, hole.severities, hole.cause.zone, spans
        return Named(hole.cause.code, level, file, line, column, message(hole, proof), fix(hole, proof), *about)

    return [finding(hole) for hole in proof.holes]
