"""The places to die at: the docs have them all, and without being told to nobody dies."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys

import pytest
from crash.record import END, RELIABILITY
from town.program import ROOT

from bot.crashpoints import POINTS, UNITS

PASS_BY = "from bot import crashpoints; crashpoints.hit('timer.claimed'); crashpoints.hit('timer.claimed'); print('on')"


def passed(crash_at: str) -> tuple[int, str]:
    """The exit code of a program that passes a place twice, and what it said."""
    environment = {"PATH": os.environ["PATH"], **({"CRASH_AT": crash_at} if crash_at else {})}
    done = subprocess.run(
        [sys.executable, "-c", PASS_BY], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_docs_name_every_place_and_what_has_happened_there() -> None:
    rows = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \| (.+) \|$", RELIABILITY.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == dict(POINTS)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_of_work_that_has_places_exists(unit: str) -> None:
    module, _, function = unit.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


def test_there_are_as_many_as_were_promised_and_runs_have_their_table() -> None:
    assert len(POINTS) >= 16
    assert RELIABILITY.read_text(encoding="utf-8").count(END) == 1


@pytest.mark.parametrize(
    ("crash_at", "code"),
    [("", 0), ("timer.claimed", -signal.SIGKILL), ("timer.claimed:2", -signal.SIGKILL), ("timer.claimed:3", 0)],
)
def test_it_dies_where_and_when_it_was_told_to_and_nowhere_else(crash_at: str, code: int) -> None:
    assert passed(crash_at) == (code, "on\n" if code == 0 else "")


def test_a_place_that_is_none_is_refused_in_a_sentence() -> None:
    code, said = passed("nowhere")
    assert code == 1
    assert said.startswith("CRASH_AT=nowhere names no place to die at: migrate.before_commit, ")
