"""What the world lacks of the posture is told to admins once, and once more when it is mended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from usecases_rota import DAY, HOUR, TUESDAY, Team24, team_on

from bot.domain.inspection import Seen
from bot.usecases.inspections import tell
from bot.usecases.readiness import tell_gaps
from storage.database import SqlDatabase

PEOPLE = {f"U0{name}": True for name in ("ALICE", "BOB", "CAROL", "DAVE", "ERIN")}
WELL = Seen(PEOPLE, {}, {}, None)
WITHOUT_ERIN = replace(WELL, people={number: there for number, there in PEOPLE.items() if number != "U0ERIN"})


@pytest.fixture
async def team(sqlite_db: SqlDatabase) -> Team24:
    return await team_on(sqlite_db)


async def test_a_lack_is_told_to_admins_once_and_once_when_it_is_mended(team: Team24) -> None:
    assert await tell(team.bot, WELL, TUESDAY - DAY) == (0, 0)
    assert await tell(team.bot, WITHOUT_ERIN, TUESDAY) == (1, 0)
    assert await tell(team.bot, WELL, TUESDAY + HOUR) == (0, 0)  # the same day
    assert await tell(team.bot, WITHOUT_ERIN, TUESDAY + DAY) == (0, 0)  # known
    assert await team.notes() == [("carol", "audit_found")]
    assert await tell(team.bot, WELL, TUESDAY + 2 * DAY) == (0, 1)
    assert await team.notes() == [("carol", "audit_mended")]


async def test_gaps_and_lacks_leave_one_another_alone(team: Team24) -> None:
    assert await tell(team.bot, WITHOUT_ERIN, TUESDAY) == (1, 0)
    assert await tell_gaps(team.bot, TUESDAY) == (0, 0)
    assert await tell(team.bot, WITHOUT_ERIN, TUESDAY + DAY) == (0, 0)


async def test_what_slack_does_not_say_is_not_mended_by_that(team: Team24) -> None:
    no_channels = replace(WELL, channels=frozenset())
    new, mended = await tell(team.bot, no_channels, TUESDAY)
    assert (new, mended) == (len(severities_with_channels(team)), 0)
    assert await tell(team.bot, WELL, TUESDAY + DAY) == (0, 0)
    assert await tell(team.bot, no_channels, TUESDAY + 2 * DAY) == (0, 0)


def severities_with_channels(team: Team24) -> list[str]:
    return [name for name, rules in team.bot.posture().severities.items() for _ in rules.notify_channels]
