"""What can be done about a broken service, as its posture declares it (SPEC §11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RemedyKind(StrEnum):
    ROLLBACK = "rollback"
    CIRCUIT_BREAKER = "circuit_breaker"
    FEATURE_FLAG = "feature_flag"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One option. `what` names it: the release to go back to, the breaker, the flag."""

    kind: RemedyKind
    what: str
    how: str = ""  # a command or a sentence, shown and never run
    takes: timedelta | None = None  # of a rollback: how long it is expected to take
    trips: str = ""  # of a circuit breaker: when it opens by itself
