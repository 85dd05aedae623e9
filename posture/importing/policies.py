"""Tiers of other pagers in ours: none empty, at least two, timeouts and repeats within what may be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from posture.importing.draft import Draft, Policy, Tier, unique

_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(days=7)
_MOST_CYCLES: Final = 20
USUAL: Final = timedelta(minutes=15)
#: Of every posture that was imported.
FALLBACK: Final = (
    "After the last cycle everybody of a policy is paged again and again until somebody acknowledges, where {source}"
    " stops."
)
RULES: Final = "How each person is notified (their personal rules) is set here again, by themselves, in the app's Home."


def put(draft: Draft, name: str, number: str, tiers: Sequence[Tier], repeat: int) -> None:
    """Takes a policy over, unless nobody is left in it."""
    kept: list[Tier] = []
    for tier in tiers:
        if tier.targets:
            kept.append(tier)
        elif kept:
            kept[-1] = Tier(kept[-1].targets, kept[-1].timeout + tier.timeout)
    if not kept:
        draft.note("policies", name, f"The policy `{name}` pages nobody who could be carried over, and was left out.")
        return
    if repeat > _MOST_CYCLES:
        draft.note("policies", name, f"It repeats {repeat} times there, and {_MOST_CYCLES} times here.")
    tiers, cycles = _doubled(draft, name, kept, min(max(repeat, 0), _MOST_CYCLES))
    draft.policies[name] = Policy(tuple(Tier(unique(one.targets), _within(one.timeout)) for one in tiers), cycles)
    draft.know("policies", number, name)


def _doubled(draft: Draft, name: str, tiers: list[Tier], repeat: int) -> tuple[list[Tier], int]:
    """A single tier twice: what pages for SEV1 and SEV2 has two here. As many rounds, or one more."""
    if len(tiers) > 1:
        return tiers, repeat
    rounds = repeat + 1
    more = "" if rounds % 2 == 0 else ", once more than there"
    draft.note("policies", name, f"It has one tier there; here the same are paged by two in a row{more}.")
    return tiers * 2, (rounds + 1) // 2 - 1


def _within(timeout: timedelta) -> timedelta:
    return min(max(timeout, _SHORTEST), _LONGEST)
