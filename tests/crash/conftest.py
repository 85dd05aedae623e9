"""A town whose bot gets killed. In the end no promise is broken, and what the ledger says is what people got."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from town.town import Town, a_town
from town.waiting import eventually


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """On SQLite, as most will run it."""
    yield from _town(sqlite_url, tmp_path)


@pytest.fixture
def town_on_both(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """On SQLite, and again on PostgreSQL."""
    yield from _town(database_url, tmp_path)


def _town(database: str, folder: Path) -> Iterator[Town]:
    with a_town(database, folder) as found:
        found.bot.start()
        yield found
        eventually(lambda: all(found.at_rest(number) for number in found.numbers()))
        assert found.went_out() == found.arrived()
        found.ends_well()
