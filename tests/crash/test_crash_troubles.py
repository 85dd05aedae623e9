"""The short forms of `make storms`, `outages`, `repeats`, `databases`, `races` and `pauses` (R3, R5 to R8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from crash.databases import suffer as suffer_database
from crash.outages import suffer as suffer_providers
from crash.races import WORKERS, race
from crash.repeats import repeats
from crash.server import Server, a_server
from crash.storms import suffer as suffer_storm

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that keeps what it committed."""
    with a_server() as found:
        yield found


def test_somebody_is_reached_in_time_among_faults_and_without_each_provider() -> None:
    tally, among, without = suffer_providers("sqlite", 8, timedelta(minutes=1), 1)
    assert [*tally.wrongs(), *among.late, *without.late] == []
    assert len(among.taken) >= 8
    assert len(without.taken) >= 3


def test_each_effect_happens_once_whatever_is_said_again() -> None:
    tally, said = repeats("sqlite", 2, 0.4, 1)
    assert [*tally.wrongs(), *said.wrong] == []
    assert said.duplicates > 30


@pytest.mark.parametrize(
    ("trouble", "seconds"), [("full", 2.0), ("read-only", 2.0), ("killed", 1.0)], ids=["full", "read-only", "killed"]
)
def test_no_2xx_is_without_its_row_whatever_becomes_of_the_database(trouble: str, seconds: float) -> None:
    tally, met = suffer_database(trouble, 1, seconds, 1)
    assert [*tally.wrongs(), *met.broken] == []


def test_every_alert_of_a_storm_that_had_its_2xx_is_counted_and_somebody_hears_of_each_incident() -> None:
    tally, storm, _ = suffer_storm(120, 2.0, 1, limited=False)
    assert [*tally.wrongs(), *storm.broken] == []
    assert (storm.taken.total(), len(storm.paged)) == (120, 50)


def test_no_row_is_claimed_twice(server: Server) -> None:
    found = race(server, 100 * WORKERS)
    assert (found.claims, found.double, found.left) == (100 * WORKERS, 0, 0)
