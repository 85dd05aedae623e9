"""Incidents, who answers them, how they escalate, and where they are shown: the repositories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.delivery import Page, PageState, Surface, SurfaceKind
from bot.domain.escalation import Policy, Run, RunKind
from bot.domain.incident import Incident, Responder
from bot.domain.people import PersonId, Viewer
from bot.domain.timeline import Event, Kind


class Incidents(Protocol):
    async def next_id(self) -> int:
        """The next n of `INC-n`; without holes where the unit of work commits."""

    async def add(self, incident: Incident) -> None: ...
    async def get(self, number: int, viewer: Viewer) -> Incident | None:
        """None if there is none, or the viewer may not see it. In a write the row is locked until commit."""

    async def by_channel(self, channel: str, viewer: Viewer) -> Incident | None: ...
    async def save(self, incident: Incident) -> Incident:
        """Writes if the stored version still is `incident.version`, else raises Conflict; returns it one up."""

    async def open(self, viewer: Viewer, limit: int = 50) -> list[Incident]:
        """Not resolved, worst severity first, then newest."""

    async def recent(self, viewer: Viewer, limit: int = 20) -> list[Incident]:
        """Of any state, newest first."""

    async def public_stamp(self) -> str:
        """Another text whenever an incident that is neither private nor a drill was declared or changed."""

    async def first_of_service(self, incident: Incident, severities: Iterable[str]) -> bool:
        """Whether no other open incident of its service has one of these severities; drills aside."""

    async def count_by_state(self) -> dict[str, int]: ...


class Timeline(Protocol):
    async def add(self, events: Sequence[Event]) -> list[Event]:
        """Records them in order; those whose key is recorded already are left out. Returns the recorded, with ids."""

    async def of(self, incident_id: int) -> list[Event]:
        """By time, then by order of recording."""

    async def get(self, event_id: int) -> Event: ...
    async def last(self, incident_id: int, kind: Kind) -> Event | None: ...


class Responders(Protocol):
    async def of(self, incident_id: int) -> list[Responder]:
        """By time of joining."""

    async def get(self, incident_id: int, person_id: PersonId) -> Responder | None: ...
    async def put(self, responder: Responder) -> None:
        """Insert or replace."""

    async def members(self, incident_id: int) -> set[PersonId]:
        """People who are in the war room (they see a private incident)."""

    async def join_room(self, incident_id: int, person_id: PersonId) -> None: ...
    async def leave_room(self, incident_id: int, person_id: PersonId) -> None: ...


class Runs(Protocol):
    async def add(
        self,
        incident_id: int,
        kind: RunKind,
        policy: Policy,
        started_at: datetime,
        *,
        asked_by_id: PersonId | None = None,
    ) -> Run: ...
    async def get(self, run_id: int) -> Run: ...
    async def of(self, incident_id: int) -> list[Run]:
        """Oldest first."""

    async def climbing(self) -> list[Run]:
        """Every run that nobody has answered, oldest first; those of closed incidents are ended."""

    async def save(self, run: Run) -> Run:
        """Compare-and-set on version, like Incidents.save."""


class Pages(Protocol):
    async def add(self, *, key: str, run: Run, step: int, person_id: PersonId, created_at: datetime) -> Page | None:
        """None when a page with this key exists."""

    async def get(self, page_id: int) -> Page: ...
    async def of(self, incident_id: int) -> list[Page]:
        """Oldest first."""

    async def open_of_person(self, person_id: PersonId) -> list[Page]:
        """Open pages of open incidents, newest first."""

    async def close(self, ids: Iterable[int], state: PageState, at: datetime, source: str | None) -> None:
        """Only pages that are open change."""

    async def reopen(self, page_id: int) -> None: ...


class Surfaces(Protocol):
    async def put(self, surface: Surface) -> None: ...
    async def find(self, channel: str, ts: str) -> Surface | None: ...
    async def of(self, incident_id: int, kind: SurfaceKind | None = None) -> list[Surface]: ...


class Reactions(Protocol):
    async def newest(self, channel: str, ts: str, slack_user: str, emoji: str, present: bool, event_ts: str) -> bool:
        """Stores it; False if a newer event for the same person, message and emoji is known, or nothing changed."""
