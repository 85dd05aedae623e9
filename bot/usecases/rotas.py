"""Schedules as wholes: extended, made anew, switched on and off, kept from elsewhere; and what is read of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.bot import Bot
from bot.domain.fairness import Load, loads
from bot.domain.oncall import Origin, Rotation, Schedule, Slot, moved_on, of_one_person, shifts, stretches
from bot.domain.oncall.written import from_json, to_json
from bot.domain.people import Actor, Person, PersonId
from bot.domain.readiness import AHEAD as SOON
from bot.domain.refusals import Refusal
from bot.domain.rota import FURTHEST, Changed, Entry, check_admin, stamp
from bot.domain.spelling import nearest
from bot.ports import Tx
from bot.usecases import readiness
from bot.usecases.edits import Edit, editing
from bot.usecases.following import follow
from bot.usecases.schedules import (
    AHEAD,
    ids_of,
    in_force,
    materialise,
    merged,
    person_of,
    plan_in,
    told_by_handle,
    with_told,
)
from bot.usecases.turns import look


async def extend(bot: Bot, by: Actor, now: datetime, schedule: str | None = None, weeks: int = 8) -> Changed:
    """Makes the slots of one schedule, or of each, so many weeks ahead of now; what is further already stays."""
    check_admin(by)
    if not 1 <= weeks <= FURTHEST.days // 7:
        raise Refusal("bad_interval", why="weeks")
    names = [schedule] if schedule is not None else list(bot.posture().schedules)
    for name in names:

        async def work(tx: Tx, name: str = name) -> None:
            edit = await editing(bot, tx, name, by, now, off=schedule is None)
            ids = await ids_of(tx, edit.schedule)
            if await materialise(tx, edit.schedule, ids, now, timedelta(weeks=weeks)):
                await edit.journal("extend", None, {"weeks": weeks})

        await bot.write(work)
    return Changed("extended", {"schedules": len(names), "until": stamp(now + timedelta(weeks=weeks))})


async def regenerate(bot: Bot, schedule: str, since: datetime, by: Actor, now: datetime) -> Changed:
    """Makes the slots anew from a point on, as the schedule says; overrides stay."""
    check_admin(by)

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now)
        if edit.schedule.source is not None and not edit.schedule.layers:  # nothing was read: nothing can be made
            raise Refusal("comes_from", schedule=schedule, origin=edit.schedule.origin.value)
        start = max(since, now.replace(microsecond=0))
        end = max(now + AHEAD, await tx.slots.horizon(schedule) or now)
        if start >= end:
            raise Refusal("bad_interval", why="too_far")
        before = await edit.held(start, end)
        await tx.slots.replace(schedule, start, await _made(edit, start, end))
        await edit.finish("regenerate", [(start, end)], before)
        return Changed("regenerated", {"schedule": schedule, "since": stamp(start)})

    return await bot.write(work)


async def _made(edit: Edit, start: datetime, end: datetime) -> list[Slot]:
    ids = await ids_of(edit.tx, edit.schedule)
    return [
        Slot(0, shift.schedule, person, shift.start, shift.end, shift.layer)
        for shift in shifts(edit.schedule, start, end)
        if (person := person_of(shift.handle, ids)) is not None
    ]


async def deactivate(bot: Bot, schedule: str, by: Actor, now: datetime) -> Changed:
    """Nobody is on call by it from now on; its coming overrides go too."""
    check_admin(by)

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now, off=True)
        if not edit.schedule.is_active:
            raise Refusal("same_activity", schedule=schedule, active=False)
        at = now.replace(microsecond=0)
        running = await edit.held(at, at + timedelta(seconds=1))
        overrides = await tx.slots.clear(schedule, at)
        await tx.rotas.set_off(schedule, True)
        for person in (await edit.people(running)).values():
            edit.tell(person, "schedule_off", stamp(now))
        await edit.finish("deactivate", [], running)
        return Changed("deactivated", {"schedule": schedule, "overrides": overrides})

    return await bot.write(work)


async def activate(bot: Bot, schedule: str, by: Actor, now: datetime) -> Changed:
    """It makes slots again. One that its own source switches off is switched on there."""
    check_admin(by)

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now, off=True)
        declared = bot.posture().schedules[schedule]
        if not declared.is_active:
            raise Refusal("comes_from", schedule=schedule, origin=declared.origin.value)
        if edit.schedule.is_active:
            raise Refusal("same_activity", schedule=schedule, active=True)
        await tx.rotas.set_off(schedule, False)
        edit.schedule = await in_force(tx, declared, now)
        await materialise(tx, edit.schedule, await ids_of(tx, declared), now)
        await edit.finish("activate", [(now, now + timedelta(days=7))], [])
        return Changed("activated", {"schedule": schedule})

    return await bot.write(work)


async def keep(bot: Bot, schedule: Schedule, by: Actor, now: datetime) -> Changed:
    """Takes over a schedule that no posture declares: its definition, its slots, and its place in the posture in force.

    Refuses one whose name the posture has, or another origin: edits there would be overwritten.
    """
    check_admin(by)
    known = bot.posture().schedules.get(schedule.name)
    if schedule.origin is Origin.POSTURE or (known is not None and known.origin is not schedule.origin):
        origin = known.origin if known is not None else schedule.origin
        raise Refusal("comes_from", schedule=schedule.name, origin=origin.value)

    async def work(tx: Tx) -> Changed:
        await tx.slots.hold(schedule.name)
        rota = await tx.rotas.get(schedule.name)
        edit = Edit(bot, tx, await in_force(tx, schedule, now), by, now)
        definition = to_json(schedule)
        if rota.definition != definition:
            await tx.rotas.define(schedule.name, definition)
        changed = await materialise(tx, edit.schedule, await ids_of(tx, schedule), now)
        before = from_json(schedule.name, rota.definition) if rota.definition else None
        if before is not None and moved_on(before, schedule, now):
            await look(tx, now, [schedule.name])
            await tx.outbox.put(await follow(tx, bot.posture().schedules, [schedule.name], now))
        elif changed or rota.definition != definition:
            await edit.journal("keep", rota.definition, definition)
            await edit.settle()
        return Changed("kept", {"schedule": schedule.name, "origin": schedule.origin.value})

    answer = await bot.write(work)
    await adopt(bot)
    if not shifts(schedule, now, now + SOON):  # somebody emptied it, or shared something else
        await bot.write(lambda tx: readiness.tell_new(bot, tx, [schedule.name], now))
    return answer


async def adopt(bot: Bot) -> None:
    """Puts in force what is kept beside the posture, also by another replica."""
    posture = bot.posture()
    declared = {
        name: one if one.source is None else replace(one, layers=())
        for name, one in posture.schedules.items()
        if one.origin is Origin.POSTURE or one.source is not None
    }
    teams = {
        name: replace(team, schedules=tuple(one for one in team.schedules if one in declared))
        for name, team in posture.teams.items()
    }
    rotas = await bot.db.read(lambda tx: tx.rotas.kept())
    told = await bot.db.read(lambda tx: told_by_handle(tx, bot.clock.now()))
    whole = with_told(merged(replace(posture, schedules=declared, teams=teams), rotas), told)
    if whole != posture:
        bot.adopt(whole)


# --- what is read


async def plan(bot: Bot, schedule: str, start: datetime, end: datetime) -> list[Slot]:
    """The stretches of one schedule, overrides laid over; past the rows the calculus answers (`id` 0)."""
    declared = _known(bot, schedule)

    async def work(tx: Tx) -> list[Slot]:
        known = await in_force(tx, declared, start)
        return stretches(await plan_in(tx, known, start, end), start, end)

    return await bot.db.read(work)


async def shifts_of(bot: Bot, person: Person, start: datetime, end: datetime) -> list[Slot]:
    """When somebody is on call, by every schedule, in order of time; as far as slots are rows."""
    return await bot.db.read(lambda tx: shifts_in(tx, person, start, end))


async def shifts_in(tx: Tx, person: Person, start: datetime, end: datetime) -> list[Slot]:
    """Within a transaction. What others override is left out, however many rows say it."""
    names = {slot.schedule for slot in await tx.slots.of_person(person.id, start, end)}
    by_name = await tx.slots.of_all(start, end, names) if names else {}
    found = [slot for slots in by_name.values() for slot in of_one_person(stretches(slots, start, end))]
    return sorted((slot for slot in found if slot.person_id == person.id), key=lambda one: (one.start, one.schedule))


async def fairness(bot: Bot, schedule: str, days: int, now: datetime) -> dict[PersonId, Load]:
    """Hours, nights and weekends of the last so many days, by person, the most loaded first."""
    declared = _known(bot, schedule)

    async def work(tx: Tx) -> dict[PersonId, Load]:
        start = now - timedelta(days=days)
        held = stretches(await tx.slots.between(schedule, start, now), start, now)
        people = await tx.people.many({slot.person_id for slot in held})
        return loads(held, {one.id: one.zone for one in people.values()}, free_days(declared))

    return await bot.db.read(work)


def free_days(schedule: Schedule) -> frozenset[date]:
    """The holidays of its rotations."""
    return frozenset().union(*(layer.holidays for layer in schedule.layers if isinstance(layer, Rotation)))


async def journal(bot: Bot, schedule: str, limit: int = 50) -> list[Entry]:
    """The administration of one schedule, newest first."""
    _known(bot, schedule)
    return await bot.db.read(lambda tx: tx.administration.of(f"schedule/{schedule}", limit))


def _known(bot: Bot, name: str) -> Schedule:
    schedules = bot.posture().schedules
    if name not in schedules:
        raise Refusal("unknown_schedule", given=name, nearest=nearest(name, schedules) or "")
    return schedules[name]
