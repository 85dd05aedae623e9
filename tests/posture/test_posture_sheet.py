"""The schedule of the spreadsheet is declared nowhere; a policy may name it, unless the name means something else."""

from __future__ import annotations

import pytest

from bot.domain.escalation import Target, TargetKind
from posture import loads

TEXT = """\
people: {alice: {slack: U0ALICE}}
teams: {payments: {members: [alice]}, %s: {members: [alice]}}
services: {api: {owner: payments, policy: main}}
escalation_policies: {main: {tiers: [{targets: "%s", timeout: 5m}, {targets: alice, timeout: 5m}]}}
"""
SCHEDULE, TEAM = TargetKind.SCHEDULE, TargetKind.TEAM


@pytest.mark.parametrize(
    ("team", "written", "meant"),
    [
        ("web", "sheet", Target(SCHEDULE, "sheet")),
        ("web", "sheet +1", Target(SCHEDULE, "sheet", 1)),
        ("web", "schedule sheet", Target(SCHEDULE, "sheet")),
        ("sheet", "sheet", Target(TEAM, "sheet")),
        ("sheet", "schedule sheet +2", Target(SCHEDULE, "sheet", 2)),
    ],
)
def test_a_policy_may_name_the_spreadsheet(team: str, written: str, meant: Target) -> None:
    loaded = loads(TEXT % (team, written))
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.posture is not None
    assert loaded.posture.policies["main"].tiers[0].targets == (meant,)
