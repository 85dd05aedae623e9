"""Holds the ledger against what the world outside received, and against what was promised to those who declared.

lost      a page, a delivery said to be sent, a confirmed declaration or a due step that is not there
stuck     due, and still waiting when everything else is at rest
wrong     arrived at somebody else's address, or from nowhere
doubled   arrived twice by a wire on which a look-up exists, or twice unlabelled, or more than twice
repeats   arrived twice, and the second said so, where no look-up can settle the doubt: by mail, or by phone where
          two calls to one person, or two SMS of one incident, were in doubt at once
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from crash.ledger import Ledger
from crash.received import Address, Arrival, Received

from bot.domain.budgets import WINDOW
from bot.domain.delivery import NOTIFIER_OF, Effect, PageState, Row, RowState
from bot.domain.escalation import RunKind, RunState, step_at
from bot.domain.timeline import Kind
from clients.smtp import Mailer
from notify.email import TWICE_IN_DOUBT

#: Wires on which what went out can be looked up before anything goes out again.
LOOKED_UP = frozenset({"slack", "sms", "voice"})
_MAILER = Mailer("smtp://127.0.0.1", "tocsin@acme.example")
_SOON = timedelta(seconds=2)


@dataclass
class Verdict:
    """Figures that add up, and a sentence for each thing that is wrong."""

    pages: int = 0
    deliveries: int = 0
    arrived: int = 0
    repeats: int = 0
    wrongs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def blame(self, what: str, sentence: str) -> None:
        self.wrongs[what].append(sentence)

    def count(self, what: str) -> int:
        return len(self.wrongs.get(what, ()))

    def add(self, other: Verdict) -> None:
        self.pages += other.pages
        self.deliveries += other.deliveries
        self.arrived += other.arrived
        self.repeats += other.repeats
        for what, sentences in other.wrongs.items():
            self.wrongs[what] += sentences

    def sentence(self, others: int = 0) -> str:
        """The figures, plainly; `others` is what was found elsewhere."""
        bad = {name: self.count(name) for name in ("lost", "stuck", "wrong", "doubled")}
        others += sum(len(found) for what, found in self.wrongs.items() if what not in bad)
        return (
            f"{self.pages:,} pages due in {self.deliveries:,} deliveries: {bad['lost']} lost, {bad['stuck']} stuck, "
            f"{bad['wrong']} to the wrong person, {bad['doubled']} doubled, {self.repeats} labelled repeats; "
            f"{others or 'no'} other broken promises."
        )

    def sentences(self) -> list[str]:
        return [f"{what}: {sentence}" for what, found in sorted(self.wrongs.items()) for sentence in found]


@dataclass
class Promises:
    """What senders and people were told. `kept` is by title; `titles` holds all that were ever tried."""

    kept: dict[str, int] = field(default_factory=dict)  # title → the n that was confirmed
    tried: dict[str, int] = field(default_factory=dict)  # title → how many incidents it may have made, at most
    acked: set[int] = field(default_factory=set)  # incidents of which somebody was told that they have them


@dataclass(frozen=True)
class Judge:
    ledger: Ledger
    received: Received
    promises: Promises
    now: datetime
    verdict: Verdict = field(default_factory=Verdict)

    def judge(self) -> Verdict:
        self._declarations()
        self._steps()
        self._pages()
        self._messages()
        self._rooms()
        self._waiting()
        self._acks()
        return self.verdict

    # --- what was promised

    def _declarations(self) -> None:
        numbers: dict[str, list[int]] = defaultdict(list)
        for one in self.ledger.incidents:
            numbers[one["title"]].append(one["id"])
        for title, number in self.promises.kept.items():
            if numbers.get(title) != [number]:
                found = numbers.get(title, [])
                self.verdict.blame(
                    "doubled" if len(found) > 1 else "lost",
                    f"{title!r} was confirmed as INC-{number} and is {found}",
                )
        for title, found in numbers.items():
            most = self.promises.tried.get(title, 0)
            if len(found) > most:
                self.verdict.blame("doubled", f"{title!r} was declared {most} times at most and is {found}")

    def _acks(self) -> None:
        """Each once, unless somebody made it page again in between."""
        acked: set[int] = set()
        standing: set[int] = set()
        for fact in sorted(self.ledger.facts, key=lambda one: cast("int", one["id"])):
            number, kind = fact["incident_id"], fact["kind"]
            if kind is Kind.ACKED and number in standing:
                self.verdict.blame("doubled", f"INC-{number} was acked again while somebody had it")
            if kind is Kind.ACKED:
                acked.add(number)
                standing.add(number)
            elif kind in (Kind.ESCALATED, Kind.FALLBACK, Kind.UNACKED, Kind.REOPENED):
                standing.discard(number)
        for number in self.promises.acked - acked:
            self.verdict.blame("lost", f"somebody was told that they have INC-{number}, and no ack is recorded")

    # --- what was due

    def _steps(self) -> None:
        """A run has taken its steps one by one, each at its time, and the next one is armed."""
        times: dict[int, dict[int, datetime]] = defaultdict(dict)
        for page in sorted(self.ledger.pages, key=_newest_generation_first):
            times[page["run_id"]].setdefault(page["step"], page["created_at"])
        armed = {one["run_id"]: one["due_at"] for one in self.ledger.timers if one["state"].value == "pending"}
        declared = {one["incident_id"] for one in self.ledger.runs if one["kind"] is RunKind.DECLARE}
        for incident in self.ledger.incidents:
            if incident["id"] not in declared:
                self.verdict.blame("lost", f"INC-{incident['id']} has no run")
        leapt = {fact["incident_id"] for fact in self.ledger.facts if fact["data"].get("reason") == "by_hand"}
        for run in self.ledger.runs:
            if run["kind"] is RunKind.NOTIFY:
                continue
            taken = times[run["id"]]
            missing = [step for step in range(run["step"] + 1) if step not in taken]
            if missing and run["incident_id"] not in leapt:
                self.verdict.blame("lost", f"run {run['id']} paged nobody at steps {missing}")
            if run["state"] is RunState.CLIMBING:
                self._next_step(run, taken.get(run["step"]), armed.get(run["id"]))

    def _next_step(self, run: Mapping[str, Any], last: datetime | None, armed: datetime | None) -> None:
        due = step_at(run["policy"], run["step"], last).next_due if last is not None else None
        if due != run["next_due"] or armed != due:
            self.verdict.blame("lost", f"run {run['id']}: next step due {due}, kept {run['next_due']}, armed {armed}")
        elif due is not None and due < self.now - _SOON:
            self.verdict.blame("stuck", f"run {run['id']} should have taken its next step at {due}")

    def _pages(self) -> None:
        """Everybody who had to be paged was; what is said to be sent has arrived."""
        rows: dict[int | None, list[Any]] = defaultdict(list)
        for row in self.ledger.rows:
            if row["effect"] in NOTIFIER_OF:
                rows[row["page_id"]].append(row)
        bundles = {row["id"]: self._arrived(row) for row in rows.pop(None, [])}
        for page in self.ledger.pages:
            self.verdict.pages += 1
            reached = sum(self._delivery(row, bundles) for row in rows[page["id"]])
            answered = page["state"] is not PageState.OPEN
            if not reached and not answered and not self._held(page, rows[page["id"]]):
                states = [f"{row['state'].value} until {row['not_before']} {row['reason']}" for row in rows[page["id"]]]
                words = f"nothing of {page['key']} of {page['created_at']} has arrived, and it is open: {states}"
                self.verdict.blame("lost", words)

    def _held(self, page: Mapping[str, Any], rows: list[Any]) -> bool:
        """Whether a page is so new that its person's budget may hold it back for a bundle, and does."""
        held = any(row["state"] is RowState.PENDING and row["not_before"] > self.now for row in rows)
        return held and page["created_at"] > self.now - WINDOW

    def _delivery(self, row: Mapping[str, Any], bundles: Mapping[int, int]) -> int:
        """How often one delivery arrived, by itself or in its bundle."""
        self.verdict.deliveries += 1
        if "bundle" not in row["result"]:
            return self._arrived(row)
        if not bundles[row["bundle_id"]]:
            self.verdict.blame("lost", f"{row['key']} is said to be sent in a bundle that did not arrive")
        return bundles[row["bundle_id"]]

    def _arrived(self, row: Mapping[str, Any]) -> int:
        """How often one message arrived."""
        wire = NOTIFIER_OF[row["effect"]]
        times = self.received.arrivals.pop(arrival_of(row, self.ledger, self.received), 0)
        self.verdict.arrived += times
        if row["state"] is RowState.SENT and not times:
            whose = self.received.rows.get(str(row["result"].get("sid")), "")
            self.verdict.blame(
                "lost",
                f"{row['key']} (row {row['id']}, {row['tries']} tries) is said to be sent, and did not arrive; "
                f"what it took for its own is of row {whose or 'none'}",
            )
        if times > 1:
            self._twice(row, wire, times)
        return times

    def _twice(self, row: Mapping[str, Any], wire: str, times: int) -> None:
        unseen = wire not in LOOKED_UP or self._rivalled(row)
        if unseen and (row["result"].get("repeat") or row["doubt"]) and times == 2:
            self.verdict.repeats += 1
        else:
            self.verdict.blame("doubled", f"{row['key']} arrived {times} times by {wire}")

    def _rivalled(self, row: Mapping[str, Any]) -> bool:
        """Whether another to the same phone was in doubt too, and nothing tells them apart.

        Calls bear no text; SMS of one incident to one person bear the same.
        """
        if row["effect"] not in (Effect.PAGE_VOICE, Effect.PAGE_SMS):
            return False
        subject = (
            ["effect", "person_id"] if row["effect"] is Effect.PAGE_VOICE else ["effect", "person_id", "incident_id"]
        )
        others = (one for one in self.ledger.rows if one is not row and all(one[by] == row[by] for by in subject))
        return any(one["doubt"] for one in others)

    # --- everything else that arrived

    def _messages(self) -> None:
        """What is left of the arrivals is no page: told in rooms, announced, said to people. Each once."""
        known = {row["key"]: row for row in self.ledger.rows}
        ids = {str(row["id"]) for row in self.ledger.rows if row["effect"] not in NOTIFIER_OF}
        ids |= {_mark(row, "email") for row in self.ledger.rows if row["effect"] is Effect.MAIL_SAY}
        for arrival, times in self.received.arrivals.items():
            if arrival.wire != "slack":
                if arrival.mark and arrival.mark not in ids:
                    self.verdict.blame(
                        "wrong", f"{arrival.wire} to {arrival.address} ({arrival.mark}) is nobody's page"
                    )
                continue
            row = known.get(arrival.mark)
            if row is None or row["effect"] in NOTIFIER_OF:
                self.verdict.blame("wrong", f"{arrival.mark} arrived in {arrival.address}")
            elif times > 1:
                self.verdict.blame("doubled", f"{arrival.mark} was said {times} times")

    def _rooms(self) -> None:
        for number, rooms in self.received.rooms.items():
            if rooms > 1:
                self.verdict.blame("doubled", f"INC-{number} has {rooms} war rooms")
        for row in self.ledger.rows:
            if row["effect"] is Effect.ROOM_CREATE and row["state"] is not RowState.SENT:
                self.verdict.blame("lost", f"INC-{row['incident_id']} has no war room: {row['reason']}")

    def _waiting(self) -> None:
        for row in self.ledger.rows:
            if row["state"] is RowState.PENDING and row["not_before"] <= self.now - _SOON:
                self.verdict.blame("stuck", f"{row['key']} has waited since {row['not_before']}: {row['reason']}")
            if row["state"] is RowState.DEAD and row["reason"] != TWICE_IN_DOUBT:
                self.verdict.blame("dead", f"{row['key']} was given up: {row['reason']}")


def _newest_generation_first(page: Mapping[str, Any]) -> tuple[int, int]:
    """A step that was taken again was so under another generation: after the last cycle, a tier that somebody chose."""
    return -page["generation"], page["id"]


def arrival_of(row: Mapping[str, Any], ledger: Ledger, received: Received) -> Arrival:
    """How a delivery looks to those who receive it."""
    wire = NOTIFIER_OF[row["effect"]]
    person = ledger.people[row["person_id"]]
    own = Address("", person["phone"] or "", person["email"] or "")  # of somebody who is not in Slack
    address = received.people.get(person["slack_id"], own)
    return Arrival(wire, _at(address, wire), _mark(row, wire))


def _at(address: Address, wire: str) -> str:
    return {"slack": address.dm, "sms": address.phone, "voice": address.phone, "email": address.email}[wire]


def _mark(row: Mapping[str, Any], wire: str) -> str:
    if wire == "slack":
        return str(row["key"])
    return _MAILER.message_id(cast(Row, _Named(row))) if wire == "email" else str(row["id"])


@dataclass(frozen=True)
class _Named:
    """As much of a row as makes a Message-ID."""

    row: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.row["key"])

    @property
    def created_at(self) -> datetime:
        found: datetime = self.row["created_at"]
        return found
