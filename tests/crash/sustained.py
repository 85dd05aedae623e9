"""`make sustained SECONDS=1800`: 60 alerts and 180 pages a second for so long (R3), with Slack's limits in force.

The alerts repeat, into incidents that nobody acks: each pages a crowd every few seconds, so that pages are due evenly.
Held means that every alert had its 2xx, and that pages arrived as soon in the last minute as they must in any.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from crash.deaths import Life, Tally
from crash.ledger import Ledger
from crash.limits import Limits
from crash.outages import reached
from crash.received import Received
from crash.record import record
from crash.storms import GROUPS, Storm, blow, count_alerts, no_pages_wait, percentile, title_of
from crash.towns import a_town_on

#: Every step of a run comes so many seconds after the one before, 9 tiers in 21 cycles: for half an hour and more.
TIMEOUT, TIERS, REPEATS = 10, 9, 20
#: Seconds in which a page must arrive, at p99 of the last minute: else they pile up.
SOON = 5.0
LAST = timedelta(minutes=1)


@dataclass
class Load:
    """What was asked for and what came of it. `late` is how long each page of the last minute took (seconds)."""

    seconds: float
    due: int = 0
    arrived: int = 0
    late: list[float] = field(default_factory=list)
    waiting: int = 0

    @property
    def held(self) -> bool:
        return percentile(self.late, 0.99) <= SOON

    def sentence(self) -> str:
        due, arrived = self.due / self.seconds, self.arrived / self.seconds
        middle, most = percentile(self.late, 0.5), percentile(self.late, 0.99)
        return (
            f"{due:.0f} pages due a second for {self.seconds:g} s, {arrived:.0f} arrived a second; in the last minute "
            f"after p50 {middle:.2f} s, p99 {most:.2f} s; {self.waiting} were waiting at its end"
        )


def posture(people: int) -> str:
    """Each tier is all of them, by SMS or mail in turn: nobody is without an address, and no budget holds SEV1."""
    handles = [f"p{number:03}" for number in range(people)]
    lines = ["people:"]
    for number, handle in enumerate(handles):
        ways = f'email: {handle}@acme.example, phone: "+1555020{number:04}"'
        lines.append(f"  {handle}: {{name: Person {number}, {ways}, zone: UTC}}")
    targets = ", ".join(f"{handle}: {('sms', 'email')[number % 2]}" for number, handle in enumerate(handles))
    tier = f"      - {{targets: [{targets}], timeout: {TIMEOUT}s}}"
    lines += ["teams:", "  payments: {members: [p000], rotation: {members: [p000], time_zone: UTC}}"]
    lines += ["escalation_policies:", "  payments:", "    tiers:", *[tier] * TIERS, f"    repeat_cycles: {REPEATS}"]
    lines += ["services:", "  payments-api: {owner: payments, policy: payments}", "default_service: payments-api"]
    return "\n".join(lines) + "\n"


def suffer(alerts: int, pages: int, seconds: float, seed: int) -> tuple[Tally, Storm, Load, Limits]:
    """So many a second, over one bot on SQLite; then everything comes to rest and is judged."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "posture.yaml"
        file.write_text(posture(max(1, round(pages * TIMEOUT / GROUPS))))
        with a_town_on("sqlite", seed, 1, SLACK_PACE="true", POSTURE=str(file)) as life:
            return _suffer(life, alerts, seconds)


def _suffer(life: Life, alerts: int, seconds: float) -> tuple[Tally, Storm, Load, Limits]:
    storm, load = Storm(), Load(seconds)
    life.be_born(0, crowded=False)
    life.crowd.promises.tried |= {title_of(group): 1 for group in range(GROUPS)}
    limits = Limits(life.fleet.outside)
    blow(life, storm, GROUPS, TIMEOUT)  # so that their steps come evenly
    blow(life, storm, round(alerts * seconds), seconds)
    ended = life.fleet.now()
    load.waiting = life.books.pages_waiting(ended)
    limits.lift()
    life.crowd.everybody_acks()
    storm.awaits("every page has gone", lambda: no_pages_wait(life), 300.0)
    life.settle()
    tally = life.judge()
    count_alerts(life, storm)
    _measure(life.books.ledger(), life.fleet.outside.received(), ended, load)
    return tally, storm, load, limits


def _measure(ledger: Ledger, received: Received, ended: datetime, load: Load) -> None:
    times = reached(ledger, received)
    began = ended - timedelta(seconds=load.seconds)
    for page in ledger.pages:
        due, arrived = page["created_at"], times.get(page["id"])
        load.due += began <= due <= ended
        load.arrived += arrived is not None and began <= arrived <= ended
        if ended - LAST <= due <= ended - timedelta(seconds=SOON):
            load.late.append((min(arrived or ended, ended) - due) / timedelta(seconds=1))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--alerts", type=int, default=60, help="a second")
    asked.add_argument("--pages", type=int, default=180, help="a second")
    asked.add_argument("--seconds", type=float, default=1800.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, storm, load, limits = suffer(given.alerts, given.pages, given.seconds, given.seed)
    wrongs = [*tally.wrongs(), *storm.broken, *limits.broken]
    for sentence in wrongs[:40]:
        print(f"  {sentence}", flush=True)
    figures = (
        f"{storm.accepts()}; {load.sentence()}; {limits.sentence()}; "
        f"{tally.verdict.sentence(len(tally.broken) + len(storm.broken) + len(limits.broken))}"
    )
    command = f"make sustained ALERTS={given.alerts} PAGES={given.pages} SECONDS={given.seconds:g}"
    record("R3", command, figures, postgres=False, wanted=given.record)
    return 0 if not wrongs and load.held else 1


if __name__ == "__main__":
    sys.exit(main())
