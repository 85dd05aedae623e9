"""Three replicas on one PostgreSQL and one Slack app: losing one loses nothing (SPEC §18). SQLite has one bot."""

from __future__ import annotations

import pytest
from crash.towns import a_town_on

pytestmark = pytest.mark.timeout(300)


def test_three_replicas_start_side_by_side_on_an_empty_database_and_share_the_work() -> None:
    with a_town_on("postgres", 5, replicas=3) as life:
        life.be_born(0, crowded=False)  # all three make the tables, accept the posture and read the directory at once
        for _ in range(6):
            life.crowd.declare_now()
        life.settle()
        ledger = life.books.ledger()
        names = [handle for person in ledger.people.values() if (handle := person["handle"])]
        assert sorted(names) == ["alice", "bob", "carol", "dave"]
        assert len({attempt["owner"] for attempt in ledger.attempts}) == 3
        assert life.judge().wrongs() == []


def test_losing_a_replica_loses_nothing_and_the_others_take_over() -> None:
    with a_town_on("postgres", 6, replicas=3) as life:
        life.be_born(0)
        life.lose(0)  # and it stays away: its leases end by themselves
        life.settle()
        tally = life.judge()
        assert tally.wrongs() == []
        assert tally.verdict.pages > 10
