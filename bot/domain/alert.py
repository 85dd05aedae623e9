"""Alerts: inbound signals, read alert by alert, never by their group's status (SPEC §10)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertStatus(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Signal:
    """One alert as it came in, already read from its sender's format."""

    source: str
    dedup_key: str  # whole; stored hashed
    status: AlertStatus
    summary: str
    description: str = ""
    severity: str | None = None  # canonical, None when the sender gave none that we know
    service: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = ""
    runbook: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    group: str = ""  # alerts of one group join one incident while it is open


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as stored: one row for each (source, dedup key, incident). `count`: how often it was said to fire."""

    id: int
    source: str
    dedup_hash: str
    incident_id: int
    status: AlertStatus
    summary: str
    group_hash: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True, slots=True)
class Repeat:
    """An alert that is known came again with the same status and fired `count` times; `signal` is the latest."""

    signal: Signal
    dedup_hash: str
    incident_id: int
    at: datetime
    count: int


#: What senders call a severity → ours (SPEC §10: critical means SEV1).
SEVERITY_WORDS: dict[str, str] = {
    "critical": "SEV1", "fatal": "SEV1", "emergency": "SEV1", "page": "SEV1",
    "high": "SEV2", "error": "SEV2", "major": "SEV2",
    "warning": "SEV3", "medium": "SEV3", "minor": "SEV3",
    "info": "SEV4", "low": "SEV4", "informational": "SEV4", "none": "SEV4",
}  # fmt: skip


def dedup_hash(source: str, key: str) -> str:
    """The whole key hashed, so that long keys that differ at their end stay apart."""
    return hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()
