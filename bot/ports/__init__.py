"""What the mind needs of the world, as Protocols: the unit of work with its repositories, and the clock.

A unit of work is a function over a `Tx`; storage runs it in a task of its own, in one transaction, and
commits when it returns. Raising anything rolls it back. A unit of work never awaits the network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar

from bot.ports.delivery import Attempt, Bundles, Figures, Ledger, Marks, Outbox, Pruning, Receipts, Storms, Timers
from bot.ports.incidents import Incidents, Pages, Reactions, Responders, Runs, Surfaces, Timeline
from bot.ports.intake import Alerts, Inbox, PostureRow, Postures
from bot.ports.people import Contacts, Links, People, Rules, UserGroups
from bot.ports.rota import Absences, Administration, Feeds, Gaps, Rotas, Slots, StandingPosts, Swaps

__all__ = [
    "Absences",
    "Administration",
    "Alerts",
    "Attempt",
    "Bundles",
    "Clock",
    "Conflict",
    "Contacts",
    "Database",
    "DatabaseUnavailable",
    "Feeds",
    "Figures",
    "Gaps",
    "Inbox",
    "Incidents",
    "Ledger",
    "Links",
    "Marks",
    "Outbox",
    "Overloaded",
    "Pages",
    "People",
    "PostureRow",
    "Postures",
    "Pruning",
    "Reactions",
    "Receipts",
    "Responders",
    "Rotas",
    "Rules",
    "Runs",
    "Slots",
    "StandingPosts",
    "Storms",
    "Surfaces",
    "Swaps",
    "Timeline",
    "Timers",
    "Tx",
    "UserGroups",
]

T = TypeVar("T")


class Conflict(Exception):
    """Another unit of work changed the row first; `Database.write` runs the work again, five times at most."""


class DatabaseUnavailable(Exception):
    """The database cannot be used now: locked, full, read-only, out of reach, or too slow. Its text is a sentence.

    Nothing was saved, unless `unknown`: then the commit itself was cut off and may have gone through.
    """

    def __init__(self, sentence: str, *, unknown: bool = False) -> None:
        super().__init__(sentence)
        self.unknown = unknown


class Overloaded(Exception):
    """More waits than can be taken now. Nothing was done; the same again a little later will be."""


class Clock(Protocol):
    """Due times, the timeline and what people see. May be moved by the sandbox."""

    def now(self) -> datetime:
        """Aware, UTC."""


class Tx(Protocol):
    """One transaction, and the repositories in it."""

    people: People
    user_groups: UserGroups
    contacts: Contacts
    rules: Rules
    links: Links
    incidents: Incidents
    timeline: Timeline
    responders: Responders
    runs: Runs
    pages: Pages
    timers: Timers
    outbox: Outbox
    bundles: Bundles
    storms: Storms
    ledger: Ledger
    receipts: Receipts
    figures: Figures
    pruning: Pruning
    marks: Marks
    surfaces: Surfaces
    alerts: Alerts
    inbox: Inbox
    slots: Slots
    rotas: Rotas
    swaps: Swaps
    absences: Absences
    administration: Administration
    gaps: Gaps
    feeds: Feeds
    standing: StandingPosts
    postures: Postures
    reactions: Reactions


class Database(Protocol):
    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs the work in one transaction and commits. Cancelling the caller waits for the end (DESIGN §5)."""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs it on a connection that cannot write."""
