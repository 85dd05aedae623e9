"""Slack user groups as we last heard of them: pages are answered from this copy, never from Slack.

Those that a posture names beside a schedule hold whoever is on call: what they should hold is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.oncall import Schedule
from bot.domain.people import Person, Standing


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


@dataclass(frozen=True, slots=True)
class GroupTrouble:
    """A group that cannot be kept in step: Slack's reason, since when, and when it was last tried."""

    name: str  # as the posture has it: a handle without `@`, or an id
    code: str
    since: datetime
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a group should hold, by Slack ids in order (nobody: it is to be disabled); `known` is our copy of it."""

    name: str
    members: tuple[str, ...]
    known: UserGroup | None = None

    @property
    def fulfilled(self) -> bool:
        """As far as we know."""
        return self.known is not None and fulfils(self.known, self.members)


def fulfils(group: UserGroup, members: Collection[str]) -> bool:
    """An empty group cannot be: it is disabled, whoever it still lists."""
    return set(group.members) == set(members) and group.active if members else not group.active


def followed(schedules: Mapping[str, Schedule]) -> dict[str, tuple[str, ...]]:
    """The groups that schedules name, with the names of those schedules."""
    found: dict[str, tuple[str, ...]] = {}
    for name, schedule in schedules.items():
        if schedule.user_group:
            found[schedule.user_group] = (*found.get(schedule.user_group, ()), name)
    return found


def may_be_in(people: Iterable[Person]) -> tuple[str, ...]:
    """Slack ids of those whom Slack takes into a group: guests and people who left cannot be in one."""
    fit = {
        one.slack_id
        for one in people
        if one.slack_id and one.active and one.standing not in (Standing.GUEST, Standing.OUTSIDER)
    }
    return tuple(sorted(fit))
