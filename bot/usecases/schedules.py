"""Who is on call: slots kept ahead of time, people found for targets, and the posture that says both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.escalation import Target, TargetKind
from bot.domain.oncall import OnCall, Schedule, Slot, on_call, shifts, who_follows
from bot.domain.people import Person, PersonId
from bot.domain.posture import Posture
from bot.ports import Tx
from bot.usecases.roster import DirectoryEntry, declare_people, sync_directory

__all__ = [
    "DirectoryEntry", "Found", "accept_posture", "extend_slots", "find_people", "on_call_now", "sync_directory",
]  # fmt: skip

#: How far ahead slots are rows (SPEC §9). Beyond, the same calculus is asked directly.
AHEAD = timedelta(weeks=8)

_INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Found:
    """The active people a target means at a moment; `reason` says why there is none.

    Reasons: `nobody_on_call`, `nobody_follows`, `schedule_inactive`, `unknown`, `deactivated`.
    """

    target: Target
    people: tuple[Person, ...]
    reason: str = ""


async def accept_posture(bot: Bot, posture: Posture, *, text: str, digest: str, by: str, now: datetime) -> Posture:
    """Puts a posture in force: its row, the people it declares and their slots. Answers it with its version.

    One transaction: nobody sees the new people with the old slots. Accepting the same text again changes
    nothing but what has drifted since.
    """

    async def work(tx: Tx) -> Posture:
        row = await tx.postures.accept(digest, text, by, now)
        ids = await declare_people(tx, posture)
        for schedule in posture.schedules.values():
            await _materialise(tx, schedule, ids, now)
        return replace(posture, version=row.version)

    return await bot.write(work)


async def extend_slots(bot: Bot, posture: Posture, now: datetime) -> None:
    """Materialises every schedule eight weeks ahead of `now`, one unit of work each: pages go between."""
    for schedule in posture.schedules.values():

        async def work(tx: Tx, schedule: Schedule = schedule) -> None:
            handles = {member for layer in schedule.layers for member in layer.members}
            people = await tx.people.by_handles(handles)
            await _materialise(tx, schedule, {handle: person.id for handle, person in people.items()}, now)

        await bot.db.write(work)


async def on_call_now(tx: Tx, posture: Posture, now: datetime) -> list[OnCall]:
    """For every schedule of the posture, in its order."""
    return [on_call(name, await tx.slots.between(name, now, now + AHEAD), now) for name in posture.schedules]


async def find_people(tx: Tx, posture: Posture, targets: Sequence[Target], at: datetime) -> list[Found]:
    """The people each target means at a moment, in the order of the targets.

    A person is named by handle or, where they are known from Slack alone, as `#` and their id. Takes one
    statement a schedule and two or three for all people together.
    """
    holders = await _holders(tx, posture, targets, at)
    meant = [_meant(target, posture, holders) for target in targets]
    people = await _by_name(tx, {name for names, _ in meant for name in names})
    if any(target.offset for target in targets):
        meant = [
            _moved_on(target, names, why, posture, people, at)
            for target, (names, why) in zip(targets, meant, strict=True)
        ]
        people |= await _by_name(tx, {name for names, _ in meant for name in names} - set(people))
    return [_found(target, names, why, people) for target, (names, why) in zip(targets, meant, strict=True)]


async def _holders(tx: Tx, posture: Posture, targets: Sequence[Target], at: datetime) -> dict[str, str | None]:
    """Who is on call for every schedule that the targets name and that the posture has."""
    named = {target.name for target in targets if target.kind is TargetKind.SCHEDULE}
    return {name: await _holder(tx, posture.schedules[name], at) for name in sorted(named & set(posture.schedules))}


async def _holder(tx: Tx, schedule: Schedule, at: datetime) -> str | None:
    """From the rows; beyond them, from the calculus."""
    if not schedule.is_active:
        return None
    slot = await tx.slots.at(schedule.name, at)
    if slot is not None:
        return f"#{slot.person_id}"
    horizon = await tx.slots.horizon(schedule.name)
    if horizon is not None and at < horizon:
        return None
    return next((shift.handle for shift in shifts(schedule, at, at + _INSTANT)), None)


def _meant(target: Target, posture: Posture, holders: Mapping[str, str | None]) -> tuple[tuple[str, ...], str]:
    """Names of the people a target means, or none and the reason."""
    if target.kind is TargetKind.PERSON:
        return (target.name,), ""
    if target.kind is TargetKind.POSITION:
        return posture.positions.get(target.name, ()), "unknown"
    if target.kind is TargetKind.TEAM:
        team = posture.teams.get(target.name)
        return team.members if team else (), "unknown"
    if target.name not in holders:
        return (), "unknown"
    if not posture.schedules[target.name].is_active:
        return (), "schedule_inactive"
    holder = holders[target.name]
    return (holder,) if holder is not None else (), "nobody_on_call"


def _moved_on(
    target: Target, names: tuple[str, ...], why: str, posture: Posture, people: Mapping[str, Person], at: datetime
) -> tuple[tuple[str, ...], str]:
    """For a target that counts onwards, the name of the one who follows."""
    if not target.offset or not names:
        return names, why
    current = people[names[0]].handle if names[0] in people else names[0]
    follower = who_follows(posture.schedules[target.name], current or names[0], target.offset, at)
    return (follower,) if follower is not None else (), "nobody_follows"


def _found(target: Target, names: Sequence[str], why: str, people: Mapping[str, Person]) -> Found:
    known = tuple(dict.fromkeys(people[name] for name in names if name in people))
    active = tuple(person for person in known if person.active)
    if active:
        return Found(target, active)
    return Found(target, (), "deactivated" if known else "unknown" if names else why)


async def _by_name(tx: Tx, names: set[str]) -> dict[str, Person]:
    """People by handle, and by `#` and id."""
    ids = {int(name[1:]) for name in names if name.startswith("#")}
    handles = {name for name in names if not name.startswith("#")}
    known = await tx.people.many(ids) if ids else {}
    people = await tx.people.by_handles(handles) if handles else {}
    return people | {f"#{number}": person for number, person in known.items()}


async def _materialise(tx: Tx, schedule: Schedule, ids: Mapping[str, PersonId], now: datetime) -> None:
    """Makes the rows from `now` on what the schedule says. Rows that are right already are left alone.

    The horizon moves by whole days, so that a second time on the same day finds nothing to do.
    """
    end = (now + AHEAD + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = [
        Slot(0, schedule.name, ids[shift.handle], shift.start, shift.end, shift.layer)
        for shift in shifts(schedule, now, end)
        if shift.handle in ids
    ]
    rows = [row for row in await tx.slots.between(schedule.name, now, end + AHEAD) if not row.is_override]
    since = _first_difference(_stretches(rows, now), wanted)
    if since is None:
        return
    # a coming slot that grows or shrinks is written anew as one; the running one is only cut or added to
    since = next((row.start for row in rows if now < row.start < since <= row.end), since)
    later = [replace(slot, start=max(slot.start, since)) for slot in wanted if slot.end > since]
    await tx.slots.replace(schedule.name, since, later)


def _stretches(rows: Sequence[Slot], now: datetime) -> list[Slot]:
    """Rows from `now` on, joined where one follows another of the same person and layer."""
    joined: list[Slot] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and (last.end, last.person_id, last.layer) == (row.start, row.person_id, row.layer):
            joined[-1] = replace(last, end=row.end)
        else:
            joined.append(replace(row, id=0, start=max(row.start, now)))
    return joined


def _first_difference(held: Sequence[Slot], wanted: Sequence[Slot]) -> datetime | None:
    """The first moment at which two ordered plans differ; None where they are the same."""
    for one, other in zip(held, wanted, strict=False):
        if one == other:
            continue
        if replace(one, end=other.end) == other:
            return min(one.end, other.end)
        return min(one.start, other.start)
    rest = [*held[len(wanted) :], *wanted[len(held) :]]
    return rest[0].start if rest else None
