"""What a long run found, as a row of the table in docs/reliability.md: when, by which command, on what machine."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime

from databases import _programs
from town.program import ROOT

RELIABILITY = ROOT / "docs" / "reliability.md"
#: The table's last line is followed by this one.
END = "<!-- runs end -->"


def machine(postgres: bool) -> str:
    """Cores, memory and versions: what a figure depends on."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    database = f"PostgreSQL {_postgres()}" if postgres else f"SQLite {sqlite3.sqlite_version}"
    return f"{cores} cores, {memory:.0f} GiB, Python {platform.python_version()}, {database}"


def _postgres() -> str:
    programs = _programs()
    if programs is None:
        return "none"
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


def record(figure: str, command: str, sentence: str, *, postgres: bool, wanted: bool) -> None:
    """Prints the sentence as the last line, and adds its row where that is wanted."""
    if wanted:
        text = RELIABILITY.read_text()
        row = f"| {datetime.now(UTC):%Y-%m-%d} | {figure} | `{command}` | {machine(postgres)} | {sentence} |\n"
        RELIABILITY.write_text(text.replace(END, row + END, 1))
    print(sentence)
