"""A storm: so much breaks at once that people are told in bundles. It begins and ends by rules, and is seen by all.

It begins when ENTER incidents were declared within WINDOW, or a page waits for a bundle; it ends when neither was so
for CALM. Drills make no storm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ENTER = 10
WINDOW = timedelta(minutes=5)
CALM = timedelta(minutes=10)


class Sign(StrEnum):
    """By what a storm is known."""

    INCIDENTS = "incidents"
    BUNDLES = "bundles"


@dataclass(frozen=True, slots=True)
class Storm:
    """`seen_at` is when there last was a sign of it."""

    id: int
    sign: Sign
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Toll:
    """What came of a storm: incidents declared, pages that went out in bundles, and in how many messages."""

    incidents: int
    pages: int
    messages: int


def sign_of(tenth_newest: datetime | None, held: bool, now: datetime) -> Sign | None:
    """What there is to see now; `tenth_newest` is when the ENTERth newest incident was declared."""
    if tenth_newest is not None and tenth_newest > now - WINDOW:
        return Sign.INCIDENTS
    return Sign.BUNDLES if held else None


def is_over(storm: Storm, now: datetime) -> bool:
    return now - storm.seen_at >= CALM
