"""Severities and what each one means for people (SPEC §6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Urgency(StrEnum):
    """Chooses a person's notification rules."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """When people are nudged, and how often (SPEC §5)."""

    commander_after: timedelta = timedelta(minutes=5)
    update_every: timedelta = timedelta(minutes=15)
    status_page_every: timedelta = timedelta(minutes=15)
    postmortem_after: timedelta = timedelta(hours=48)  # to be scheduled by then
    max_count: int = 4


@dataclass(frozen=True, slots=True)
class Severity:
    """The rules of one severity. `name` is `SEV1`…; times are targets counted from the declaration."""

    name: str
    label: str  # "critical"
    meaning: str  # what it means, shown on the card and in every page
    urgency: Urgency
    pages: bool
    commander: bool  # a commander is required
    status_page: bool
    postmortem: bool
    response: timedelta | None = None
    resolution: timedelta | None = None
    notify_channels: tuple[str, ...] = ()  # Slack channel names without '#'
    notify_positions: tuple[str, ...] = ()  # paged by a run of their own
    emoji: str = ""
    pagerduty: bool = False  # mirrored in PagerDuty from the declaration on
    policy: str | None = None  # what pages for services that name none themselves
    notify_by: tuple[tuple[str, tuple[str, ...]], ...] = ()  # notifiers by position; their own rules where none stand
    reminders: ReminderRules | None = None  # None: the posture's

    @property
    def rank(self) -> int:
        """1 is the worst."""
        return int(self.name[3:])

    def notifiers_of(self, position: str) -> tuple[str, ...]:
        """By what a position it names is paged; empty: by their own rules."""
        return dict(self.notify_by).get(position, ())


_H, _M = timedelta(hours=1), timedelta(minutes=1)

#: SPEC §6's table.
DEFAULTS: dict[str, Severity] = {
    "SEV1": Severity(
        "SEV1", "critical", "outage, data loss or breach", Urgency.HIGH, True, True, True, True,
        5 * _M, 1 * _H, ("p1-incidents",), ("eng-manager", "vp-engineering"), "🔴",
    ),
    "SEV2": Severity(
        "SEV2", "high", "partial degradation", Urgency.HIGH, True, False, True, True,
        15 * _M, 4 * _H, ("incidents",), (), "🟠",
    ),
    "SEV3": Severity(
        "SEV3", "medium", "a workaround exists", Urgency.LOW, False, False, False, False,
        1 * _H, 24 * _H, ("incidents",), (), "🟡",
    ),
    "SEV4": Severity(
        "SEV4", "low", "cosmetic", Urgency.LOW, False, False, False, False,
        4 * _H, None, ("incidents-low",), (), "🔵",
    ),
}  # fmt: skip

_NAME = re.compile(r"^(?:sev|p)-?([1-9])$", re.IGNORECASE)


def canonical(text: str) -> str | None:
    """`sev2`, `SEV-2`, `P2` → `SEV2`; None if the text names no severity."""
    match = _NAME.match(text.strip())
    return f"SEV{match.group(1)}" if match else None
