"""What comes in and what is in force: alerts, replies, postures: the repositories."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.alert import Alert, AlertStatus, Repeat, Signal


class Alerts(Protocol):
    async def open_incident_for(self, dedup_hash: str, group_hash: str) -> int | None:
        """The open incident that an alert with this key, or of this group, belongs to."""

    async def open_by_key(self, dedup_hashes: Collection[str]) -> dict[str, tuple[int, AlertStatus]]:
        """For each key that is in an open incident: the newest such incident, and the alert's status in it."""

    async def open_by_group(self, group_hashes: Collection[str]) -> dict[str, int]:
        """For each group that is in an open incident: the newest such incident."""

    async def repeat(self, repeats: Sequence[Repeat]) -> None:
        """Raises the counts of alerts that are known and takes what was said last; their status stays."""

    async def record(self, signal: Signal, dedup_hash: str, group_hash: str, incident_id: int, at: datetime) -> Alert:
        """Inserts, or raises the count and takes the status of the row with the same key and incident."""

    async def of(self, incident_id: int) -> list[Alert]: ...
    async def any_firing(self, incident_id: int) -> bool: ...


class Inbox(Protocol):
    """Accepted events: unique (source, key), so that a repeat has no effect."""

    async def first(self, source: str, key: str, at: datetime, payload: str = "") -> bool:
        """True if this key is new; False if it was accepted before."""

    async def answer(self, source: str, key: str) -> str | None:
        """What was answered to the first one."""

    async def set_answer(self, source: str, key: str, answer: str) -> None: ...


class Postures(Protocol):
    async def newest(self) -> PostureRow | None: ...
    async def version(self) -> int:
        """Of the newest row; 0 where there is none. Asked every second or two."""

    async def was_accepted(self, digest: str) -> bool:
        """Whether any row holds this text."""

    async def accept(self, digest: str, text: str, by: str, at: datetime) -> PostureRow:
        """The newest row where the digest is unchanged, else a new one."""


@dataclass(frozen=True, slots=True)
class PostureRow:
    version: int
    digest: str
    text: str
    accepted_by: str
    accepted_at: datetime
