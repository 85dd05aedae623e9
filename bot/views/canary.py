"""What a failed canary declares: a title, and what can be done about it at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.remediation import Remedy, RemedyKind
from bot.views.words import duration


def title(service: str, version: str) -> str:
    """Raw, on one line."""
    return f"Canary of {service} {version}".rstrip() + " failed"


def description(said: str, remedies: Sequence[Remedy]) -> str:
    """What the sender said, and the way back, where the posture knows one; raw."""
    back = [_way_back(one) for one in remedies if one.kind is RemedyKind.ROLLBACK]
    return "\n\n".join(part for part in (said, *back) if part)


def _way_back(one: Remedy) -> str:
    takes = f" It takes about {duration(one.takes)}." if one.takes else ""
    how = f" {one.how}" if one.how else ""
    return f"To roll back to {one.what}:{how}.{takes}" if how else f"It can be rolled back to {one.what}.{takes}"
