"""Policies that name other policies, written out: what a run keeps names schedules, people and groups only.

Where a tier holds a policy, that policy's first tier joins this tier and its other tiers follow as tiers of their
own, with their own timeouts; how often it repeats and what it falls back on is left to the policy around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from bot.domain.escalation import Policy, Target, TargetKind, Tier

#: Tiers that a policy may have, those of the policies within it counted.
MOST_TIERS = 100
#: Policies within one another.
MOST_DEEP = 20


class Outline(NamedTuple):
    """A policy from afar: how many tiers it has itself, and the policies they name."""

    tiers: int
    policies: tuple[str, ...]


class Size(NamedTuple):
    """A policy written out: so many tiers, of policies within one another so many deep."""

    tiers: int
    deep: int


def flattened(policy: Policy, policies: Mapping[str, Policy]) -> Policy:
    """The policy without targets that are policies. One that is not known, or is inside itself, means nobody."""
    return replace(policy, tiers=tuple(_tiers(policy, policies, frozenset({policy.name}))))


def _tiers(policy: Policy, policies: Mapping[str, Policy], outer: frozenset[str]) -> Iterator[Tier]:
    for tier in policy.tiers:
        joined: list[Target] = []
        after: list[Tier] = []
        for target in tier.targets:
            if target.kind is not TargetKind.POLICY:
                joined.append(target)
            elif tiers := _within(target, policies, outer):
                joined += tiers[0].targets
                after += tiers[1:]
        yield replace(tier, targets=tuple(dict.fromkeys(joined)))
        yield from after


def _within(named: Target, policies: Mapping[str, Policy], outer: frozenset[str]) -> list[Tier]:
    """The tiers of a policy that is a target; notifiers named beside it are those of its targets that name none."""
    if named.name in outer or named.name not in policies:
        return []
    return [
        replace(tier, targets=tuple(replace(one, notifiers=one.notifiers or named.notifiers) for one in tier.targets))
        for tier in _tiers(policies[named.name], policies, outer | {named.name})
    ]


def inside(name: str, outlines: Mapping[str, Outline]) -> set[str]:
    """Every policy within a policy, itself where it has no end."""
    found: set[str] = set()
    ahead = {name}
    while ahead:
        named = {one for outer in ahead if outer in outlines for one in outlines[outer].policies}
        ahead = named - found
        found |= named
    return found


def circles(outlines: Mapping[str, Outline]) -> list[frozenset[str]]:
    """The policies that are inside themselves: together those that are inside one another."""
    outer: dict[str, list[str]] = {name: [] for name in outlines}
    for name, outline in outlines.items():
        for one in outline.policies:
            outer.get(one, []).append(name)
    found: list[frozenset[str]] = []
    seen: set[str] = set()
    for name in reversed(_inner_first(outlines)):
        together, ahead = set(), [name] if name not in seen else []
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                together.add(one)
                ahead += outer[one]
        if len(together) > 1 or (together and name in outlines[name].policies):
            found.append(frozenset(together))
    return found


def measured(outlines: Mapping[str, Outline]) -> dict[str, Size]:
    """What each policy comes to when it is written out: a policy's first tier joins that of the one around it."""
    sizes: dict[str, Size] = {}
    for name in _inner_first(outlines):
        within = [sizes[one] for one in outlines[name].policies if one in sizes]
        tiers = outlines[name].tiers + sum(one.tiers - 1 for one in within)
        sizes[name] = Size(tiers, 1 + max((one.deep for one in within), default=0))
    return sizes


def oversized(outlines: Mapping[str, Outline]) -> list[str]:
    """The policies that grow beyond what may be while none within them does; `outlines` hold no circle."""
    sizes = measured(outlines)
    large = {name for name, size in sizes.items() if size.tiers > MOST_TIERS or size.deep > MOST_DEEP}
    return [name for name in outlines if name in large and not set(outlines[name].policies) & large]


def _inner_first(outlines: Mapping[str, Outline]) -> list[str]:
    """Every policy after those within it, as far as there is no circle. Without recursion: a chain may be long."""
    order: list[str] = []
    seen: set[str] = set()
    for name in outlines:
        ahead = [(name, False)]
        while ahead:
            one, finished = ahead.pop()
            if finished:
                order.append(one)
            elif one in outlines and one not in seen:
                seen.add(one)
                ahead.append((one, True))
                ahead += [(inner, False) for inner in outlines[one].policies]
    return order
