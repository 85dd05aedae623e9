"""`make crash SECONDS=1500 DB=sqlite`: kills bots for so long, and says in one sentence what came of it (SPEC §20, R1).

SQLite has one bot, PostgreSQL two on one database and one Slack app. The last line is the sentence.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from crash.deaths import AT_STOP, AT_WORK, Tally
from crash.record import record
from crash.server import Server, a_server
from crash.towns import a_town_on

REPLICAS = {"sqlite": 1, "postgres": 2}


@dataclass(frozen=True)
class Plan:
    """`places` to die at in one town, an empty one at random; `faulty` where calls go wrong as well."""

    database: str
    places: Sequence[str]
    faulty: bool = False
    crowded: bool = True  # else nothing happens but what leads to a place
    many: bool = False  # as much at once as in a long form
    births: int = 1  # deaths in the very first start, while the tables are made


def drawn(wanted: Sequence[str], deaths: int, lots: random.Random) -> list[str]:
    """So many places, all equally often, and some random moments: before each place a bot dies at one anyway."""
    places: list[str] = []
    while len(places) < deaths:
        turn = [*wanted, *[""] * max(1, len(wanted) // 4)]
        lots.shuffle(turn)
        places += turn
    return places[:deaths]


def one_life(plan: Plan, server: Server | None, seed: int, until: float = math.inf) -> Tally:
    """One town from its first start to its judgement. `until` is when to stop killing (monotonic)."""
    replicas = REPLICAS[plan.database]
    with a_town_on(plan.database, seed, replicas, server) as life:
        if plan.many:
            life.crowd.become_many()
        life.be_born(plan.births, crowded=plan.crowded)
        if plan.faulty:
            life.go_wrong()
        for number, place in enumerate(plan.places):
            if time.monotonic() > until:
                break
            life.die(number % replicas, place)
        life.settle()
        return life.judge()


@dataclass(frozen=True)
class Lives:
    """Many towns: `deaths` in each, at the places `wanted`; every other one is faulty unless that is said."""

    database: str
    deaths: int
    wanted: Sequence[str]
    faulty: bool | None = None

    def plan(self, seed: int) -> Plan:
        places = drawn(self.wanted, self.deaths, random.Random(seed))
        return Plan(self.database, places, bool(seed % 2) if self.faulty is None else self.faulty, many=True, births=3)


def live(lives: Lives, seconds: float, seed: int, towns: int = 0) -> Tally:
    """One town after the other, until the time is over; or so many, however long that takes."""
    until, whole = math.inf if towns else time.monotonic() + seconds, Tally()
    last = seed + towns
    with ExitStack() as stack:
        server = stack.enter_context(a_server()) if lives.database == "postgres" else None
        while time.monotonic() < until and (not towns or seed < last):
            plan = lives.plan(seed)
            tally = one_life(plan, server, seed, until)
            whole.add(tally)
            print(f"town {seed}: {tally.sentence()} Not passed in time: {dict(tally.missed) or 'none'}.", flush=True)
            for sentence in tally.wrongs()[:40]:
                print(f"  {sentence}", flush=True)
            seed += 1
    return whole


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--db", choices=sorted(REPLICAS), default="sqlite")
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--deaths", type=int, default=70, help="in one town")
    asked.add_argument("--towns", type=int, default=0, help="whole ones, whatever the time")
    asked.add_argument("--places", default="", help="only these, by comma")
    asked.add_argument("--faulty", type=int, choices=[0, 1], default=None)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    wanted = given.places.split(",") if given.places else [*AT_WORK, AT_STOP]
    faulty = None if given.faulty is None else bool(given.faulty)
    whole = live(Lives(given.db, given.deaths, wanted, faulty), given.seconds, seed, given.towns)
    command = f"make crash SECONDS={given.seconds:g} DB={given.db}"
    record("R1", command, whole.sentence(), postgres=given.db == "postgres", wanted=given.record)
    return 0 if whole.well() else 1


if __name__ == "__main__":
    sys.exit(main())
