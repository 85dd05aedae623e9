"""`make outages`: every provider goes wrong a little, then each is away for two hours (SPEC §20, R6).

Somebody is reached by some way within 60 s of being due, or the failure is on record within 120 s. Among faults that
holds for every page; in an outage, for every step of a run, for a wire that is away reaches nobody.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crash.deaths import Life, Tally
from crash.judge import arrival_of
from crash.ledger import Ledger
from crash.received import Received
from crash.record import record
from crash.towns import a_town_on

from bot.domain import budgets
from bot.domain.delivery import NOTIFIER_OF, PageState
from bot.domain.timeline import Kind

#: The providers, and the pages that go through each.
BY = {"slack": ["page.slack"], "twilio": ["page.sms", "page.voice"], "smtp": ["page.email"]}
TARGETS = tuple(BY)
#: What goes wrong with so many calls of every provider.
MIX: tuple[tuple[str, float, Mapping[str, int]], ...] = (
    ("http", 0.05, {"status": 500}),
    ("rate_limited", 0.05, {"retry_after": 1}),
    ("reset_before", 0.03, {}),
    ("timeout_after", 0.03, {}),
    ("delay", 0.01, {"seconds": 8}),
    ("garbage", 0.01, {}),
)
REACHED_WITHIN, REPORTED_WITHIN = timedelta(seconds=60), timedelta(seconds=120)
STEP = 30  # seconds by which the clock moves in an outage
BREATH = 0.3  # real seconds between


@dataclass
class Waits:
    """How long it took until something arrived; `late` were neither reached nor reported in time."""

    taken: list[timedelta] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        if not self.taken:
            return "nothing was due"
        seconds = sorted(one.total_seconds() for one in self.taken)
        middle, worst = seconds[len(seconds) // 2], seconds[-1]
        return f"{len(seconds):,} times due, reached after p50 {middle:.1f} s, at worst {worst:.1f} s"


def go_wrong(life: Life) -> None:
    """Every provider, all the time."""
    for target in TARGETS:
        for kind, probability, more in MIX:
            method = "data" if target == "smtp" else "*"
            life.fleet.outside.fault(method, kind, target, times=None, probability=probability, **more)


def away(life: Life, *targets: str) -> None:
    """Every call of these is cut off."""
    for target in targets:
        life.fleet.outside.fault("connect" if target == "smtp" else "*", "reset_before", target, times=None)


def wait_for_first(life: Life, seconds: float) -> None:
    """Until something of every open page has arrived or failed, as long as this in real time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ledger, received = life.books.ledger(), life.fleet.outside.received()
        times = reached(ledger, received)
        if all(page["id"] in times or page["state"] is not PageState.OPEN for page in ledger.pages):
            return
        time.sleep(0.3)


def outage(life: Life, length: timedelta, *targets: str) -> None:
    """So long on the clock that everybody sees; somebody declares at its beginning and in its middle."""
    away(life, *targets)
    steps = int(length / timedelta(seconds=STEP))
    for step in range(steps):
        if step in (0, steps // 2):
            life.crowd.declare_now()
        time.sleep(BREATH)
        _let_pages_go(life, [effect for target in targets for effect in BY[target]])
        life.fleet.passes(STEP)
    life.fleet.outside.mend()


def _let_pages_go(life: Life, held: Sequence[str]) -> None:
    """Time leaps only when the bot has done what it can: it must not look slow because the clock is fast."""
    deadline = time.monotonic() + 30
    while life.books.pages_waiting(life.fleet.now(), held) and time.monotonic() < deadline:
        time.sleep(0.05)


def reached(ledger: Ledger, received: Received) -> dict[int, datetime]:
    """When the first thing of each page arrived, by page; in a bundle, too."""
    found: dict[int, datetime] = {}
    rows = {row["id"]: row for row in ledger.rows if row["effect"] in NOTIFIER_OF}
    for row in rows.values():
        message = rows[row["bundle_id"]] if "bundle" in row["result"] else row
        at = received.first.get(arrival_of(message, ledger, received))
        if at is not None and row["page_id"] is not None:
            found[row["page_id"]] = min(at, found.get(row["page_id"], at))
    return found


def waits(ledger: Ledger, received: Received, *, of_steps: bool, since: int = 0) -> Waits:
    """By page, or by the step of its run. `since` is the id of the last page that is left out."""
    times = reached(ledger, received)
    failed = {
        (f["incident_id"], f["data"]["person_id"]): f["at"] for f in ledger.facts if f["kind"] is Kind.PAGE_FAILED
    }
    groups: dict[Hashable, list[Mapping[str, Any]]] = defaultdict(list)
    for page in ledger.pages:
        if page["id"] > since:
            groups[(page["run_id"], page["step"]) if of_steps else page["id"]].append(page)
    found = Waits()
    for pages in groups.values():
        due = min(page["created_at"] for page in pages)
        arrived = [times[page["id"]] for page in pages if page["id"] in times]
        reports = [failed[key] for page in pages if (key := (page["incident_id"], page["person_id"])) in failed]
        answered = [page["answered_at"] for page in pages if page["answered_at"] is not None]
        first = min(arrived, default=None)
        if first is not None and first - due <= REACHED_WITHIN:
            found.taken.append(first - due)
        elif not any(at - due <= REPORTED_WITHIN for at in reports) and not any(
            at - due <= REACHED_WITHIN for at in answered
        ):
            found.late.append(f"{pages[0]['key']} was due at {due} and reached {first}")
    return found


def suffer(database: str, pages: int, length: timedelta, seed: int) -> tuple[Tally, Waits, Waits]:
    """A town among faults, then without each provider in turn."""
    with a_town_on(database, seed) as life:
        life.be_born(0, crowded=False)
        go_wrong(life)
        while len(life.books.ledger().pages) < pages:
            life.crowd.declare_now()
        wait_for_first(life, REPORTED_WITHIN.total_seconds())
        life.fleet.outside.mend()
        ledger = life.books.ledger()
        among = waits(ledger, life.fleet.outside.received(), of_steps=False)
        last = max(page["id"] for page in ledger.pages)
        life.crowd.everybody_acks()
        life.fleet.passes(budgets.WINDOW.total_seconds())  # no budget that those pages used up holds another back
        for target in TARGETS:
            outage(life, length, target)
        without = waits(life.books.ledger(), life.fleet.outside.received(), of_steps=True, since=last)
        life.settle()
        return life.judge(), among, without


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", type=int, default=300, help="among faults")
    asked.add_argument("--minutes", type=float, default=120, help="of each outage, on the moved clock")
    asked.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, among, without = suffer(given.db, given.pages, timedelta(minutes=given.minutes), given.seed)
    for sentence in [*tally.wrongs(), *among.late, *without.late]:
        print(f"  {sentence}", flush=True)
    late = len(among.late) + len(without.late)
    figures = (
        f"Among faults: {among.sentence()}. Each provider away for {given.minutes:g} min: {without.sentence()}. "
        f"{late or 'None'} late; {tally.verdict.sentence(len(tally.broken))}"
    )
    command = f"make outages PAGES={given.pages} MINUTES={given.minutes:g} DB={given.db}"
    record("R6", command, figures, postgres=given.db == "postgres", wanted=given.record)
    return 0 if tally.well() and not late else 1


if __name__ == "__main__":
    sys.exit(main())
