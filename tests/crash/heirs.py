"""`make heirs TIMES=10`: a replica dies with due timers in its hands; the other fires them within twenty seconds (R4).

Nobody ends the leases of the dead: they end by themselves, fifteen seconds after the claim.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from crash.deaths import WITHIN, Life, Tally
from crash.record import record
from crash.storms import percentile
from crash.towns import a_town_on

from bot.domain.timers import TimerKind, TimerState

#: More than one replica claims at once.
INCIDENTS = 60
#: Seconds by which a timer may be late after a replica died.
LATE = 20.0
PLACE = "timer.claimed"


@dataclass
class Legacies:
    """How late each timer fired of rounds in which a replica died with some in its hands (seconds)."""

    deaths: int = 0
    late: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        worst = max(self.late, default=0.0)
        return (
            f"{self.deaths} replicas died with timers in their hands; {len(self.late):,} timers fired after p50 "
            f"{percentile(self.late, 0.5):.1f} s, at worst {worst:.1f} s"
        )


def inherit(times: int, incidents: int, seed: int) -> tuple[Tally, Legacies]:
    """So many deaths in one town on PostgreSQL; every second time the other replica dies."""
    found = Legacies()
    with a_town_on("postgres", seed, 2) as life:
        life.be_born(0, crowded=False)
        for number in range(times):
            _one_death(life, number % 2, incidents, found)
        life.settle()
        return life.judge(), found


def _one_death(life: Life, number: int, incidents: int, found: Legacies) -> None:
    fleet = life.fleet
    for _ in range(incidents):
        life.crowd.declare_now()
    fleet.programs[number].stop()
    fleet.launch(number, PLACE)
    if not fleet.ready(number):
        found.broken.append(f"bot {number} was not ready")
    fleet.passes(300)
    due = fleet.now()
    if fleet.ended(number, WITHIN):
        fleet.bury(number)
        found.deaths += 1
        life.tally.points[PLACE] += 1
    else:  # the other was first everywhere
        fleet.programs[number].stop()
    _await_timers(life, due)
    fired = [one for one in life.books.ledger().timers if _is_fired(one) and one["done_at"] >= due]
    found.late += [(one["done_at"] - max(one["due_at"], due)) / timedelta(seconds=1) for one in fired]
    fleet.start(number)
    life.crowd.everybody_acks()


def _await_timers(life: Life, due: datetime) -> None:
    """Until none is left that was due then, as long as the limit and half of it again."""
    deadline = time.monotonic() + LATE * 1.5
    while life.books.timers_waiting(due) and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_fired(timer: Any) -> bool:
    return timer["kind"] is TimerKind.ESCALATE and timer["state"] is TimerState.FIRED


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=10)
    asked.add_argument("--incidents", type=int, default=INCIDENTS, help="whose timers fall due at once")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, found = inherit(given.times, given.incidents, given.seed)
    found.broken += [f"a timer fired {one:.1f} s late" for one in found.late if one > LATE]
    for sentence in [*tally.wrongs(), *found.broken]:
        print(f"  {sentence}", flush=True)
    figures = f"{found.sentence()}; {tally.verdict.sentence(len(tally.broken) + len(found.broken))}"
    record("R4", f"make heirs TIMES={given.times}", figures, postgres=True, wanted=given.record)
    return 0 if tally.well() and not found.broken and found.deaths else 1


if __name__ == "__main__":
    sys.exit(main())
