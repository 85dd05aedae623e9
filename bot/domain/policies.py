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


class Outline(NamedTuple):
    """A policy from afar: how many tiers it has itself, and the policies they name."""

    tiers: int
    policies: tuple[str, ...]


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


def oversized(outlines: Mapping[str, Outline]) -> list[str]:
    """The policies that grow beyond `MOST_TIERS` while none within them does; `outlines` hold no circle."""
    sizes: dict[str, int] = {}
    large = [name for name in outlines if _size(name, outlines, sizes) > MOST_TIERS]
    return [name for name in large if not set(outlines[name].policies) & set(large)]


def tiers_of(name: str, outlines: Mapping[str, Outline]) -> int:
    """How many tiers a policy has when it is written out; `outlines` hold no circle."""
    return _size(name, outlines, {})


def _size(name: str, outlines: Mapping[str, Outline], known: dict[str, int]) -> int:
    """How many tiers a policy has when it is written out; the first tier of one within it joins another."""
    if name not in outlines:
        return 1
    if name not in known:
        known[name] = outlines[name].tiers + sum(_size(one, outlines, known) - 1 for one in outlines[name].policies)
    return known[name]
