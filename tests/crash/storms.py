"""`make storms`: 10,000 alerts of 500 keys within a minute (R3), posted at their times whatever the answers.

Every 2xx must have been counted by the alert's row, and somebody must hear of each incident soon. Slack's limits are in
force: it must never have to refuse a message because there were too many, and where it asks to wait, that is done.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any

from crash.deaths import Life, Tally
from crash.judge import arrival_of
from crash.limits import Limits
from crash.record import record
from crash.towns import a_town_on
from town.town import ALERTMANAGER_TOKEN
from town.waiting import eventually

from bot.domain.alert import dedup_hash
from bot.domain.delivery import NOTIFIER_OF, Effect, RowState

KEYS, GROUPS = 500, 50
SENDERS = 24
#: Seconds in which Slack lets us make a room for each incident: twenty a minute, and as many bookmarks and topics.
ROOMS_SECONDS = 400.0
#: Limits of SPEC: seconds until an alert is accepted, and until the first page of an incident arrived.
ACCEPTED, PAGED = 0.250, 5.0


@dataclass
class Storm:
    """What came of it. Seconds; `refused` counts answers of 503, after which a sender comes again."""

    taken: Counter[str] = field(default_factory=Counter)  # 2xx by the alert's key
    accepted: list[float] = field(default_factory=list)
    paged: list[float] = field(default_factory=list)
    refused: int = 0
    late: float = 0.0  # by how much the last was posted later than it should have been
    broken: list[str] = field(default_factory=list)

    def awaits(self, what: str, look: Callable[[], bool], seconds: float) -> None:
        """Waits for it; what does not come true is broken."""
        try:
            eventually(look, seconds=seconds)
        except AssertionError:
            self.broken.append(f"it never came true in {seconds:g} s that {what}")

    def accepts(self) -> str:
        return (
            f"{self.taken.total():,} alerts accepted, p99 {percentile(self.accepted, 0.99) * 1000:.0f} ms; "
            f"{self.refused} answers of 503; the last was posted {self.late:.1f} s late"
        )

    def sentence(self) -> str:
        paged = f"{len(self.paged)} incidents of SEV1, first page p99 {percentile(self.paged, 0.99):.2f} s"
        return f"{self.accepts()}; {paged}"


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def suffer(alerts: int, seconds: float, seed: int, *, limited: bool = True) -> tuple[Tally, Storm, Limits]:
    """A storm over one bot on SQLite; then everything comes to rest and is judged."""
    storm = Storm()
    with a_town_on("sqlite", seed, 1, SLACK_PACE=str(limited).lower()) as life:
        life.be_born(0, crowded=False)
        life.crowd.promises.tried |= {title_of(group): 1 for group in range(GROUPS)}
        limits = Limits(life.fleet.outside)
        if not limited:
            limits.lift()
        blow(life, storm, alerts, seconds)
        storm.awaits("every page has gone", lambda: no_pages_wait(life), 120.0)
        storm.awaits("every incident has its room", lambda: _has_rooms(life), ROOMS_SECONDS)
        limits.lift()
        life.crowd.everybody_acks()
        life.settle()
        tally = life.judge()
        count_alerts(life, storm)
        _first_pages(life, storm)
    return tally, storm, limits


def no_pages_wait(life: Life) -> bool:
    return not life.books.pages_waiting(life.fleet.now())


def _has_rooms(life: Life) -> bool:
    rooms = [row for row in life.books.ledger().rows if row["effect"] is Effect.ROOM_CREATE]
    return all(row["state"] is not RowState.PENDING for row in rooms)


def blow(life: Life, storm: Storm, alerts: int, seconds: float) -> None:
    """Posts so many, each at its time; returns when all were taken."""
    began, numbers, lock = time.monotonic(), count(), threading.Lock()

    def send() -> None:
        connection = HTTPConnection("127.0.0.1", life.fleet.port, timeout=20)
        while (number := next(numbers)) < alerts:
            due = began + number * seconds / alerts
            time.sleep(max(due - time.monotonic(), 0))
            late = time.monotonic() - due
            answered = _posted(connection, number, storm)
            with lock:
                storm.late = late
                storm.accepted.append(answered)
                storm.taken[_key(number)] += 1
        connection.close()

    senders = [threading.Thread(target=send, daemon=True) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()


def _posted(connection: HTTPConnection, number: int, storm: Storm) -> float:
    """Seconds until the try that was taken had its 2xx."""
    headers = {"Authorization": f"Bearer {ALERTMANAGER_TOKEN}", "Content-Type": "application/json"}
    while True:
        began = time.monotonic()
        try:
            connection.request("POST", "/webhooks/alertmanager", json.dumps(_body(number)), headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as trouble:
            storm.broken.append(f"alert {number}: {trouble!r}")
            connection.close()
            continue
        if 200 <= answer.status < 300:
            return time.monotonic() - began
        storm.refused += 1
        time.sleep(float(answer.headers.get("Retry-After", "1")))


def _key(number: int) -> str:
    return f"{number % KEYS:016x}"


def title_of(group: int) -> str:
    return f"case {group} goes wrong"


def _body(number: int) -> dict[str, Any]:
    group = number % GROUPS
    labels = {"alertname": f"case {group}", "severity": "critical", "service": "payments-api"}
    annotations = {"summary": title_of(group)}
    one = {"status": "firing", "labels": labels, "annotations": annotations, "fingerprint": _key(number)}
    return {"version": "4", "groupKey": f"storm {group}", "status": "firing", "alerts": [one]}


def count_alerts(life: Life, storm: Storm) -> None:
    """Every 2xx against the rows."""
    counted: Counter[str] = Counter()
    for row in life.books.ledger().alerts:
        counted[row["dedup_hash"]] += row["count"]
    for key, times in storm.taken.items():
        found = counted[dedup_hash("alertmanager", key)]
        if found < times:
            storm.broken.append(f"alert {key} had {times} 2xx and is counted {found} times")


def _first_pages(life: Life, storm: Storm) -> None:
    """How soon after its declaration somebody heard of each incident."""
    ledger, received = life.books.ledger(), life.fleet.outside.received()
    for one in ledger.incidents:
        pages = (row for row in ledger.rows if row["effect"] in NOTIFIER_OF and row["incident_id"] == one["id"])
        heard = [at for row in pages if (at := received.first.get(arrival_of(row, ledger, received))) is not None]
        if heard:
            storm.paged.append((min(heard) - one["declared_at"]) / timedelta(seconds=1))
        else:
            storm.broken.append(f"nobody heard of INC-{one['id']}")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--alerts", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, storm, limits = suffer(given.alerts, given.seconds, given.seed)
    wrongs = [*tally.wrongs(), *storm.broken, *limits.broken]
    for sentence in wrongs[:40]:
        print(f"  {sentence}", flush=True)
    command = f"make storms ALERTS={given.alerts} MINUTE={given.seconds:g}"
    others = len(tally.broken) + len(storm.broken) + len(limits.broken)
    figures = f"{storm.sentence()}; {limits.sentence()}; {tally.verdict.sentence(others)}"
    record("R3", command, figures, postgres=False, wanted=given.record)
    soon = percentile(storm.accepted, 0.99) <= ACCEPTED and percentile(storm.paged, 0.99) <= PAGED
    return 0 if not wrongs and soon else 1


if __name__ == "__main__":
    sys.exit(main())
