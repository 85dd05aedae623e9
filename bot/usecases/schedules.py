"""Who is on call: slots kept ahead of time, and the posture that says so. `finding` finds people by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.absences import Absence, laid
from bot.domain.groups import followed
from bot.domain.oncall import OnCall, Origin, Schedule, Slot, on_call, shifts
from bot.domain.oncall.written import from_json
from bot.domain.people import PersonId
from bot.domain.posture import Posture
from bot.domain.rota import Rota
from bot.ports import Tx
from bot.usecases.following import follow
from bot.usecases.roster import DirectoryEntry, declare_people, sync_directory
from bot.usecases.turns import look

__all__ = [
    "DirectoryEntry", "accept_posture", "extend_slots", "materialise", "merged", "on_call_now", "plan_in",
    "sync_directory",
]  # fmt: skip

#: Where a posture says that a schedule is to be read from there; one that it says no more is over.
FOLLOWED = frozenset({Origin.PAGERDUTY, Origin.CALENDAR})
#: How far ahead slots are rows (SPEC §9). Beyond, the same calculus is asked directly.
AHEAD = timedelta(weeks=8)
#: No slot is made further ahead than this, however often it is asked for.
FURTHEST = timedelta(weeks=104)
#: So much of the slots is read to say who is on call; the rest only where somebody stays for longer.
_NEAR = timedelta(days=8)
#: So far ahead the rows of every schedule go at least: they are extended once a day.
KNOWN = AHEAD - timedelta(days=2)


async def accept_posture(bot: Bot, posture: Posture, *, text: str, digest: str, by: str, now: datetime) -> Posture:
    """Puts a posture in force: its row, the people it declares and their slots. Answers it with its version.

    One transaction: nobody sees the new people with the old slots. Accepting the same text again changes
    nothing but what has drifted since. What is kept beside the posture (`rotas.keep`) is part of the answer; a
    schedule that is in neither loses its coming slots.
    """

    async def work(tx: Tx) -> Posture:
        row = await tx.postures.accept(digest, text, by, now)
        ids = await declare_people(tx, posture)
        rotas, told = await tx.rotas.all(), await told_by_handle(tx, now)
        whole = with_told(merged(posture, rotas), told)
        for schedule in whole.schedules.values():
            await materialise(tx, switched(schedule, rotas.get(schedule.name)), ids, now)
        for name in sorted(await tx.slots.schedules(now) - set(whole.schedules)):
            await tx.slots.clear(name, now)
        await look(tx, now)
        await tx.outbox.put(await follow(tx, whole.schedules, None, now))
        await tx.user_groups.mended(set(await tx.user_groups.troubles()) - set(followed(whole.schedules)))
        return replace(whole, version=row.version)

    return await bot.write(work)


def merged(posture: Posture, rotas: Mapping[str, Rota]) -> Posture:
    """The posture with the schedules that are kept beside it; one that it declares itself wins.

    Where it names a source, the schedule is the posture's, and its layers are what was last read there.
    """
    known = {name: from_json(name, rota.definition) for name, rota in sorted(rotas.items()) if rota.definition}
    kept = {name: one for name, one in known.items() if name not in posture.schedules and one.origin not in FOLLOWED}
    read = {
        name: replace(one, layers=known[name].layers)
        for name, one in posture.schedules.items()
        if one.source is not None and name in known and known[name].origin is one.origin
    }
    if not kept and not read:
        return posture
    teams = dict(posture.teams)
    for name, schedule in kept.items():
        team = teams.get(schedule.team or "")
        if team is not None:
            teams[team.name] = replace(team, schedules=(*team.schedules, name))
    return replace(posture, schedules={**posture.schedules, **read, **kept}, teams=teams)


def switched(schedule: Schedule, rota: Rota | None) -> Schedule:
    """The schedule as it is in force: somebody may have switched it off."""
    return replace(schedule, is_active=False) if rota is not None and rota.is_off else schedule


async def in_force(tx: Tx, schedule: Schedule, now: datetime) -> Schedule:
    """The schedule as the database knows it now: switched off or on, and with the time off that people told."""
    return laid(switched(schedule, await tx.rotas.get(schedule.name)), await told_by_handle(tx, now))


async def told_by_handle(tx: Tx, now: datetime) -> dict[str, list[Absence]]:
    """The time off that people told, of now and later, by each name that a rotation may know them by."""
    found = await tx.absences.coming(now)
    people = await tx.people.many({one.person_id for one in found}) if found else {}
    told: dict[str, list[Absence]] = {}
    for one in found:
        for handle in (people[one.person_id].handle, f"#{one.person_id}"):
            if handle is not None:
                told.setdefault(handle, []).append(one)
    return told


def with_told(posture: Posture, told: Mapping[str, Sequence[Absence]]) -> Posture:
    """The posture, in which people are away as they told, and no longer."""
    schedules = {name: laid(one, told) for name, one in posture.schedules.items()}
    return posture if schedules == posture.schedules else replace(posture, schedules=schedules)


async def extend_slots(bot: Bot, posture: Posture, now: datetime, ahead: timedelta = AHEAD) -> None:
    """Materialises every schedule eight weeks ahead of `now`, one unit of work each: pages go between."""
    for schedule in posture.schedules.values():

        async def work(tx: Tx, schedule: Schedule = schedule) -> None:
            await materialise(tx, await in_force(tx, schedule, now), await ids_of(tx, schedule), now, ahead)

        await bot.db.write(work)

    await bot.db.write(lambda tx: look(tx, now))


async def ids_of(tx: Tx, schedule: Schedule) -> dict[str, PersonId]:
    """The person of each handle; `#7` names the person with that id."""
    people = await tx.people.by_handles({handle for handle in schedule.handles if not handle.startswith("#")})
    return {handle: person.id for handle, person in people.items()}


def person_of(handle: str, ids: Mapping[str, PersonId]) -> PersonId | None:
    return int(handle[1:]) if handle.startswith("#") else ids.get(handle)


async def on_call_now(tx: Tx, posture: Posture, now: datetime) -> list[OnCall]:
    """For every schedule of the posture, in its order; one statement, and one more where somebody stays for long."""
    near = await tx.slots.of_all(now, now + _NEAR)
    answers = {name: on_call(name, near.get(name, ()), now) for name in posture.schedules}
    unsure = [name for name, one in answers.items() if one.following is None or one.following.start >= now + _NEAR]
    if unsure:
        far = await tx.slots.of_all(now, now + AHEAD, unsure if len(unsure) <= 200 else None)
        answers |= {name: on_call(name, far.get(name, ()), now, now + KNOWN) for name in unsure}
    return list(answers.values())


async def plan_in(tx: Tx, schedule: Schedule, start: datetime, end: datetime) -> list[Slot]:
    """Every slot of one schedule that overlaps [start, end); past the rows the calculus makes them (`id` 0)."""
    rows = await tx.slots.between(schedule.name, start, end)
    if not schedule.is_active:
        return rows
    horizon = await tx.slots.horizon(schedule.name)
    since = start if horizon is None else max(start, horizon)
    if since >= end:
        return rows
    ids = await ids_of(tx, schedule)
    beyond = [
        Slot(0, schedule.name, person, shift.start, shift.end, shift.layer)
        for shift in shifts(schedule, since, end)
        if (person := person_of(shift.handle, ids)) is not None
    ]
    return sorted([*rows, *beyond], key=lambda slot: (slot.start, slot.layer, slot.id))


async def materialise(
    tx: Tx, schedule: Schedule, ids: Mapping[str, PersonId], now: datetime, ahead: timedelta = AHEAD
) -> bool:
    """Makes the rows from `now` on what the schedule says. Rows that are right already are left alone.

    The horizon moves by whole days, so that a second time on the same day finds nothing to do; what was extended
    further stays. Slots begin at whole seconds, as handoffs and overrides do: nobody is missing for a fraction of one.
    What is there stays, too, as long as nothing was read of where the rota is kept.
    Answers whether anything was changed.
    """
    if schedule.source is not None and schedule.is_active and not schedule.layers:
        return False
    now = now.replace(microsecond=0)
    end = (now + ahead + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = [row for row in await tx.slots.between(schedule.name, now, now + FURTHEST) if not row.is_override]
    if schedule.is_active:
        end = max([end, *(row.end for row in rows)])
    wanted = [
        Slot(0, schedule.name, person, shift.start, shift.end, shift.layer)
        for shift in shifts(schedule, now, end)
        if (person := person_of(shift.handle, ids)) is not None
    ]
    since = _first_difference(_stretches(rows, now), wanted)
    if since is None:
        return False
    # a coming slot that grows or shrinks is written anew as one; the running one is only cut or added to
    since = next((row.start for row in rows if now < row.start < since <= row.end), since)
    later = [replace(slot, start=max(slot.start, since)) for slot in wanted if slot.end > since]
    await tx.slots.replace(schedule.name, since, later)
    return True


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
