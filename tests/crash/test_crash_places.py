"""The short form of `make crash`: bots die at every named place, and at random, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from crash.__main__ import Plan, one_life
from crash.deaths import AT_START, AT_STOP, AT_WORK
from crash.server import Server, a_server

from bot.crashpoints import POINTS


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that keeps what it committed."""
    with a_server() as found:
        yield found


@pytest.mark.timeout(300)
def test_one_bot_on_sqlite_dies_at_every_named_place() -> None:
    tally = one_life(Plan("sqlite", ["", *AT_WORK, AT_STOP], crowded=False), None, seed=2)
    assert tally.wrongs() == []
    assert tally.points == dict.fromkeys(POINTS, 1)
    assert tally.verdict.pages > 20


@pytest.mark.timeout(300)
def test_two_replicas_on_postgresql_die_in_turn_among_faults(server: Server) -> None:
    plan = Plan("postgres", ["", "claim.after_commit", "timer.claimed", "dm.accepted"], faulty=True)
    tally = one_life(plan, server, seed=3)
    assert tally.wrongs() == []
    assert tally.deaths >= 4
    assert tally.points[AT_START] == 1
    assert tally.verdict.pages > 20
