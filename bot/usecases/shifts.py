"""Handoffs and overrides: a person puts somebody in the place of whoever would be on call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.absences import Moved, moved
from bot.domain.oncall import Slot, boundary
from bot.domain.people import Actor, Person, PersonId
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.rota import FURTHEST, Changed, interval, stamp
from bot.ports import Tx
from bot.usecases.edits import Edit, editing, span

#: So far is looked for the end of whoever is on call.
_LOOK = timedelta(weeks=9)


async def handoff(
    bot: Bot, schedule: str, to: PersonId, by: Actor, now: datetime, at: datetime | None = None
) -> Changed:
    """The running slot ends now, or at a time, and an override of `to` begins.

    The rotation resumes at its next boundary; where an override runs, that is its end.
    """

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now)
        start = now.replace(microsecond=0) if at is None else at
        if start < now.replace(microsecond=0):
            raise Refusal("bad_interval", why="past")
        if start - now > FURTHEST:
            raise Refusal("bad_interval", why="too_far")
        running = next(iter(await edit.held(start, start + _LOOK)), None)
        if running is None or running.start > start:
            raise Refusal("nobody_on_call", schedule=schedule)
        ends = None if running.is_override else boundary(edit.schedule, start)
        end = min(running.end, ends) if ends is not None else running.end
        person = await edit.stand_in(to)
        before = await edit.allow(to, start, end)
        await _put(edit, "handoff", person, (start, end), before)
        outgoing = (await edit.people(before))[running.person_id].name
        data = {"schedule": schedule, "person": person.name, "before": outgoing, **span(start, end)}
        return Changed("handed_off", data)

    return await bot.write(work)


async def override(
    bot: Bot, schedule: str, person_id: PersonId, start: datetime, end: datetime, by: Actor, now: datetime
) -> Changed:
    """Puts a person on call for [start, end), whoever it would be; what is past of it is left out."""

    async def work(tx: Tx) -> Changed:
        edit = await editing(bot, tx, schedule, by, now)
        since, until = interval(start, end, now.replace(microsecond=0))
        person = await edit.stand_in(person_id)
        before = await edit.allow(person_id, since, until)
        await _put(edit, "override", person, (since, until), before)
        return Changed("overridden", {"schedule": schedule, "person": person.name, **span(since, until)})

    return await bot.write(work)


async def _put(edit: Edit, verb: str, person: Person, over: tuple[datetime, datetime], before: Sequence[Slot]) -> None:
    """The override, and a message to everybody whose time it is or was."""
    start, end = over
    slot = await edit.put(person.id, start, end, edit.by.person_id)
    others = [one for one in (await edit.people(before)).values() if one.id != person.id]
    edit.tell(person, "shift_taken", slot.id, **span(start, end), people=[one.name for one in others])
    gone = moved(before, await edit.held(start, end), start, end)
    for other in others:
        parts = _times([one for one in gone if one.before == other.id])
        edit.tell(other, "shift_given", slot.id, parts=parts, person=person.name)
    await edit.finish(verb, [over], before)


def _times(found: Sequence[Moved]) -> list[list[int]]:
    """As data of notices: nobody is told of a time that is not theirs."""
    return [[stamp(one.start), stamp(one.end)] for one in found]


async def remove_override(bot: Bot, slot_id: int, by: Actor, now: datetime) -> Changed:
    """Ends an override, as far as it is still to come; whoever would be on call without it is again.

    Whoever has the time may do it, and whoever placed it.
    """

    async def work(tx: Tx) -> Changed:
        known = await tx.slots.get(slot_id)
        if known is None or not known.is_override or known.end <= now:
            raise Refusal("no_such_override")
        edit = await editing(bot, tx, known.schedule, by, now)
        start, end = max(known.start, now.replace(microsecond=0)), known.end
        whole = await edit.held(start, end)
        before = [slot for slot in whole if slot.id == known.id]
        person = await tx.people.get(known.person_id)
        if by.person is not None:
            check_member(by.person)
        theirs = (known.person_id, await tx.slots.placed_by(known.id))
        if by.person is None or by.person.id not in theirs or not before:
            await edit.allow(-1, start, end)
        await tx.slots.cut(known.id, start)
        gone = moved(whole, await edit.held(start, end), start, end)
        if gone:
            edit.tell(person, "shift_removed", known.id, parts=_times(gone))
        for other in (await tx.people.many({one.after for one in gone if one.after is not None})).values():
            parts = _times([one for one in gone if one.after == other.id])
            edit.tell(other, "shift_taken", f"{known.id}/back", parts=parts, people=[person.name])
        await edit.finish("remove override", [(start, end)], before)
        data = {"schedule": known.schedule, "person": person.name, **span(start, end)}
        return Changed("override_removed", data)

    return await bot.write(work)
