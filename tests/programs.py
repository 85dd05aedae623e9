"""System programs that some tests need: found, or plainly said to be missing; with REQUIRE_ALL=1 that is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


def program(*names: str, package: str) -> str:
    """The path of the first of these that is installed; `package` is Debian's."""
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is not None:
        return found
    reason = f"{names[0]} did not run: it is not on this machine (on Debian: apt-get install {package})"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[None]:
    """The program runs in its own folder until the end of the block; what it said is printed where a test fails."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
        print(log.read_text())
