"""Swaps and covers: one asks, another says yes, and overrides are made in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.oncall import Slot, stretches, uncovered
from bot.domain.people import Actor, Person, PersonId, Standing
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, interval, stamp
from bot.domain.swaps import Swap, SwapState, answered, part_of
from bot.ports import Tx
from bot.usecases.edits import Edit, editing, span

#: So long is looked for the end of a stretch.
_LOOK = timedelta(weeks=9)


async def ask(bot: Bot, schedule: str, mine: datetime, theirs: datetime, by: Actor, now: datetime) -> Changed:
    """Asks for the stretch that holds at `theirs` in exchange for one's own that holds at `mine`."""
    me = _person(by)

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now)
        given, taken = await _stretch(edit, mine), await _stretch(edit, theirs)
        if given.person_id != me.id:
            raise await _not_mine(edit, given)
        if taken.person_id == me.id:
            raise Refusal("already_on_call", schedule=schedule, person=me.name)
        other = await edit.stand_in(taken.person_id)
        new = Swap(0, schedule, me.id, other.id, given.start, given.end, taken.start, taken.end, now)
        asked = await tx.swaps.add(new)
        times = {**span(given.start, given.end), **_taken(asked)}
        edit.tell(other, "swap_asked", asked.id, swap=asked.id, person=me.name, **times)
        await edit.finish("ask for a swap", [], [])
        return Changed("swap_asked", {"swap": asked.id, "schedule": schedule, "person": other.name})

    return await bot.write(work)


async def cover(bot: Bot, schedule: str, start: datetime, end: datetime, by: Actor, now: datetime) -> Changed:
    """Asks everybody on the roster to take [start, end), which is one's own; the first yes takes it."""
    me = _person(by)

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now)
        since, until = interval(start, end, now.replace(microsecond=0))
        held = await edit.held(since, until)
        if uncovered(held, since, until) or any(slot.person_id != me.id for slot in held):
            raise await _not_mine(edit, *held)
        asked = await tx.swaps.add(Swap(0, schedule, me.id, None, since, until, None, None, now))
        people = [person for person in await _roster(edit) if person.id != me.id]
        for person in people:
            edit.tell(person, "cover_asked", asked.id, swap=asked.id, person=me.name, **span(since, until))
        await edit.finish("ask for cover", [], [])
        return Changed("cover_asked", {"swap": asked.id, "schedule": schedule, "people": len(people)})

    return await bot.write(work)


async def accept(
    bot: Bot, swap_id: int, by: Actor, now: datetime, start: datetime | None = None, end: datetime | None = None
) -> Changed:
    """Says yes. Of a cover a part may be taken, from `start` to `end`; what is left still waits.

    Refuses what was changed since it was asked: nobody is put on call, or taken off it, unasked.
    """
    me = _person(by)

    async def work(tx: Tx) -> Changed:
        edit, asked = await _waiting(bot, tx, swap_id, by, now)
        await _check_asked(edit, asked, me)
        taken, left = part_of(asked, start, end, now.replace(microsecond=0))
        asker = await (tx.people.get if asked.cover else edit.stand_in)(
            asked.asked_by_id
        )  # who only gives may have left
        await edit.stand_in(me.id)
        before = await _still(edit, asker.id, taken.gives_start, taken.gives_end)
        intervals = [(taken.gives_start, taken.gives_end)]
        if taken.takes_start is not None and taken.takes_end is not None:
            back = max(taken.takes_start, now.replace(microsecond=0)), taken.takes_end
            before += await _still(edit, me.id, *back)
            intervals.append(back)
            await edit.put(asker.id, *back)
        await edit.put(me.id, taken.gives_start, taken.gives_end)
        await tx.swaps.save(answered(taken, SwapState.ACCEPTED, me.id, now))
        for rest in left:
            await tx.swaps.add(rest)
        times = {**span(taken.gives_start, taken.gives_end), **_taken(taken)}
        rest_spans = [[stamp(rest.gives_start), stamp(rest.gives_end)] for rest in left]
        edit.tell(asker, "swap_accepted", asked.id, person=me.name, rest=rest_spans, **times)
        edit.tell(me, "swap_taken", asked.id, person=asker.name, **times)
        await edit.finish("cover" if asked.cover else "swap", intervals, before)
        if asked.cover:
            data = {"schedule": asked.schedule, "person": asker.name, "left": bool(left)}
            return Changed("covered", {**data, **span(taken.gives_start, taken.gives_end)})
        return Changed("swapped", {"schedule": asked.schedule, "person": asker.name})

    return await bot.write(work)


async def decline(bot: Bot, swap_id: int, by: Actor, now: datetime) -> Changed:
    """Says no. To a cover nobody needs to: it waits for the first yes."""
    me = _person(by)

    async def work(tx: Tx) -> Changed:
        edit, asked = await _waiting(bot, tx, swap_id, by, now)
        if asked.asked_of_id != me.id:
            raise await _not_asked(edit, asked)
        await tx.swaps.save(answered(asked, SwapState.DECLINED, me.id, now))
        asker = await tx.people.get(asked.asked_by_id)
        times = {**span(asked.gives_start, asked.gives_end), **_taken(asked)}
        edit.tell(asker, "swap_declined", asked.id, person=me.name, **times)
        await edit.finish("decline a swap", [], [])
        return Changed("swap_declined", {"schedule": asked.schedule, "person": asker.name})

    return await bot.write(work)


async def withdraw(bot: Bot, swap_id: int, by: Actor, now: datetime) -> Changed:
    """Takes back what one asked for oneself; admins take back anything."""
    me = _person(by)

    async def work(tx: Tx) -> Changed:
        edit, asked = await _waiting(bot, tx, swap_id, by, now)
        if asked.asked_by_id != me.id and me.standing is not Standing.ADMIN:
            asker = await tx.people.get(asked.asked_by_id)
            raise Refusal("not_asked", who_can=[asker.name])
        await tx.swaps.save(answered(asked, SwapState.WITHDRAWN, me.id, now))
        if asked.asked_of_id is not None:
            edit.tell(await tx.people.get(asked.asked_of_id), "swap_withdrawn", asked.id, person=me.name)
        await edit.finish("withdraw a swap", [], [])
        return Changed("swap_withdrawn", {"schedule": asked.schedule})

    return await bot.write(work)


async def open_for(bot: Bot, person: Person, now: datetime) -> list[Swap]:
    """What waits for this person's answer, and what they asked for themselves; oldest first."""

    async def work(tx: Tx) -> list[Swap]:
        waiting = [swap for swap in await tx.swaps.open() if not swap.over(now)]
        return [swap for swap in waiting if _concerns(bot, swap, person)]

    return await bot.db.read(work)


def _concerns(bot: Bot, swap: Swap, person: Person) -> bool:
    if person.id in (swap.asked_by_id, swap.asked_of_id):
        return True
    return swap.cover and person.named_in(_handles(bot, swap.schedule))


def _handles(bot: Bot, name: str) -> set[str]:
    """The roster: everybody a schedule names, and the team it belongs to."""
    posture = bot.posture()
    schedule = posture.schedules.get(name)
    if schedule is None:
        return set()
    team = posture.teams.get(schedule.team or "")
    return {*schedule.handles, *(team.members if team else ())}


async def _roster(edit: Edit) -> list[Person]:
    names = _handles(edit.bot, edit.schedule.name)
    by_handle = await edit.tx.people.by_handles({name for name in names if not name.startswith("#")})
    by_id = await edit.tx.people.many({int(name[1:]) for name in names if name.startswith("#")})
    people = {person.id: person for person in by_handle.values()} | by_id
    return sorted((person for person in people.values() if person.active), key=lambda person: person.id)


def _person(by: Actor) -> Person:
    """Who asks or answers; machines do neither."""
    if by.person is None:
        raise Refusal("not_asked", who_can=[])
    check_member(by.person)
    return by.person


async def _stretch(edit: Edit, at: datetime) -> Slot:
    """The stretch that holds at a moment, as far as it is still to come."""
    start = max(at, edit.now.replace(microsecond=0))
    held = next(iter(await edit.held(start, start + _LOOK)), None)
    if held is None or held.start > start or at < edit.now - _LOOK:
        raise Refusal("no_such_shift", schedule=edit.schedule.name)
    return held


async def _waiting(bot: Bot, tx: Tx, swap_id: int, by: Actor, now: datetime) -> tuple[Edit, Swap]:
    """The swap, and its schedule held; refuses one that was answered or whose time is over."""
    known = await tx.swaps.get(swap_id)
    if known is None:
        raise Refusal("no_such_swap")
    if over := known.over(now):
        raise Refusal("swap_over", state=over)
    return await editing(bot, tx, known.schedule, by, now), known


async def _check_asked(edit: Edit, asked: Swap, me: Person) -> None:
    if me.id != asked.asked_by_id and (asked.asked_of_id == me.id or (asked.cover and _may_cover(edit, me))):
        return
    raise await _not_asked(edit, asked)


def _may_cover(edit: Edit, me: Person) -> bool:
    return me.standing is Standing.ADMIN or me.named_in(_handles(edit.bot, edit.schedule.name))


async def _not_asked(edit: Edit, asked: Swap) -> Refusal:
    if asked.asked_of_id is not None:
        return Refusal("not_asked", who_can=[(await edit.tx.people.get(asked.asked_of_id)).name])
    who = [person.name for person in await _roster(edit) if person.id != asked.asked_by_id]
    return Refusal("not_asked", who_can=who)


async def _not_mine(edit: Edit, *held: Slot) -> Refusal:
    who = [person.name for person in (await edit.people(held)).values() if person.active]
    return Refusal("not_your_shift", schedule=edit.schedule.name, who_can=who)


async def _still(edit: Edit, person_id: PersonId, start: datetime, end: datetime) -> list[Slot]:
    """What somebody was to give, if they still hold all of it."""
    held: Sequence[Slot] = stretches(await edit.held(start, end), start, end)
    if start >= end or uncovered(held, start, end) or any(slot.person_id != person_id for slot in held):
        raise Refusal("shift_changed", schedule=edit.schedule.name)
    return list(held)


def _taken(swap: Swap) -> dict[str, object]:
    """What the asker gets for it, as data."""
    if swap.takes_start is None or swap.takes_end is None:
        return {}
    both = span(swap.takes_start, swap.takes_end)
    return {"takes_start": both["start"], "takes_end": both["end"]}
