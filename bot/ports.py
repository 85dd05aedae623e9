"""What the mind needs of the world, as Protocols: the unit of work with its repositories, and the clock.

A unit of work is a function over a `Tx`; storage runs it in a task of its own, in one transaction, and
commits when it returns. Raising anything rolls it back. A unit of work never awaits the network.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from bot.domain.alert import Alert, AlertStatus, Repeat, Signal
from bot.domain.budgets import Spent, Subject
from bot.domain.contacts import Contact, ContactKind
from bot.domain.delivery import Effect, Lane, NewRow, Page, PageState, Row, RowState, Surface, SurfaceKind
from bot.domain.escalation import Policy, Run, RunKind
from bot.domain.groups import UserGroup
from bot.domain.incident import Incident, Responder
from bot.domain.links import Link
from bot.domain.people import Person, PersonId, Viewer
from bot.domain.receipts import Reach, Receipt
from bot.domain.retention import Kept
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.domain.storms import Sign, Storm, Toll
from bot.domain.timeline import Event, Kind
from bot.domain.timers import NewTimer, Timer
from bot.rota_ports import Administration, Feeds, Gaps, Rotas, Slots, Swaps

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


class People(Protocol):
    async def get(self, person_id: PersonId) -> Person: ...
    async def many(self, ids: Iterable[PersonId]) -> dict[PersonId, Person]: ...
    async def by_slack(self, slack_id: str) -> Person | None: ...
    async def by_slacks(self, slack_ids: Iterable[str]) -> dict[str, Person]: ...
    async def by_phone(self, phone: str) -> Person | None:
        """Who is paged at this number, else whom it belongs to by the posture."""

    async def by_email(self, email: str) -> Person | None:
        """Who they are by posture or directory, else who verified the address."""

    async def by_handles(self, handles: Iterable[str]) -> dict[str, Person]: ...
    async def all(self) -> list[Person]: ...
    async def add(self, person: Person) -> Person:
        """`id` is given by storage."""

    async def save(self, person: Person) -> None: ...


class UserGroups(Protocol):
    """Slack user groups as we last heard of them."""

    async def named(self, names: Iterable[str]) -> dict[str, UserGroup]:
        """By handle or by Slack id, under the name that was asked for; of two of one handle the active one."""

    async def all(self) -> list[UserGroup]: ...
    async def put(self, given: UserGroup) -> None:
        """Insert or replace."""


class Contacts(Protocol):
    """Addresses that people added themselves, and numbers that texted STOP. `Person` shows what is in force."""

    async def of(self, person_id: PersonId) -> list[Contact]: ...
    async def put(self, given: Contact) -> None:
        """Insert or replace: the one of its person and kind that is pending, or the one that is not."""

    async def remove(self, person_id: PersonId, kind: ContactKind) -> None:
        """The verified one."""

    async def stop(self, number: str, at: datetime) -> bool:
        """Its carrier takes no SMS of ours any more; False if that was known."""

    async def start(self, number: str) -> bool:
        """It does again; False if it always did."""


class Rules(Protocol):
    """Personal rules, in order; urgencies without any have the defaults."""

    async def of(self, person_id: PersonId) -> dict[Urgency, tuple[Rule, ...]]: ...
    async def many(self, ids: Iterable[PersonId], urgency: Urgency) -> dict[PersonId, tuple[Rule, ...]]: ...
    async def put(self, person_id: PersonId, urgency: Urgency, rules: Sequence[Rule]) -> None:
        """Replaces them; none means the defaults again."""


class Links(Protocol):
    """One-time links of mails, by the hash of their token."""

    async def add(self, links: Sequence[Link]) -> None:
        """Known ones are left alone."""

    async def get(self, digest: str) -> Link | None: ...
    async def use(self, digest: str, at: datetime) -> bool:
        """False if it was used before."""


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


class Timers(Protocol):
    async def arm(self, timer: NewTimer) -> None: ...
    async def cancel(self, incident_id: int, *, run_id: int | None = None, prefix: str = "") -> int:
        """Cancels pending timers of the incident (of one run; whose key starts with prefix). Returns how many."""

    async def pending(self, incident_id: int) -> list[Timer]:
        """By due time."""

    async def next_due(self) -> datetime | None:
        """The earliest due time of any pending timer."""

    async def claim(self, owner: str, now: datetime, limit: int) -> list[Timer]:
        """Leases due timers (15 s of real time), earliest first."""

    async def finish(self, timer: Timer, reason: str) -> bool:
        """Marks it fired if the fence still holds and it is pending; False when it was cancelled or taken over."""


class Outbox(Protocol):
    async def put(self, rows: Sequence[NewRow]) -> None:
        """Known keys are left out; older pending rows with the same `coalesce` become superseded."""

    async def claim(self, owner: str, lane: int, now: datetime, limit: int) -> list[Row]:
        """Leases rows that may go (due, their `after` terminal, first of their stream) and opens an attempt each."""

    async def settle(
        self,
        row: Row,
        *,
        state: RowState,
        outcome: str,
        reason: str = "",
        result: Mapping[str, object] | None = None,
        not_before: datetime | None = None,
        doubt: bool = False,
    ) -> bool:
        """Records the outcome under the row's fence and closes its attempt; False if another claimed it since."""

    async def get(self, row_id: int) -> Row: ...
    async def by_key(self, key: str) -> Row | None: ...
    async def of_incident(self, incident_id: int, effects: Iterable[Effect] = ()) -> list[Row]:
        """Oldest first; every effect when none is named."""

    async def failed(self, incident_id: int) -> list[Row]:
        """Given up for good, pages aside; oldest first. Its cost does not grow with what went out."""

    async def of_page(self, page_id: int) -> list[Row]: ...
    async def drop(self, ids: Iterable[int], state: RowState, reason: str) -> None:
        """Ends pending rows that nobody holds a lease on, and that no bundle holds which may have gone out."""

    async def hasten(self, ids: Iterable[int], not_before: datetime) -> None:
        """Pending rows that nobody holds a lease on may go earlier than they were meant to."""

    async def hurry(self, incident_id: int, now: datetime) -> None:
        """Pages of an incident that wait go over to the lane of the most urgent ones; what was held goes now."""

    async def reached(self, row_id: int, reach: Reach, reason: str = "") -> bool:
        """Moves how far a delivery got; False where it got as far before."""

    async def proven(self, row_id: int, ref: str) -> None:
        """A receipt shows that a row which is still pending went out: its `sid` is kept for the next try."""

    async def awaiting_receipts(self, since: datetime) -> list[Row]:
        """SMS and calls that went out since then, and of which more is to be heard; oldest first."""

    async def phone_awaited(self) -> bool:
        """Whether an open page went to a phone."""

    async def of_person(self, person_id: PersonId, effect: Effect, since: datetime) -> list[Row]:
        """Rows of one effect to one person that were made since then, with the bundles that carry them."""

    async def next_due(self, lane: int | None = None) -> datetime | None:
        """The earliest due time of rows that could go, in one lane or in any."""

    async def depth(self) -> dict[tuple[int, str], int]:
        """Rows by (lane, state), for metrics."""


class Bundles(Protocol):
    """Budgets of people, and outbox rows that carry deliveries of several pages in one message."""

    async def spent(self, people: Iterable[PersonId]) -> dict[Subject, Spent]:
        """By `Spent.subject`; from here on nobody else changes theirs until this transaction ends."""

    async def spend(self, spent: Sequence[Spent]) -> None:
        """Insert or replace."""

    async def fresh(self, bundle_id: int) -> Row | None:
        """The bundle, held until this transaction ends, if it was never claimed and nobody claims it now."""

    async def hold(self, row: Row, bundle: Row) -> None:
        """A claimed row is let go: it waits for the bundle."""

    async def held(self, bundle_id: int) -> list[Row]:
        """Rows that wait for it, oldest first."""

    async def of(self, bundle_id: int) -> list[Row]:
        """Every row that ever waited for it, oldest first."""

    async def postpone(self, bundle_id: int, not_before: datetime) -> None:
        """Rows that wait for it wait until then."""

    async def release(self, bundle_id: int) -> None:
        """Rows that wait for it go by themselves."""

    async def end(
        self, row: Row, bundle: Row, state: RowState, outcome: str, reason: str, result: Mapping[str, object]
    ) -> bool:
        """A row that waits ends with the claimed bundle, by a try of its own; False if it was ended before."""


class Storms(Protocol):
    """Times in which so much breaks that people are told in bundles; drills aside."""

    async def lasting(self) -> Storm | None: ...
    async def alone(self) -> None:
        """From here on nobody else begins or ends one until this transaction does."""

    async def begin(self, sign: Sign, at: datetime) -> Storm: ...
    async def seen(self, given: Storm, at: datetime) -> Storm: ...
    async def end(self, given: Storm, at: datetime) -> None: ...
    async def declared(self, nth: int) -> datetime | None:
        """When the nth newest incident was declared."""

    async def held(self) -> bool:
        """Whether a page waits for a bundle."""

    async def toll(self, since: datetime) -> Toll: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an outbox row, as the ledger has it. `outcome` is None while it is under way."""

    row_id: int
    key: str
    effect: Effect
    page_id: int | None
    person_id: PersonId | None
    number: int  # rises with every try of the row
    owner: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    reason: str


class Ledger(Protocol):
    """Every try, written before it was made (append-only; `Outbox.claim` and `settle` write it)."""

    async def of_incident(self, incident_id: int) -> list[Attempt]:
        """By time of starting."""

    async def of_row(self, row_id: int) -> list[Attempt]: ...


class Receipts(Protocol):
    """What providers said of deliveries (append-only); `Row.reach` is what it comes to."""

    async def add(self, given: Receipt) -> bool:
        """False when this state of this message is known."""

    async def of_incident(self, incident_id: int) -> list[Receipt]:
        """In the order they came."""


class Figures(Protocol):
    """Counts for metrics; private incidents and drills are left out of what tells of incidents."""

    async def due(self, now: datetime) -> dict[Lane, tuple[int, datetime]]:
        """Outbox rows by lane, and when the oldest was due."""

    async def timers_due(self, now: datetime) -> int: ...
    async def acks(self) -> int:
        """Runs that stand acknowledged."""


class Pruning(Protocol):
    async def slice(self, kind: Kept, before: datetime, limit: int) -> int:
        """Deletes so many at most of what was over before then, oldest first where there is an order; how many."""


class Marks(Protocol):
    """How far something outside was read, by name: where a loop goes on after a restart."""

    async def get(self, name: str) -> datetime | None: ...
    async def set(self, name: str, at: datetime) -> None: ...


class Surfaces(Protocol):
    async def put(self, surface: Surface) -> None: ...
    async def find(self, channel: str, ts: str) -> Surface | None: ...
    async def of(self, incident_id: int, kind: SurfaceKind | None = None) -> list[Surface]: ...


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
    async def accept(self, digest: str, text: str, by: str, at: datetime) -> PostureRow:
        """The newest row where the digest is unchanged, else a new one."""


@dataclass(frozen=True, slots=True)
class PostureRow:
    version: int
    digest: str
    text: str
    accepted_by: str
    accepted_at: datetime


class Reactions(Protocol):
    async def newest(self, channel: str, ts: str, slack_user: str, emoji: str, present: bool, event_ts: str) -> bool:
        """Stores it; False if a newer event for the same person, message and emoji is known, or nothing changed."""


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
    administration: Administration
    gaps: Gaps
    feeds: Feeds
    postures: Postures
    reactions: Reactions


class Database(Protocol):
    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs the work in one transaction and commits. Cancelling the caller waits for the end (DESIGN §5)."""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs it on a connection that cannot write."""
