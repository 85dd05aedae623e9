"""A frozen loop ends its process, whatever froze it; a loop that turns, a stopped process and a short stop do not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from scheduler.loop_watch import FROZEN_EXIT, STUCK_EXIT, LoopWatch

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, re, signal, os, subprocess, sys, time
from scheduler import loop_watch
loop_watch.LAST_WORDS_SECONDS = 0.5
from scheduler.loop_watch import LoopWatch

async def main():
    watch = LoopWatch(frozen=0.6, stop=0.5, tick=0.05)
    watch.start()
    await asyncio.sleep(0.2)
    {body}
    print("ended by itself", flush=True)

asyncio.run(main())
"""


def ran(body: str) -> tuple[int, str]:
    """The exit code of a program whose loop does this, and all that it said."""
    program = PROGRAM.replace("{body}", textwrap.indent(textwrap.dedent(body), "    ").strip())
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_loop_that_blocks_ends_its_process_and_says_where() -> None:
    code, said = ran("time.sleep(30)")
    assert code == FROZEN_EXIT
    assert "the event loop stands still" in said
    assert "time.sleep(30)" in said or "in main" in said


def test_a_thread_that_holds_the_interpreter_ends_it_too() -> None:
    code, said = ran("re.match('(a+)+$', 'a' * 40 + 'b')")
    assert code == 1
    assert "Timeout" in said


def test_nobody_who_guards_counts_as_frozen() -> None:
    assert ran("watch.beat_while(lambda: False); await asyncio.sleep(30)")[0] == FROZEN_EXIT


def test_a_stop_that_takes_too_long_is_cut_off_and_says_what_was_left() -> None:
    code, said = ran("watch.stopping(); await asyncio.sleep(30)")
    assert code == STUCK_EXIT
    assert "the stop took too long" in said
    assert "main" in said


def test_a_loop_that_turns_and_a_stop_in_time_end_nothing() -> None:
    assert ran("await asyncio.sleep(1.5); watch.stopping(); await asyncio.sleep(0.1)") == (0, "ended by itself\n")


def test_a_process_that_was_stopped_for_longer_is_not_frozen() -> None:
    pause = """
    subprocess.Popen([sys.executable, "-c", f"import os, signal, time\\nos.kill({os.getpid()}, signal.SIGSTOP)\\n"
                      f"time.sleep(1.0)\\nos.kill({os.getpid()}, signal.SIGCONT)"])
    await asyncio.sleep(2.0)
    """
    assert ran(pause) == (0, "ended by itself\n")


async def test_the_lag_of_the_loop_is_known_though_it_has_passed() -> None:
    ended: list[int] = []
    watch = LoopWatch(frozen=60.0, tick=0.02, end=ended.append)
    watch.start()
    await asyncio.sleep(0.05)
    time.sleep(0.3)  # noqa: ASYNC251  # the very thing that is measured
    await asyncio.sleep(0.1)
    watch.close()
    assert (watch.lag > 0.2, ended) == (True, [])
