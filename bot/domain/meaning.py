"""What targets mean at a moment: the names they stand for, and the people behind those names; pure.

A name is a handle; `#` and a person's id, for somebody who holds a slot or was asked for by hand; or `@` and a Slack
id, for a member of a user group. Who holds a schedule, who is in a group and who the people are is looked up outside:
in the database (`usecases.finding`) or in a posture alone (`simulation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import Target, TargetKind
from bot.domain.groups import UserGroup
from bot.domain.oncall import who_follows
from bot.domain.people import Person
from bot.domain.posture import Posture

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The active people a target means at a moment; `reason` says why there is none.

    Reasons: `nobody_on_call`, `nobody_follows`, `schedule_inactive`, `unknown`, `deactivated`, `group_unknown`,
    `group_disabled`, `group_empty`.
    """

    target: Target
    people: tuple[Person, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the names of targets depend on: who holds each schedule (None: nobody), and the user groups by name."""

    holders: Mapping[str, str | None]
    groups: Mapping[str, UserGroup]


def schedules_of(targets: Sequence[Target], posture: Posture) -> list[str]:
    """The schedules that targets name and that the posture has, in a stable order."""
    named = {target.name for target in targets if target.kind is TargetKind.SCHEDULE}
    return sorted(named & set(posture.schedules))


def groups_of(targets: Sequence[Target]) -> set[str]:
    """The user groups that targets name."""
    return {target.name for target in targets if target.kind is TargetKind.USER_GROUP}


def names_of(target: Target, posture: Posture, known: Known) -> tuple[Names, str]:
    """The names a target stands for, `+1` not yet counted; or none, and the reason."""
    match target.kind:
        case TargetKind.PERSON:
            return (target.name,), ""
        case TargetKind.POSITION:
            return posture.positions.get(target.name, ()), "unknown"
        case TargetKind.TEAM:
            team = posture.teams.get(target.name)
            return team.members if team else (), "unknown"
        case TargetKind.USER_GROUP:
            return _members(known.groups.get(target.name))
        case TargetKind.SCHEDULE:
            return _holder(target.name, posture, known)
        case TargetKind.POLICY:  # written out before a run keeps it
            return (), "unknown"


def _members(group: UserGroup | None) -> tuple[Names, str]:
    if group is None or not group.active:
        return (), "group_disabled" if group else "group_unknown"
    return tuple(f"@{member}" for member in group.members), "group_empty"


def _holder(schedule: str, posture: Posture, known: Known) -> tuple[Names, str]:
    if schedule not in known.holders:
        return (), "unknown"
    if not posture.schedules[schedule].is_active:
        return (), "schedule_inactive"
    holder = known.holders[schedule]
    return (holder,) if holder is not None else (), "nobody_on_call"


def moved_on(
    target: Target, meant: tuple[Names, str], posture: Posture, people: Mapping[str, Person], at: datetime
) -> tuple[Names, str]:
    """For a target that counts onwards, the name of the one who follows."""
    names, _ = meant
    if not target.offset or not names:
        return meant
    schedule, current = posture.schedules[target.name], names[0]
    if current not in schedule.handles and current in people:  # a sheet names people by id, a posture by handle
        current = people[current].handle or current
    follower = who_follows(schedule, current, target.offset, at)
    return (follower,) if follower is not None else (), "nobody_follows"


def found(target: Target, meant: tuple[Names, str], people: Mapping[str, Person]) -> Found:
    """The people behind the names."""
    names, why = meant
    known = tuple(dict.fromkeys(people[name] for name in names if name in people))
    active = tuple(person for person in known if person.active)
    if active:
        return Found(target, active)
    if target.kind is TargetKind.USER_GROUP:
        return Found(target, (), why)
    return Found(target, (), "deactivated" if known else "unknown" if names else why)
