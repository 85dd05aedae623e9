"""Which policy pages for a service: the declared one, else the rotation of its team, else the whole team."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Rotation, Schedule
from bot.domain.posture import Posture, Service, Team

MINUTE = timedelta(minutes=1)
DELAY = 15 * MINUTE


def posture(schedule: Schedule | None = None, policy: Policy | None = None) -> Posture:
    """One service of one team, with a schedule and a policy where they are given."""
    schedules = {schedule.name: schedule} if schedule else {}
    return Posture(
        people={},
        positions={"eng-manager": ("carol",)},
        teams={"web": Team("web", ("alice", "bob"), tuple(schedules))},
        schedules=schedules,
        policies={policy.name: policy} if policy else {},
        services={
            "site": Service("site", "web", policy.name if policy else None),
            "orphan": Service("orphan"),
        },
    )


def rota(**fields: object) -> Schedule:
    layers = (Rotation(("alice", "bob"), timedelta(days=7)),)
    return Schedule("web-oncall", layers, **fields)  # type: ignore[arg-type]  # a test names real fields


def targets(policy: Policy | None) -> list[tuple[TargetKind, str, int]]:
    assert policy is not None
    return [(one.kind, one.name, one.offset) for tier in policy.tiers for one in tier.targets]


def test_a_declared_policy_is_the_one() -> None:
    declared = Policy("p", (Tier((Target(TargetKind.PERSON, "alice"),), MINUTE),), 3)
    found = posture(rota(), declared).policy_for("site", DELAY)
    assert found is not None
    assert (targets(found), found.tiers[0].timeout, found.repeat_cycles) == (
        [(TargetKind.PERSON, "alice", 0)],
        MINUTE,
        3,
    )


def test_without_a_policy_the_assignees_follow_one_another() -> None:
    found = posture(rota()).policy_for("site", DELAY)
    assert targets(found) == [(TargetKind.SCHEDULE, "web-oncall", 0), (TargetKind.SCHEDULE, "web-oncall", 1)]
    assert found is not None and {tier.timeout for tier in found.tiers} == {DELAY}


def test_then_comes_whom_the_schedule_escalates_to_at_the_delay_it_names() -> None:
    for named, kind in (("eng-manager", TargetKind.POSITION), ("carol", TargetKind.PERSON)):
        found = posture(rota(escalation_to=named, escalation_delay=3 * MINUTE)).policy_for("site", DELAY)
        assert targets(found)[-1] == (kind, named, 0)
        assert found is not None and {tier.timeout for tier in found.tiers} == {3 * MINUTE}


def test_a_team_without_a_schedule_is_paged_whole() -> None:
    assert targets(posture().policy_for("site", DELAY)) == [(TargetKind.TEAM, "web", 0)]


def test_nobody_pages_for_what_nobody_owns_or_declared() -> None:
    assert [posture(rota()).policy_for(name, DELAY) for name in ("orphan", "unknown", "")] == [None, None, None]


def test_a_target_without_a_name_means_the_team_of_the_service() -> None:
    on_call = Policy("p", (Tier((Target(TargetKind.SCHEDULE, ""),), MINUTE),))
    assert targets(posture(rota(), on_call).policy_for("site", DELAY)) == [(TargetKind.SCHEDULE, "web-oncall", 0)]
    assert targets(posture(None, on_call).policy_for("site", DELAY)) == [(TargetKind.TEAM, "web", 0)]


def test_the_team_that_owns_a_service_is_known() -> None:
    team = posture().team_of("site")
    assert (team.name if team else None, posture().team_of("orphan"), posture().team_of("unknown")) == (
        "web",
        None,
        None,
    )
