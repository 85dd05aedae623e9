"""`make databases`: the database is locked, full, read-only or killed while people and programs declare (R8).

Never a 2xx without its row: what was confirmed meanwhile is held against the rows. The loops are alive afterwards.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crash.deaths import Life, Tally
from crash.record import record
from crash.server import Server, a_server
from crash.towns import a_town_on
from town.waiting import eventually

#: What the disk holds where one is made for it.
DISK = "size=48m"
#: Real seconds of everyday work between two troubles.
BETWEEN = 1.5
#: Real seconds after which somebody declares in the middle of it.
DECLARED_AFTER = 0.5


@dataclass
class Troubles:
    """How often each was met, and how it was made where there is a choice."""

    times: int = 0
    refused: int = 0  # declarations that were answered 5xx meanwhile, and came again
    how: str = ""
    broken: list[str] = field(default_factory=list)


def locked(life: Life, seconds: float) -> None:
    """Another program holds SQLite's write lock."""
    file = life.fleet.database.removeprefix("sqlite:///")
    holder = sqlite3.connect(file, isolation_level=None, timeout=30)
    try:
        holder.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        holder.execute("ROLLBACK")
    finally:
        holder.close()


def full(life: Life, seconds: float, disk: Path | None) -> None:
    """The disk takes nothing more: really where we may mount one, else by the system's limit on files."""
    if disk is None:
        _limited(life, seconds)
        return
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                _fill(file.write, bytes(size))
        time.sleep(seconds)
    finally:
        filler.unlink(missing_ok=True)


def _fill(write: Callable[[bytes], int], block: bytes) -> None:
    try:
        while write(block):
            pass
    except OSError:
        return


def _limited(life: Life, seconds: float) -> None:
    process = life.fleet.programs[0].process
    assert process is not None
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        time.sleep(seconds)
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


def read_only(server: Server, seconds: float) -> None:
    """PostgreSQL refuses every write from the next transaction on, as a standby does."""
    _set_read_only(server, "on")
    try:
        time.sleep(seconds)
    finally:
        _set_read_only(server, "off")


def _set_read_only(server: Server, state: str) -> None:
    server.command(f"ALTER SYSTEM SET default_transaction_read_only = {state}")
    server.command("SELECT pg_reload_conf()")


def killed(server: Server, seconds: float) -> None:
    server.kill()
    time.sleep(seconds)
    server.start()


@contextmanager
def a_disk() -> Iterator[Path | None]:
    """A small disk of our own; None where the system lets us make none."""
    with tempfile.TemporaryDirectory(prefix="tocsin-disk-") as folder:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder], capture_output=True, check=False)
        if made.returncode:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


def alive(life: Life) -> list[str]:
    """What does not work any more: somebody declares, and is paged."""
    try:
        eventually(life.fleet.programs[0].ready, seconds=30)
        before = life.fleet.outside.received().arrivals.total()
        life.crowd.declare_now()
        eventually(lambda: life.fleet.outside.received().arrivals.total() > before, seconds=30)
    except (AssertionError, RuntimeError) as trouble:
        return [f"not alive afterwards: {str(trouble)[-300:]}"]
    return []


def suffer(trouble: str, times: int, seconds: float, seed: int) -> tuple[Tally, Troubles]:
    """One kind of trouble, so often, in one town that goes on working."""
    met = Troubles()
    postgres = trouble in ("read-only", "killed")
    with ExitStack() as stack:
        server = stack.enter_context(a_server()) if postgres else None
        disk = stack.enter_context(a_disk()) if trouble == "full" else None
        met.how = "a full disk of its own" if disk else "the limit on files" if trouble == "full" else ""
        life = stack.enter_context(a_town_on("postgres" if postgres else "sqlite", seed, 1, server, disk))
        life.be_born(0)
        for _ in range(times):
            time.sleep(BETWEEN)
            threading.Timer(DECLARED_AFTER, life.crowd.provoke, ["declare.before_commit"]).start()
            _meet(trouble, life, seconds, server, disk)
            met.times += 1
        met.broken += alive(life)
        met.refused = life.crowd.refused
        if met.refused < times:
            met.broken.append(f"only {met.refused} declarations were refused: the trouble was not met every time")
        life.settle()
        return life.judge(database_away=True), met


def _meet(trouble: str, life: Life, seconds: float, server: Server | None, disk: Path | None) -> None:
    if trouble == "locked":
        locked(life, seconds)
    elif trouble == "full":
        full(life, seconds, disk)
    else:
        assert server is not None
        (read_only if trouble == "read-only" else killed)(server, seconds)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--trouble", choices=["locked", "full", "read-only", "killed"], required=True)
    asked.add_argument("--times", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=30.0, help="of each")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    tally, met = suffer(given.trouble, given.times, given.seconds, given.seed)
    for sentence in [*tally.wrongs(), *met.broken]:
        print(f"  {sentence}", flush=True)
    how = f" ({met.how})" if met.how else ""
    figures = (
        f"{given.trouble} {met.times} times for {given.seconds:g} s{how}, {met.refused} declarations refused: "
        f"{tally.verdict.sentence(len(tally.broken) + len(met.broken))}"
    )
    command = f"make databases TROUBLE={given.trouble} TIMES={given.times} SECONDS={given.seconds:g}"
    record("R8", command, figures, postgres=given.trouble in ("read-only", "killed"), wanted=given.record)
    return 0 if tally.well() and not met.broken else 1


if __name__ == "__main__":
    sys.exit(main())
