"""Escalation policies and runs: which step comes next, whom it means and when the one after is due (SPEC §7).

A run takes linear steps: step s of a policy with n tiers is tier s % n of cycle s // n, for
(1 + repeat_cycles) cycles; every later step is the fallback, repeated at the last timeout until acked.
A policy that names other policies is flattened (`policies`) before a run keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.people import PersonId

#: Timeouts where a policy gives none: the last one repeats (SPEC §7).
DEFAULT_TIMEOUTS = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
DEFAULT_REPEAT_CYCLES = 2


class TargetKind(StrEnum):
    SCHEDULE = "schedule"  # whoever is on call; `offset` counts assignees onwards in rotation order
    PERSON = "person"  # a handle
    POSITION = "position"  # everyone who fills it
    TEAM = "team"  # every member
    USER_GROUP = "user-group"  # every member of a Slack user group, by its handle or id
    POLICY = "policy"  # another policy; never in the snapshot of a run


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a tier means; people are found when the step fires."""

    kind: TargetKind
    name: str
    offset: int = 0
    notifiers: tuple[str, ...] = ()  # empty: the person's own rules


@dataclass(frozen=True, slots=True)
class Tier:
    targets: tuple[Target, ...]
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered tiers; also the snapshot a run keeps from its start."""

    name: str
    tiers: tuple[Tier, ...]
    repeat_cycles: int = DEFAULT_REPEAT_CYCLES
    executive: Target | None = None  # whom the fallback pages; None: everybody at once (`notify_all`)
    ack_timeout: timedelta | None = None  # an ack without a sign for so long is given back; None: never


class RunKind(StrEnum):
    DECLARE = "declare"
    PERSON = "person"  # assigned by hand: that person first, then the policy
    NOTIFY = "notify"  # a position that the severity names is paged once, without climbing further
    PAGE = "page"  # `/incident page`: somebody asked for by hand, acknowledged by itself
    DRILL = "drill"


#: Kinds that page beside the policy's run: the incident's own ack and state do not hang on them.
BESIDE = frozenset({RunKind.NOTIFY, RunKind.PAGE})


class RunState(StrEnum):
    CLIMBING = "climbing"
    ACKED = "acked"
    ENDED = "ended"  # the incident closed, or another run replaced it


@dataclass(frozen=True, slots=True)
class Run:
    """One climb. `step` is the step last taken (-1 before the first), `next_due` when the next one fires."""

    id: int
    incident_id: int
    kind: RunKind
    policy: Policy
    state: RunState
    started_at: datetime
    generation: int = 0
    step: int = -1
    next_due: datetime | None = None
    acked_by_id: PersonId | None = None
    acked_at: datetime | None = None
    ended_reason: str = ""
    asked_by_id: PersonId | None = None  # who asked, where it was started by hand
    version: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a run: whom to page now and when the next step is due."""

    step: int
    tier: int  # 1-based; 0 is the fallback
    cycle: int  # 1-based
    targets: tuple[Target, ...]
    next_due: datetime


def policy_steps(policy: Policy) -> int:
    """Steps before the fallback."""
    return len(policy.tiers) * (1 + policy.repeat_cycles)


def step_at(policy: Policy, step: int, at: datetime) -> Decision:
    """The step with this number, taken at `at`."""
    count = len(policy.tiers)
    if count and step < policy_steps(policy):
        tier = policy.tiers[step % count]
        return Decision(step, step % count + 1, step // count + 1, tier.targets, at + tier.timeout)
    everybody = everybody_at(policy, step, at)
    return everybody if policy.executive is None else replace(everybody, targets=(policy.executive,))


def everybody_at(policy: Policy, step: int, at: datetime) -> Decision:
    """A step of the fallback that pages every target of every tier at once."""
    everyone = tuple(dict.fromkeys(target for tier in policy.tiers for target in tier.targets))
    last = policy.tiers[-1].timeout if policy.tiers else DEFAULT_TIMEOUTS[0]
    return Decision(step, 0, 1 + policy.repeat_cycles, everyone, at + last)


def step_of_tier(run: Run, tier: int) -> int:
    """The next step number, after the current one, that means this tier (1-based)."""
    count = len(run.policy.tiers)
    step = run.step + 1
    while step % count != tier - 1:
        step += 1
    return step


def fill_timeouts(given: Sequence[timedelta], tiers: int) -> tuple[timedelta, ...]:
    """One timeout a tier: those given, else the defaults with the last repeating."""
    source = tuple(given) or DEFAULT_TIMEOUTS
    return tuple(source[min(index, len(source) - 1)] for index in range(tiers))


def taken(run: Run, decision: Decision) -> Run:
    """The run after a step was taken."""
    return replace(run, step=decision.step, next_due=decision.next_due)


def policy_to_json(policy: Policy) -> dict[str, object]:
    """A policy as plain JSON values, for the snapshot column."""
    return {
        "name": policy.name,
        "repeat_cycles": policy.repeat_cycles,
        "executive": _target_to_json(policy.executive) if policy.executive else None,
        "ack_timeout": policy.ack_timeout.total_seconds() if policy.ack_timeout else None,
        "tiers": [
            {"timeout": tier.timeout.total_seconds(), "targets": [_target_to_json(target) for target in tier.targets]}
            for tier in policy.tiers
        ],
    }


def _target_to_json(target: Target) -> dict[str, object]:
    return {
        "kind": target.kind.value,
        "name": target.name,
        "offset": target.offset,
        "notifiers": list(target.notifiers),
    }


def policy_from_json(data: Mapping[str, Any]) -> Policy:
    """The inverse of `policy_to_json`."""
    return Policy(
        name=data["name"],
        tiers=tuple(
            Tier(tuple(_target(one) for one in tier["targets"]), timedelta(seconds=tier["timeout"]))
            for tier in data["tiers"]
        ),
        repeat_cycles=data["repeat_cycles"],
        executive=_target(data["executive"]) if data["executive"] else None,
        ack_timeout=timedelta(seconds=data["ack_timeout"]) if data["ack_timeout"] else None,
    )


def _target(data: Mapping[str, Any]) -> Target:
    return Target(TargetKind(data["kind"]), data["name"], data["offset"], tuple(data["notifiers"]))
