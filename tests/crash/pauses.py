"""`make pauses`: a replica stands still for longer than its leases last, and goes on as if nothing had been (R5).

The others take over what it held; what it does afterwards, it does under a fence that is no longer its own. A request
that was about to leave when it was stopped leaves when it goes on, and no fence of ours reaches a phone: what arrived
twice by that is told, and is no failure. Nothing may be lost.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from crash.deaths import Life, Tally
from crash.record import record
from crash.towns import a_town_on

#: Real seconds in which every bot has heard how the clock was moved last.
HEARD = 2.0

REPLICAS = {"sqlite": 1, "postgres": 2}


def pause(life: Life, number: int, seconds: float) -> None:
    """SIGSTOP, and SIGCONT so many seconds later.

    Meanwhile only real time passes: whoever stands still knows nothing of a clock that is moved, as no real one is.
    """
    process = life.fleet.programs[number].process
    assert process is not None
    life.crowd.stand_still()
    time.sleep(HEARD)
    process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        process.send_signal(signal.SIGCONT)
        time.sleep(HEARD)  # it has half a minute's work to do before it hears of anything
        life.crowd.go_on()


def pauses(database: str, times: int, seconds: float, seed: int) -> Tally:
    """So many pauses in one town."""
    with a_town_on(database, seed, REPLICAS[database]) as life:
        life.be_born(0)
        for number in range(times):
            time.sleep(random.Random(seed + number).uniform(0.5, 2.0))
            pause(life, number % len(life.fleet.programs), seconds)
        life.settle()
        return life.judge(database_away=True)


def side_by_side(database: str, times: int, seconds: float, seed: int, towns: int) -> Tally:
    """So many pauses in all, shared out among towns that know nothing of one another."""
    shares = [times // towns + (number < times % towns) for number in range(towns)]
    whole = Tally()
    with ThreadPoolExecutor(towns) as together:
        lives = [together.submit(pauses, database, share, seconds, seed + n) for n, share in enumerate(shares)]
        for life in lives:
            whole.add(life.result())
    return whole


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30.0)
    asked.add_argument("--db", choices=sorted(REPLICAS), default="postgres")
    asked.add_argument("--towns", type=int, default=1, help="side by side")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally = side_by_side(given.db, given.times, given.seconds, given.seed, given.towns)
    for sentence in tally.wrongs():
        print(f"  {sentence}", flush=True)
    figures = f"{given.times} pauses of {given.seconds:g} s, {tally.verdict.sentence(len(tally.broken))}"
    command = f"make pauses TIMES={given.times} DB={given.db} TOWNS={given.towns}"
    record("R5", command, figures, postgres=given.db == "postgres", wanted=given.record)
    bad = [what for what, found in tally.verdict.wrongs.items() if found and what != "doubled"]
    return 1 if bad or tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
