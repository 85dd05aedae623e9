"""People found for targets: from the slot rows, the person rows and our copy of Slack's user groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.escalation import Target
from bot.domain.meaning import Found, Known, found, groups_of, moved_on, names_of, schedules_of
from bot.domain.oncall import Schedule, next_change, shifts
from bot.domain.people import Person
from bot.domain.posture import Posture
from bot.ports import Tx

_INSTANT = timedelta(seconds=1)


async def find_people(tx: Tx, posture: Posture, targets: Sequence[Target], at: datetime) -> list[Found]:
    """The people each target means at a moment, in the order of the targets.

    Takes one statement a schedule, one for all user groups, and two or three for all people together.
    """
    known = await _known(tx, posture, targets, at)
    meant = [names_of(target, posture, known) for target in targets]
    people = await _by_name(tx, {name for names, _ in meant for name in names})
    if any(target.offset for target in targets):
        both = zip(targets, meant, strict=True)
        meant = [moved_on(target, names, posture, people, at) for target, names in both]
        people |= await _by_name(tx, {name for names, _ in meant for name in names} - set(people))
    return [found(target, names, people) for target, names in zip(targets, meant, strict=True)]


async def change_before(
    tx: Tx, posture: Posture, targets: Sequence[Target], at: datetime, before: datetime
) -> datetime | None:
    """The first moment after `at` and before `before` at which somebody else takes over a schedule of the targets."""
    active = [name for name in schedules_of(targets, posture) if posture.schedules[name].is_active]
    changes = [next_change(await tx.slots.between(name, at, before), at, before) for name in active]
    return min((change for change in changes if change is not None), default=None)


async def _known(tx: Tx, posture: Posture, targets: Sequence[Target], at: datetime) -> Known:
    holders = {name: await _holder(tx, posture.schedules[name], at) for name in schedules_of(targets, posture)}
    groups = groups_of(targets)
    return Known(holders, await tx.user_groups.named(groups) if groups else {})


async def _holder(tx: Tx, schedule: Schedule, at: datetime) -> str | None:
    """From the rows; beyond them, from the calculus."""
    if not schedule.is_active:
        return None
    slot = await tx.slots.at(schedule.name, at)
    if slot is not None:
        return f"#{slot.person_id}"
    horizon = await tx.slots.horizon(schedule.name)
    if (horizon is not None and at < horizon) or (await tx.rotas.get(schedule.name)).is_off:
        return None
    return next((shift.handle for shift in shifts(schedule, at, at + _INSTANT)), None)


async def _by_name(tx: Tx, names: set[str]) -> dict[str, Person]:
    """People by handle, by `#` and id, and by `@` and Slack id."""
    ids = {int(name[1:]) for name in names if name.startswith("#")}
    slack = {name[1:] for name in names if name.startswith("@")}
    handles = {name for name in names if name[:1] not in "#@"}
    known = await tx.people.many(ids) if ids else {}
    people = await tx.people.by_handles(handles) if handles else {}
    members = await tx.people.by_slacks(slack) if slack else {}
    people |= {f"@{slack_id}": person for slack_id, person in members.items()}
    return people | {f"#{number}": person for number, person in known.items()}
