"""`make watchers`: the loop freezes, the scheduler dies, lanes end, both sockets go deaf; how soon is it mended?

The bot runs as it is, with the intervals that it has; what freezes is started again here as systemd would (R15). In
each trouble somebody must be paged afterwards, or an ack must be heard.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crash.promises import promises_broken
from crash.record import record
from town.town import Town, a_town
from town.waiting import eventually

HAUNTED = Path(__file__).with_name("haunted.py")
#: Seconds in which a trouble must be found, and by which everything must work again.
FOUND, MENDED = 60.0, 90.0
#: What a frozen process ends with (`scheduler/loop_watch.py`).
FROZEN_EXIT = 70


@dataclass
class Watched:
    """By trouble: when it was found, and when it worked again, in seconds after it began."""

    found: dict[str, list[float]] = field(default_factory=dict)
    mended: dict[str, list[float]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def note(self, trouble: str, found: float, mended: float) -> None:
        self.found.setdefault(trouble, []).append(found)
        self.mended.setdefault(trouble, []).append(mended)
        if found > FOUND or mended > MENDED:
            self.broken.append(f"{trouble}: found after {found:.0f} s, mended after {mended:.0f} s")

    def sentence(self) -> str:
        """At worst, of each."""
        told = [
            f"{trouble} {len(times)} times, found after {max(times):.0f} s and mended after"
            f" {max(self.mended[trouble]):.0f} s"
            for trouble, times in self.found.items()
        ]
        return f"{'; '.join(told)} at worst; {len(self.broken) or 'nothing'} wrong"


def _signal(town: Town, number: int) -> None:
    assert town.bot.process is not None
    town.bot.process.send_signal(number)


def _until(wanted: Callable[[], object], began: float) -> float:
    """Seconds since then when it came true."""
    eventually(wanted, seconds=MENDED + 30)
    return time.monotonic() - began


def frozen(town: Town, watched: Watched) -> None:
    """It ends itself, is started again at once, and pages whoever is next."""
    began = time.monotonic()
    _signal(town, signal.SIGUSR1)
    assert town.bot.process is not None
    code = town.bot.process.wait(timeout=MENDED)
    found = time.monotonic() - began
    town.bot.process = None
    if code != FROZEN_EXIT:
        watched.broken.append(f"a frozen loop ended its process with {code}")
    town.bot.start()
    watched.note("a frozen loop", found, _until(lambda: _paged_again(town), began))


def dead_scheduler(town: Town, watched: Watched) -> None:
    """Nothing fires until it is replaced: the page is due five minutes later on the clock, which is now."""
    _restarted_after(town, watched, "a dead scheduler", signal.SIGUSR2)


def ended_lanes(town: Town, watched: Watched) -> None:
    """Nothing goes out until they are started again."""
    _restarted_after(town, watched, "ended lanes", signal.SIGRTMIN)


def _restarted_after(town: Town, watched: Watched, trouble: str, number: int) -> None:
    before = town.bot.words().count("started again")
    began = time.monotonic()
    _signal(town, number)
    time.sleep(0.5)  # the signal is heard
    town.clock.passes(minutes=5)
    found = _until(lambda: town.bot.words().count("started again") > before, began)
    watched.note(trouble, found, _until(lambda: _paged_again(town, passed=True), began))


def deaf_sockets(town: Town, watched: Watched) -> None:
    """What is pressed is heard again."""
    deaf = {one["id"] for one in town.outside.get("state")["sockets"]}
    began = time.monotonic()
    town.outside.post("sockets", action="deaf")
    found = _until(lambda: deaf - {one["id"] for one in town.outside.get("state")["sockets"]}, began)
    mended = _until(lambda: not deaf & {one["id"] for one in town.outside.get("state")["sockets"]}, began)
    if not town.alice.reads("/incident list").words:
        watched.broken.append("after deafness nothing was heard")
    watched.note("deaf sockets", found, mended)


def _paged_again(town: Town, *, passed: bool = False) -> bool:
    """Bob is next after five minutes without an ack."""
    if not passed and not town.bob.phone.pages:
        town.clock.passes(minutes=5)
    return bool(town.bob.phone.pages)


TROUBLES = (frozen, dead_scheduler, ended_lanes, deaf_sockets)


@contextmanager
def haunted_town() -> Iterator[Town]:
    """A town whose bot can be broken from outside."""
    home = Path(tempfile.mkdtemp(prefix="tocsin-watch-"))
    try:
        with a_town(f"sqlite:///{home}/tocsin.db", home) as town:
            town.bot.script = HAUNTED
            town.bot.start()
            town.declares()
            yield town
    finally:
        shutil.rmtree(home, ignore_errors=True)


def watch(times: int) -> Watched:
    """Each trouble so often, in a town of its own."""
    watched = Watched()
    for trouble in TROUBLES * times:
        with haunted_town() as town:
            try:
                trouble(town, watched)
            except AssertionError as never:
                watched.broken.append(f"{trouble.__name__}: {never}")
            town.bot.stop()
            watched.broken += promises_broken(town.database)
    return watched


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=3, help="of each")
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    watched = watch(given.times)
    for sentence in watched.broken:
        print(f"  {sentence}", flush=True)
    record("R15", f"make watchers ROUNDS={given.times}", watched.sentence(), postgres=False, wanted=given.record)
    return 0 if not watched.broken else 1


if __name__ == "__main__":
    sys.exit(main())
