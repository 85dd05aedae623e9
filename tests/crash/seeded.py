"""`make seeded`: each bug of `crash.seeds` is put into a copy of the tree, and must be caught there (SPEC §20, R2).

What a bug is caught by must pass in a copy without any bug first: else being caught would prove nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crash.record import record
from crash.seeds import SEEDS, Seed
from town.program import ROOT

#: What the copy needs; everything else stays where it is.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "data", "ui", "browser", "*.md")
#: Seconds; a bug that makes its check hang is caught too. A busy machine must not pass for one.
PATIENCE = 600.0


@contextmanager
def a_copy() -> Iterator[Path]:
    """The tree as it stands, without what is not run."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-seeded-"))
    try:
        for found in sorted(ROOT.iterdir()):
            if found.name in ("app.py", "manifest.yaml", "pyproject.toml"):
                shutil.copy(found, folder)
            elif found.is_dir() and (any(found.glob("*.py")) or found.name in ("tests", "examples")):
                shutil.copytree(found, folder / found.name, ignore=LEFT_OUT)
        (folder / "sandbox" / "ui").mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def plant(seed: Seed, folder: Path) -> None:
    """Puts the bug into a copy. LookupError where its text is not there exactly once; the result is still Python."""
    for name, before, after in seed.changes:
        text = (folder / name).read_text()
        if text.count(before) != 1:
            raise LookupError(f"{seed.name}: its text stands {text.count(before)} times in {name}")
        changed = text.replace(before, after)
        compile(changed, name, "exec")
        (folder / name).write_text(changed)


def passes(check: str, folder: Path) -> tuple[bool, str]:
    """Whether a check passes in a copy, and its last words."""
    kind, *given = check.split()
    options = ["-q", "-x", "-p", "no:cacheprovider"] if kind == "pytest" else []
    command = [sys.executable, "-B", "-m", kind, *options, *given]
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'tests'}{os.pathsep}{folder}"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return False, f"it took longer than {PATIENCE:g} s"
    lines = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{check} could not be run: {' '.join(lines[-8:])}")
    telling = [line for line in lines if line.startswith(("FAILED", "ERROR", "  "))] or lines[-1:]
    return done.returncode == 0, telling[0].strip()[:200]


def sound(seeds: Sequence[Seed]) -> list[str]:
    """The checks that fail without any bug."""
    with a_copy() as folder:
        found = []
        for check in dict.fromkeys(seed.check for seed in seeds):
            good, words = passes(check, folder)
            if not good:
                found.append(f"{check}: {words}")
        return found


def caught(seed: Seed) -> tuple[bool, str]:
    """Whether a bug is caught, and by what."""
    with a_copy() as folder:
        plant(seed, folder)
        good, words = passes(seed.check, folder)
        return not good, words


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="bugs whose name holds this")
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    seeds = [seed for seed in SEEDS if given.only in seed.name]
    unsound = sound(seeds)
    for line in unsound:
        print(f"fails without any bug: {line}", flush=True)
    missed = 0
    for seed in seeds:
        seen, words = caught(seed)
        missed += not seen
        print(f"{'caught' if seen else 'NOT CAUGHT'}: {seed.name}: {words}", flush=True)
    sentence = f"{len(seeds)} seeded bugs: {len(seeds) - missed} caught, {missed} not caught."
    record("R2", "make seeded", sentence, postgres=False, wanted=given.record)
    return 1 if missed or unsound else 0


if __name__ == "__main__":
    sys.exit(main())
