"""Time off that people tell the bot of: their turns pass to the next who is there, and come back when they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.bot import Bot
from bot.domain.absences import Absence, Moved, laid, moved
from bot.domain.oncall import Listed, Slot
from bot.domain.people import Actor, Person, PersonId, Standing
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed, interval, stamp
from bot.ports import Tx
from bot.usecases import readiness
from bot.usecases.edits import Edit, editing, span
from bot.usecases.notices import home_row, note_row
from bot.usecases.rotas import adopt
from bot.usecases.schedules import ids_of, materialise, told_by_handle

Interval = tuple[datetime, datetime]


async def away(bot: Bot, person_id: PersonId, start: datetime, end: datetime, by: Actor, now: datetime) -> Changed:
    """Somebody is not there during [start, end): in every rotation their turns pass on, and who gets them is told.

    Oneself, or anybody by an admin. What a sheet or a feed writes down stays, as overrides do: the answer names both.
    """

    async def work(tx: Tx) -> Changed:
        person = await _of(tx, person_id, by)
        since, until = interval(start, end, now.replace(microsecond=0))
        known = await tx.absences.coming(now, person.id)
        if any(one.since <= since and until <= one.until for one in known):
            raise Refusal("already_away", person=person.name)
        meet = [one for one in known if one.since <= until and since <= one.until]

        async def tell() -> None:
            """What meets another time is one with it: taken back, nothing of either is left."""
            told_by, at = by.person.id if by.person else None, now.replace(microsecond=0)
            first = min([since, *(max(one.since, at) for one in meet)])
            for one in meet:
                await tx.absences.end(one.id, at)
            last = max([until, *(one.until for one in meet)])
            await tx.absences.add(Absence(0, person.id, first, last, told_by, now))

        return await _relaid(bot, tx, person, (since, until), by, now, "away", tell)

    answer = await bot.write(work)
    await adopt(bot)
    return answer


async def back(bot: Bot, absence_id: int, by: Actor, now: datetime) -> Changed:
    """Somebody is there after all, from now on: the turns of the rest of the time are theirs again."""

    async def work(tx: Tx) -> Changed:
        known = await tx.absences.get(absence_id)
        if known is None or known.until <= now:
            raise Refusal("no_such_absence")
        person = await _of(tx, known.person_id, by)
        at = now.replace(microsecond=0)
        over = max(known.since, at), known.until
        return await _relaid(bot, tx, person, over, by, now, "back", lambda: tx.absences.end(known.id, at))

    answer = await bot.write(work)
    await adopt(bot)
    return answer


async def of(bot: Bot, person_id: PersonId, now: datetime) -> list[Absence]:
    """What somebody told of now and later, by time."""
    return await bot.db.read(lambda tx: tx.absences.coming(now, person_id))


async def _of(tx: Tx, person_id: PersonId, by: Actor) -> Person:
    """Whose time it is; refuses an actor whom it does not concern."""
    person = (await tx.people.many([person_id])).get(person_id)
    if person is None:
        raise Refusal("unknown_person", given=f"#{person_id}")
    if by.person is not None:
        check_member(by.person)
        if by.person.id != person.id and by.person.standing is not Standing.ADMIN:
            raise Refusal("not_your_time", person=person.name)
    return person


async def _relaid(
    bot: Bot, tx: Tx, person: Person, over: Interval, by: Actor, now: datetime, verb: str,
    change: Callable[[], Awaitable[None]],
) -> Changed:  # fmt: skip
    """Every schedule that names them, held by name in order, as it is before the change and after it."""
    schedules = bot.posture().schedules
    theirs = sorted(name for name, one in schedules.items() if person.named_in(one.handles))
    edits = [await editing(bot, tx, name, by, now, off=True) for name in theirs]
    before = {edit.schedule.name: await edit.held(*over) for edit in edits}
    await change()
    told = await told_by_handle(tx, now)
    changes: dict[str, list[Moved]] = {}
    kept: dict[str, list[Slot]] = {}
    for edit in edits:
        edit.schedule = laid(edit.schedule, told)
        await materialise(tx, edit.schedule, await ids_of(tx, edit.schedule), now)
        after = await edit.held(*over)
        changes[edit.schedule.name] = found = moved(before[edit.schedule.name], after, *over)
        kept[edit.schedule.name] = [slot for slot in after if slot.person_id == person.id]
        await _told(edit, person, found, verb)
        if found:
            await edit.finish(verb, [(one.start, one.end) for one in found], before[edit.schedule.name])
    await tx.outbox.put([home_row(person, now)] if person.slack_id else [])
    if by.person_id != person.id:
        data = {"by": by.person.name if by.person else by.label, "back": verb == "back", **span(*over)}
        note = note_row(person, "time_off_noted", str(stamp(now)), data, now)
        await tx.outbox.put([note] if note is not None else [])
    if verb == "away":
        await readiness.tell_new(bot, tx, theirs, now)
    return Changed(verb, _data(bot, person, over, by, changes, kept))


async def _told(edit: Edit, person: Person, found: Sequence[Moved], verb: str) -> None:
    """Everybody who gets a time or loses one, but whoever does it."""
    ids = {who for one in found for who in (one.before, one.after) if who is not None}
    ids -= {person.id, edit.by.person_id}
    for one in (await edit.tx.people.many(ids)).values():
        has = [[stamp(part.start), stamp(part.end)] for part in found if part.after == one.id]
        had = [[stamp(part.start), stamp(part.end)] for part in found if part.before == one.id]
        mark = f"{edit.schedule.name}/{verb}/{stamp(found[0].start)}/{stamp(edit.now)}"
        edit.tell(one, "turns_passed", mark, person=person.name, back=verb == "back", has=has, had=had)


def _data(
    bot: Bot, person: Person, over: Interval, by: Actor,
    changes: Mapping[str, Sequence[Moved]], kept: Mapping[str, Sequence[Slot]],
) -> dict[str, object]:  # fmt: skip
    schedules = bot.posture().schedules
    listed = {name for name, one in schedules.items() if any(isinstance(layer, Listed) for layer in one.layers)}
    nobody = [[name, stamp(one.start), stamp(one.end)] for name, found in changes.items() for one in found
              if one.after is None]  # fmt: skip
    return {
        "person": person.name,
        "own": by.person_id == person.id,
        **span(*over),
        "passed": [name for name, found in changes.items() if any(one.after for one in found)],
        "nobody": nobody,
        "listed": [name for name, slots in kept.items() if name in listed and slots],
        "placed": [name for name, slots in kept.items() if name not in listed and slots],
    }
