"""`make repeats`: sockets drop, Slack says everything again and people press twice; each effect happens once (R7).

Every event is sent again at once, after one minute and after five, with the event_id that it had. An ack counts without
the time in which the bot, or the sandbox that measures it, waited for a processor: others may work on the machine.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crash.deaths import Life, Tally
from crash.heard import GIVEN_UP, Envelope, Post, Waited
from crash.record import record
from crash.towns import a_town_on
from town.outside import Refused
from town.waiting import eventually

from bot.domain.timeline import Kind
from bot.views import names

#: When Slack sends an event again, by the clock: seconds after the one before.
AGAIN_AFTER = (0, 60, 240)
#: Facts of which each incident has exactly one in the end.
ONCE = (Kind.DECLARED, Kind.ACKED, Kind.ROLE_GIVEN, Kind.PINNED)
#: Seconds in which every ack must come.
ACKED = 2.5
#: Seconds in which whatever is sent is acked, or was sent again to a line that stands.
CALM = 4 * GIVEN_UP


@dataclass
class Said:
    """What was done to the bot, and what came of it."""

    drops: int = 0
    duplicates: int = 0
    doubles: int = 0
    slowest: float = 0.0  # seconds until an ack, all in all
    own: float = 0.0  # the same without waits for a processor
    longest: float = 0.0  # seconds without any connection
    wrong: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        return (
            f"{self.drops:,} socket drops, {self.duplicates:,} duplicate events, {self.doubles:,} double presses; "
            f"slowest ack {self.slowest:.2f} s, {self.own:.2f} s without waits for a processor; longest without a line "
            f"{self.longest:.1f} s; "
            f"{len(self.wrong) or 'no'} effects that did not happen exactly once"
        )


class Echoes:
    """Drives one town; `drop` is how likely a socket drops before each act."""

    def __init__(self, life: Life, seed: int, drop: float) -> None:
        self.life, self.outside = life, life.fleet.outside
        self.said = Said()
        self._random = random.Random(seed)
        self._drop = drop
        self._post = Post(self.outside)
        self._repeated = 0  # envelopes whose events were sent again
        self._cut: set[str] = set()  # connections that we cut: what they carried, nobody heard
        self._waited = Waited(self._threads)
        self._waited.start()

    def one_incident(self) -> None:
        """Declared, acked by a double press, led, and pinned to; then Slack repeats itself."""
        before = set(self.life.books.open_incidents())
        self.life.crowd.declare_now()
        [number] = set(self.life.books.open_incidents()) - before
        button = eventually(lambda: self._button(number))
        self._maybe_drop()
        self._twice(lambda: self.outside.post("press", user="U0ALICE", **button))
        self._settled(number, Kind.ACKED, lambda: self.outside.post("press", user="U0ALICE", **button))
        room, card = eventually(lambda: self._card(number))
        self._maybe_drop()
        self.outside.post("react", user="U0ALICE", channel=room, ts=card, name="medal")
        ts = self.outside.post("message", user="U0ALICE", channel=room, text=f"a clue to {number}")["ts"]
        self.outside.post("react", user="U0ALICE", channel=room, ts=ts, name="pushpin")
        self._repeat_all()
        for kind in (Kind.ROLE_GIVEN, Kind.PINNED):
            self._settled(number, kind, None)

    def _button(self, number: int) -> dict[str, Any] | None:
        """The ack of Alice's page about this incident."""
        for button in self.outside.asked_of("U0ALICE", names.ACK):
            if int(button["value"].split(":")[0]) == number:
                return {name: value for name, value in button.items() if name != "value"}
        return None

    def _card(self, number: int) -> tuple[str, str] | None:
        rows = {row["key"]: row for row in self.life.books.ledger().rows}
        placed = rows[f"card/{number}"]["result"]
        invited = "U0ALICE" in self._members(str(placed.get("channel")))
        return (str(placed["channel"]), str(placed["ts"])) if "ts" in placed and invited else None

    def _members(self, channel: str) -> list[str]:
        found = self.outside.world.channels.get(channel)
        return list(found.members) if found is not None else []

    def _twice(self, press: Callable[[], Any]) -> None:
        self.outside.at_once(press, press)
        self.said.doubles += 1

    def _maybe_drop(self) -> None:
        """One connection, or all of them, is cut without a word."""
        if self._random.random() >= self._drop:
            return
        ids = [one["id"] for one in self.outside.get("state")["sockets"]]
        wanted = {} if self._random.random() < 0.3 or not ids else {"id": self._random.choice(ids)}
        self._cut |= {wanted["id"]} if wanted else set(ids)
        try:
            self.outside.post("sockets", action="abort", **wanted)
        except Refused:
            return  # it has gone by itself
        self.said.drops += 1

    def _hears(self) -> None:
        """Until somebody of us is connected again; how long that took at worst is told."""
        began = time.monotonic()
        eventually(lambda: self.outside.get("state")["sockets"], seconds=60)
        self.said.longest = max(self.said.longest, time.monotonic() - began)

    def _repeat_all(self) -> None:
        """All events since the last time, three times each."""
        self._calm()
        envelopes = self._post.since(self._repeated)
        self._repeated += len(envelopes)
        first = {one.payload["event_id"]: one.payload for one in envelopes if one.entry["method"].startswith("event ")}
        for seconds in AGAIN_AFTER:
            if seconds:
                self.life.fleet.passes(seconds)
                self._calm()
            self._maybe_drop()
            for payload in first.values():
                self.outside.send_again(payload)
                self.said.duplicates += 1
            self._calm()
        self._repeated = len(self._post.since(0))

    def _calm(self) -> None:
        """Until somebody hears, and has acked what was sent.

        Slack gives up after three more times. They must not pass in a moment because we move the clock.
        """
        self._hears()
        deadline = time.monotonic() + CALM
        while self._awaited() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _awaited(self) -> bool:
        """Whether the newest envelope of an event may still be acked."""
        newest = {one.entry["envelope_id"]: one for one in self._post.since(self._repeated)}
        newest = {one.payload.get("event_id", name): one for name, one in newest.items()}
        recent = time.monotonic() - GIVEN_UP - 0.2
        return any(one.entry["ms"] is None and one.sent > recent for one in newest.values())

    def _settled(self, number: int, kind: Kind, again: Callable[[], Any] | None) -> None:
        """Waits for a fact; what nobody heard because the line was cut is done again, as a person would."""
        for _try in range(4):
            if self._facts(number)[kind]:
                return
            self._hears()
            if again is not None:
                again()
            else:
                self.life.fleet.passes(60)
            time.sleep(0.5)

    def _facts(self, number: int) -> Counter[Kind]:
        facts = self.life.books.ledger().facts
        return Counter(fact["kind"] for fact in facts if fact["incident_id"] == number)

    def judge(self) -> Said:
        """Every incident, fact by fact; the bot must still run."""
        facts: dict[int, Counter[Kind]] = {}
        ledger = self.life.books.ledger()
        for incident in ledger.incidents:
            facts[incident["id"]] = Counter(f["kind"] for f in ledger.facts if f["incident_id"] == incident["id"])
        for number, counted in facts.items():
            self.said.wrong += [
                f"INC-{number}: {kind.value} {counted[kind]} times" for kind in ONCE if counted[kind] != 1
            ]
        self._calm()
        self._waited.stop()
        for one in self._post.since(0):
            if one.entry["ms"] is not None or one.entry["connection"] not in self._cut:
                self._judge(one)
        return self.said

    def _judge(self, one: Envelope) -> None:
        own = one.seconds - self._waited.between(one.sent, one.sent + one.seconds)
        self.said.slowest, self.said.own = max(self.said.slowest, one.seconds), max(self.said.own, own)
        if own > ACKED:
            how = "not acked" if one.entry["ms"] is None else f"acked after {one.seconds:.2f} s"
            self.said.wrong.append(f"{one.entry['method']} was {how}, {own:.2f} s of which it had a processor")

    def _threads(self) -> list[str]:
        """Of the bot and of the sandbox, those by which an ack goes."""
        process = self.life.fleet.programs[0].process
        ours = f"/proc/self/task/{self.outside.thread_id}"
        return [ours, f"/proc/{process.pid}/task/{process.pid}"] if process is not None else [ours]


def repeats(database: str, incidents: int, drop: float, seed: int) -> tuple[Tally, Said]:
    """So many incidents in one town."""
    with a_town_on(database, seed) as life:
        life.be_born(0, crowded=False)
        echoes = Echoes(life, seed, drop)
        for _ in range(incidents):
            echoes.one_incident()
        life.settle()
        said = echoes.judge()
        return life.judge(), said


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--incidents", type=int, default=120)
    asked.add_argument("--drop", type=float, default=0.4, help="how likely before each act")
    asked.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, said = repeats(given.db, given.incidents, given.drop, given.seed)
    for sentence in [*tally.wrongs(), *said.wrong]:
        print(f"  {sentence}", flush=True)
    figures = f"{said.sentence()}; {tally.verdict.sentence(len(tally.broken))}"
    command = f"make repeats INCIDENTS={given.incidents} DB={given.db}"
    record("R7", command, figures, postgres=given.db == "postgres", wanted=given.record)
    return 0 if tally.well() and not said.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
