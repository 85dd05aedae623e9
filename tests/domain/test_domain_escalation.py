"""Steps of a policy: tiers, cycles, the fallback, and the snapshot that survives a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.escalation import (
    DEFAULT_TIMEOUTS,
    Policy,
    Run,
    RunKind,
    RunState,
    Target,
    TargetKind,
    Tier,
    everybody_at,
    fill_timeouts,
    policy_from_json,
    policy_to_json,
    step_at,
    step_of_tier,
    taken,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
M = timedelta(minutes=1)

ON_CALL = Target(TargetKind.SCHEDULE, "payments")
BOB = Target(TargetKind.PERSON, "bob", notifiers=("sms",))
MANAGER = Target(TargetKind.POSITION, "eng-manager")
POLICY = Policy("payments", (Tier((ON_CALL,), 5 * M), Tier((BOB, MANAGER), 10 * M)), repeat_cycles=1)
RUN = Run(1, 7, RunKind.DECLARE, POLICY, RunState.CLIMBING, NOON)


def walk(count: int) -> list[tuple[int, int, tuple[Target, ...], int]]:
    """(tier, cycle, targets, minutes since the start) of the first steps, each taken when it is due."""
    run, at, steps = RUN, NOON, []
    for _ in range(count):
        decision = step_at(run.policy, run.step + 1, at)
        steps.append((decision.tier, decision.cycle, decision.targets, int((at - NOON) / M)))
        run, at = taken(run, decision), decision.next_due
    return steps


def test_tiers_follow_each_other_by_their_timeouts_for_each_cycle_and_then_everybody_is_paged() -> None:
    assert walk(6) == [
        (1, 1, (ON_CALL,), 0),
        (2, 1, (BOB, MANAGER), 5),
        (1, 2, (ON_CALL,), 15),
        (2, 2, (BOB, MANAGER), 20),
        (0, 2, (ON_CALL, BOB, MANAGER), 30),
        (0, 2, (ON_CALL, BOB, MANAGER), 40),  # and so on, at the last timeout
    ]


def test_an_executive_is_the_fallback_and_is_paged_again_at_the_last_timeout() -> None:
    led = replace(POLICY, executive=MANAGER)
    assert [(step_at(led, step, NOON).targets, step_at(led, step, NOON).next_due - NOON) for step in (3, 4, 5)] == [
        ((BOB, MANAGER), 10 * M),
        ((MANAGER,), 10 * M),
        ((MANAGER,), 10 * M),
    ]
    assert everybody_at(led, 4, NOON).targets == (ON_CALL, BOB, MANAGER)


def test_a_policy_without_tiers_asks_again_and_pages_nobody() -> None:
    decision = step_at(Policy("nobody", ()), 0, NOON)
    assert (decision.targets, decision.tier, decision.next_due) == ((), 0, NOON + DEFAULT_TIMEOUTS[0])


def test_a_chosen_tier_is_the_next_step_that_means_it() -> None:
    after_first = replace(RUN, step=0)
    assert step_of_tier(after_first, 2) == 1
    assert step_of_tier(after_first, 1) == 2


def test_timeouts_absent_are_15_30_60_minutes_with_the_last_repeating() -> None:
    assert fill_timeouts([], 5) == (15 * M, 30 * M, 60 * M, 60 * M, 60 * M)
    assert fill_timeouts([10 * M, 20 * M], 2) == (10 * M, 20 * M)


targets = st.builds(
    Target,
    st.sampled_from(TargetKind),
    st.text(min_size=1, max_size=12),
    st.integers(0, 9),
    st.lists(st.sampled_from(["slack", "sms", "email"]), max_size=3).map(tuple),
)
tiers = st.builds(
    Tier, st.lists(targets, max_size=3).map(tuple), st.integers(1, 86_400).map(lambda s: timedelta(seconds=s))
)
policies = st.builds(
    Policy,
    st.text(max_size=20),
    st.lists(tiers, max_size=5).map(tuple),
    st.integers(0, 5),
    st.none() | targets,
    st.none() | st.integers(1, 86_400).map(lambda s: timedelta(seconds=s)),
)


@given(policies)
def test_a_snapshot_reads_back_as_it_was(policy: Policy) -> None:
    assert policy_from_json(policy_to_json(policy)) == policy


@given(policies, st.integers(0, 60))
def test_every_step_is_followed_by_a_later_one(policy: Policy, step: int) -> None:
    assert step_at(policy, step, NOON).next_due > NOON
