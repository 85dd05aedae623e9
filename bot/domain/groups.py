"""Slack user groups as we last heard of them: pages are answered from this copy, never from Slack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class UserGroup:
    """`members` are Slack ids, in Slack's order. `changed` is Slack's own time of the change, in epoch seconds."""

    slack_id: str
    handle: str  # without its `@`
    name: str
    members: tuple[str, ...] = ()
    active: bool = True  # False once it was disabled or is gone
    changed: int = 0


def newer(before: UserGroup | None, told: UserGroup) -> UserGroup | None:
    """What to keep of a group that Slack told of; None where it is older than what we have, or the same."""
    if before is None:
        return told
    return told if told.changed >= before.changed and told != before else None


def with_members(before: UserGroup, added: Collection[str], removed: Collection[str], changed: int) -> UserGroup | None:
    """The group after some came and some went; None where nothing changes, or something newer is known."""
    if changed < before.changed:
        return None
    stay = [one for one in before.members if one not in removed]
    after = replace(before, members=tuple(dict.fromkeys([*stay, *added])), changed=changed)
    return after if after != before else None
