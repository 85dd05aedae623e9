"""Durable work and what became of it: timers, the outbox, its ledger and receipts: the repositories."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.budgets import Spent, Subject
from bot.domain.delivery import Effect, Lane, NewRow, Row, RowState
from bot.domain.people import PersonId
from bot.domain.receipts import Reach, Receipt
from bot.domain.retention import Kept
from bot.domain.storms import Sign, Storm, Toll
from bot.domain.timers import NewTimer, Timer, TimerKind

#: An id, when it was made, and when it is due.
Made = tuple[int, datetime, datetime]


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

    async def made_after(self, at: datetime, kinds: Collection[TimerKind]) -> list[Made]:
        """Pending ones of these kinds that say they were armed later than that: id, when, and when they are due."""

    async def move(self, timer_id: int, armed_at: datetime, due_at: datetime) -> None: ...
    async def finish(self, timer: Timer, reason: str) -> bool:
        """Marks it fired if the fence still holds and it is pending; False when it was cancelled or taken over."""


class Outbox(Protocol):
    async def made_after(self, at: datetime) -> list[Made]:
        """Pending rows that say they were made later than that: id, when, and when they may go."""

    async def move(self, row_id: int, created_at: datetime, not_before: datetime) -> None: ...
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
