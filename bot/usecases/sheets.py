"""A rota that is kept in a spreadsheet: taken over where every row can be read, else the last good copy stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.bot import Bot
from bot.domain.oncall import Line, Listed, Origin, Schedule
from bot.domain.people import SYSTEM, Person, PersonId, Standing
from bot.domain.rota import stamp
from bot.domain.sheet import TIME_FORMAT, Fault, Rows, Sheet, SheetContact, read
from bot.ports import Tx
from bot.usecases import rotas
from bot.usecases.handover import handed_over
from bot.usecases.notices import note_row

#: What the schedule of the spreadsheet is called. It is of the team that owns the default service.
NAME = "sheet"
_BROKEN, _MENDED = "sheet/broken", "sheet/mended"  # marks: since when


async def take(
    bot: Bot, schedule: Rows, contacts: Rows, now: datetime, zone: str = "UTC", time_format: str = TIME_FORMAT
) -> tuple[Fault, ...]:
    """Puts the worksheets in force, or answers all that is in the way and changes nothing.

    What is in force already is not written again: most looks find nothing new, and pages wait for no transaction.
    """
    sheet = read(schedule, contacts, ZoneInfo(zone), time_format)
    if sheet.faults:
        return sheet.faults
    ids, faults = await bot.db.read(lambda tx: _people(tx, sheet.contacts))
    if faults:
        return tuple(faults)
    posture = bot.posture()
    before = posture.schedules.get(NAME)
    if before is not None and before.origin is not Origin.SHEET:
        return (Fault("", 0, "", "taken", NAME),)
    team = posture.team_of(posture.default_service)
    layer = Listed(tuple(_by_id(sheet, ids)))
    made = Schedule(NAME, (layer,), team=team.name if team else None, origin=Origin.SHEET)
    if numbers := await bot.db.read(lambda tx: _phones(tx, sheet.contacts, ids)):
        await bot.write(lambda tx: _save(tx, numbers))
    if before != made:
        await rotas.keep(bot, made, SYSTEM, now)
        await handed_over(bot, NAME, now)  # who comes next in a row is known to the posture, which has it from here on
    return ()


def _by_id(sheet: Sheet, ids: dict[str, PersonId]) -> Iterable[Line]:
    return (replace(line, assignees=tuple(f"#{ids[name]}" for name in line.assignees)) for line in sheet.lines)


async def _people(tx: Tx, contacts: Iterable[SheetContact]) -> tuple[dict[str, PersonId], list[Fault]]:
    """Who each contact is: by mail address, else by a name that one person alone has."""
    people = [person for person in await tx.people.all() if person.active]
    found: dict[str, PersonId] = {}
    faults: list[Fault] = []
    for one in contacts:
        person = await tx.people.by_email(one.email) if one.email else _named(people, one.name)
        if person is None or not person.active:
            column = "email" if one.email else "name"
            faults.append(Fault("contacts", one.row, column, "unknown", one.email or one.name))
        else:
            found[one.name] = person.id
    return found, faults


def _named(people: Iterable[Person], name: str) -> Person | None:
    same = [person for person in people if name.casefold() in (person.name.casefold(), person.handle)]
    return same[0] if len(same) == 1 else None


async def _phones(tx: Tx, contacts: Iterable[SheetContact], ids: dict[str, PersonId]) -> dict[PersonId, str]:
    """Numbers of the sheet for people of whom no other is known."""
    people = await tx.people.many(ids.values())
    return {ids[one.name]: one.phone for one in contacts if one.phone and people[ids[one.name]].phone is None}


async def _save(tx: Tx, numbers: dict[PersonId, str]) -> None:
    for person in (await tx.people.many(numbers)).values():
        await tx.people.save(replace(person, phone=numbers[person.id]))


async def tell(bot: Bot, faults: Sequence[Fault], now: datetime, *, more: bool = False) -> None:
    """Tells admins once that the sheet is not followed, again where `more` is wrong, and once that it is mended."""

    async def work(tx: Tx) -> None:
        broken, mended = await tx.marks.get(_BROKEN), await tx.marks.get(_MENDED)
        lasts = broken is not None and (mended is None or mended < broken)
        if faults:
            told = await tx.marks.get(_told(faults))  # perhaps by another replica
            if lasts and (not more or (told is not None and broken is not None and told >= broken)):
                return
            await tx.marks.set(_told(faults), now)
        if bool(faults) is not lasts:
            await tx.marks.set(_BROKEN if faults else _MENDED, now)
        elif not faults:
            return
        code, data = ("sheet_broken", {"faults": [asdict(one) for one in faults]}) if faults else ("sheet_mended", {})
        admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
        rows = [note_row(admin, code, str(stamp(now)), data, now) for admin in admins]
        await tx.outbox.put([row for row in rows if row is not None])

    await bot.write(work)


def _told(faults: Sequence[Fault]) -> str:
    """The mark of these faults."""
    return f"sheet/told/{sha256(repr(sorted(map(repr, faults))).encode()).hexdigest()[:16]}"
