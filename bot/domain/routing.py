"""Alert routes: the service, severity, policy and runbook an alert means; the first that matches decides (SPEC §10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """What is empty is left to the alert itself. `match` holds labels and patterns, in which `*` is any text."""

    match: tuple[tuple[str, str], ...] = ()  # none: every alert
    service: str | None = None
    severity: str | None = None
    policy: str | None = None
    runbook: str | None = None  # of the posture, or a URL
    record_only: bool = False

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every label is there and fits."""
        return all(name in labels and _fits(pattern, labels[name]) for name, pattern in self.match)

    def covers(self, other: Route) -> bool:
        """Whether every alert that `other` matches is matched here: `a*` covers `ab` and `ab*`."""
        wanted = dict(other.match)
        return all(name in wanted and _fits(pattern, wanted[name]) for name, pattern in self.match)


def route_of(routes: Iterable[Route], labels: Mapping[str, str]) -> Route | None:
    """The first route that matches; None where none does."""
    return next((route for route in routes if route.matches(labels)), None)


def _fits(pattern: str, text: str) -> bool:
    """Each star takes as little as it can: in step with the text, where a regular expression might try for years."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == first
    *between, last = rest
    if not text.startswith(first):
        return False
    place = len(first)
    for part in between:
        found = text.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(text) - len(last) >= place and text.endswith(last)
