"""One life of a town: its bots are killed at every named place and at random, until it is judged."""

from __future__ import annotations

import math
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crash.crowd import Crowd
from crash.fleet import Fleet, a_fleet
from crash.judge import Judge, Verdict
from crash.ledger import Books
from crash.promises import bugs, promises_broken

from bot.crashpoints import POINTS

#: Every step of it pages several people, by different wires.
POSTURE = Path(__file__).with_name("posture.yaml")
#: Places that are passed only in a start, and only in a stop.
AT_START, AT_STOP = "migrate.before_commit", "stop.draining"
#: Places that everyday work passes.
AT_WORK = tuple(point for point in POINTS if point not in (AT_START, AT_STOP))
#: Places that every row passes, and after how many passages a bot dies there; the others come less often.
WITH_EACH_ROW = frozenset(
    {"claim.after_commit", "call.after", "dm.accepted", "sms.accepted", "mail.accepted", "settle.before_commit",
     "settle.after_commit"}
)  # fmt: skip
OFTEN, RARELY = (1, 3, 10, 40), (1, 1, 2, 3)
#: Real seconds in which a bot that is ready must pass a place; after that it is killed as it stands.
WITHIN = 15.0
#: Real seconds without any progress after which what still waits is stuck: two leases.
REST_SECONDS = 35.0
#: Real seconds of everyday work before and after a replica is lost.
WORK_SECONDS = 3.0
#: How often the waits of the outbox are passed in the end: what failed once more comes again.
TURNS = 2
_LATER = 61.0  # seconds by which the clock passes every wait of the outbox


@dataclass
class Tally:
    """What happened. `points` are deaths by the place, `at_random` those by a SIGKILL from outside."""

    verdict: Verdict = field(default_factory=Verdict)
    points: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    at_random: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def deaths(self) -> int:
        return self.points.total() + self.at_random

    def add(self, other: Tally) -> None:
        self.verdict.add(other.verdict)
        self.points += other.points
        self.missed += other.missed
        self.at_random += other.at_random
        self.broken += other.broken

    def sentence(self) -> str:
        """The figures, plainly."""
        seen = self.verdict
        rare = min((self.points[point] for point in POINTS), default=0)
        return (
            f"{self.deaths:,} deaths ({len(self.points)} of {len(POINTS)} named places, each {rare} times or more; "
            f"{self.at_random:,} at random), {seen.sentence(len(self.broken))}"
        )

    def wrongs(self) -> list[str]:
        """Everything that is wrong, in sentences."""
        return [*self.verdict.sentences(), *self.broken]

    def well(self) -> bool:
        return not self.verdict.wrongs and not self.broken


class Life:
    """A fleet with everybody around it. `plan` is the places to die at, in order; an empty one is a random moment."""

    def __init__(self, fleet: Fleet, books: Books, seed: int) -> None:
        self.fleet, self.books = fleet, books
        self.crowd = Crowd(fleet, books, seed)
        self.tally = Tally()
        self._random = random.Random(seed)
        self._crowded = False

    def be_born(self, deaths: int = 1, *, crowded: bool = True) -> None:
        """The first starts, on a database without tables: dies while it makes them, then lives.

        Without a crowd nothing happens but what leads to a place to die at.
        """
        for _ in range(deaths):
            self.fleet.launch(0, AT_START)
            self._await_death(0, AT_START)
        self.fleet.start()
        self._crowded = crowded
        if crowded:
            self.crowd.start()

    def die(self, number: int, point: str) -> None:
        """Replica `number` dies at a place, or at random, and is started again at once."""
        if point == AT_STOP:
            self._die_stopping(number)
        elif point:
            self._kill(number)
            often = self.crowd.many and point in WITH_EACH_ROW
            passages = self._random.choice(OFTEN if often else RARELY) if self._crowded else 1
            self.fleet.launch(number, f"{point}:{passages}")
            if self.fleet.ready(number):
                self.crowd.provoke(point)
            self._await_death(number, point)
        else:
            time.sleep(
                self._random.choice([0.02, 0.1, 0.4, 0.8, 3.0 if self.crowd.many else 1.5]) * self._random.random() * 2
            )
            self._kill(number)
        self.fleet.launch(number)

    def lose(self, number: int) -> None:
        """A replica dies in the middle of its work and does not come back."""
        time.sleep(WORK_SECONDS)
        self.fleet.programs[number].kill()
        self.tally.at_random += 1
        time.sleep(WORK_SECONDS)

    def _die_stopping(self, number: int) -> None:
        self._kill(number)
        self.fleet.launch(number, AT_STOP)
        if self.fleet.ready(number):
            self.crowd.provoke(AT_STOP)
            time.sleep(self._random.random() * 0.3)
        process = self.fleet.programs[number].process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        self._await_death(number, AT_STOP)

    def _await_death(self, number: int, point: str) -> None:
        if not self.fleet.ended(number, WITHIN):
            self.tally.missed[point] += 1
            self._kill(number, leases=point != AT_START)
            return
        self._buried(number, point)

    def _buried(self, number: int, point: str) -> None:
        pid = self._pid(number)
        code = self.fleet.bury(number)
        if code == -signal.SIGKILL:
            self.tally.points[point] += 1
        else:
            self.tally.broken.append(f"bot {number} was to die at {point} and ended by itself with {code}")
        if point != AT_START:
            self.books.age_leases(pid)

    def _kill(self, number: int, *, leases: bool = True) -> None:
        """At whatever moment this is. A third of the time the leases that it leaves end by themselves.

        `leases` is false where there may be no table yet that could hold one.
        """
        pid = self._pid(number)
        if self.fleet.ended(number):
            code = self.fleet.bury(number)
            self.tally.broken.append(f"bot {number} ended with {code}: {self.fleet.programs[number].words()[-1500:]}")
        else:
            self.fleet.programs[number].kill()
            self.tally.at_random += 1
        if leases and self._random.random() < 0.7:
            self.books.age_leases(pid)

    def _pid(self, number: int) -> int:
        process = self.fleet.programs[number].process
        assert process is not None
        return process.pid

    def go_wrong(self) -> None:
        """From now on a call in thirty goes wrong, in every way that leaves it open whether it was done."""
        for target in ("slack", "twilio", "smtp"):
            method = "data" if target == "smtp" else "*"
            for kind in ("reset_before", "reset_after", "rate_limited", "http", "garbage"):
                self.fleet.outside.fault(method, kind, target, times=None, probability=0.007, status=500)

    def settle(self) -> None:
        """Nobody adds to the work; what was begun comes to rest."""
        self.crowd.stop()
        self.fleet.outside.mend()
        for number, program in enumerate(self.fleet.programs):
            if program.process is not None and not self.fleet.ready(number):
                self.tally.broken.append(f"bot {number} does not start: {self.fleet.programs[number].words()[-1500:]}")
        for _turn in range(TURNS):
            self._rest()
            self.fleet.passes(_LATER)
        self._rest()
        self.tally.broken += [f"a program gave up: {sentence}" for sentence in self.crowd.given_up]

    def _rest(self) -> None:
        """Until nothing is due, or nothing has moved for a while."""
        least, deadline = math.inf, time.monotonic() + REST_SECONDS
        while (waiting := self.books.waiting(self.fleet.now())) and time.monotonic() < deadline:
            if waiting < least:
                least, deadline = waiting, time.monotonic() + REST_SECONDS
            time.sleep(0.05)

    def judge(self, *, database_away: bool = False) -> Tally:
        """The bots are stopped in order first, so that the ledger and the world stand still."""
        now = self.fleet.now()
        codes = self.fleet.stop()
        if any(codes):
            self.tally.broken.append(f"a bot that was stopped in order ended with {codes}")
        ledger, received = self.books.ledger(), self.fleet.outside.received()
        self.tally.verdict.add(Judge(ledger, received, self.crowd.promises, now).judge())
        self.tally.broken += promises_broken(self.fleet.database)
        self.tally.broken += bugs(self.fleet.errors(), database_away=database_away)
        return self.tally


@contextmanager
def a_life(database: str, folder: Path, seed: int, replicas: int = 1, **more: str) -> Iterator[Life]:
    """A new town on an empty database."""
    with a_fleet(database, folder, replicas, **{"POSTURE": str(POSTURE), **more}) as fleet:
        books = Books(database)
        life = Life(fleet, books, seed)
        try:
            yield life
        finally:
            life.crowd.stop()
            books.close()
