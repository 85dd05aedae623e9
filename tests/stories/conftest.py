"""A town for every story. In the end the bot stops in order, no promise is broken and no bug was logged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from town.town import Build, Town, a_town


@pytest.fixture
def build(sqlite_url: str, tmp_path: Path) -> Iterator[Build]:
    """For stories that need other settings; they start the bot themselves."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(a_town(sqlite_url, tmp_path, **settings))


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """Acme's Slack at night with the bot in it."""
    yield from _town(sqlite_url, tmp_path)


@pytest.fixture
def town_on_both(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """The same on SQLite, and again on PostgreSQL."""
    yield from _town(database_url, tmp_path)


def _town(database: str, folder: Path) -> Iterator[Town]:
    with a_town(database, folder) as found:
        found.bot.start()
        yield found
        found.ends_well()
