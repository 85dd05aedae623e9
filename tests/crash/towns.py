"""A town on an empty database of either kind, with a folder that goes away with it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crash.deaths import Life, a_life
from crash.server import Server, a_server


@contextmanager
def a_town_on(
    database: str, seed: int, replicas: int = 1, server: Server | None = None, folder: Path | None = None, **more: str
) -> Iterator[Life]:
    """`database` is sqlite or postgres; where no server is given, one is started. `folder` is for SQLite's file."""
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="tocsin-crash-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        url = f"sqlite:///{folder or home}/tocsin.db"
        if database == "postgres":
            there = server or stack.enter_context(a_server())
            url = there.create()
            stack.callback(there.drop, url)
        yield stack.enter_context(a_life(url, home, seed, replicas, **more))
