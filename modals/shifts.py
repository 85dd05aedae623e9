"""What the forms about shifts have in common: which schedule is proposed, and whose shifts it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.oncall import Slot
from bot.domain.people import Actor, Person
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.spelling import nearest
from bot.usecases import rotas
from modals.modal import Desk

#: So far ahead shifts are offered.
AHEAD = timedelta(weeks=8)


def member(by: Actor) -> Person:
    """Who opens it; guests are refused before they fill it in."""
    assert by.person is not None
    check_member(by.person)
    return by.person


def on_the_hour(now: datetime) -> datetime:
    """The next full quarter of an hour."""
    quarter = timedelta(minutes=15)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + -(-(now - day) // quarter) * quarter


def names_of(desk: Desk) -> list[str]:
    """Every schedule; a form needs one."""
    return sorted(desk.bot.posture().schedules, key=str.casefold)


async def proposed(desk: Desk, named: str, person: Person) -> str:
    """The schedule that was named; else the one this person is or will be on call for; else one that lists them."""
    known = desk.bot.posture().schedules
    if named in known:
        return named
    if named or not known:
        raise Refusal("unknown_schedule", given=named, nearest=nearest(named, known) or "")
    mine = await rotas.shifts_of(desk.bot, person, desk.now, desk.now + AHEAD)
    if mine and mine[0].schedule in known:
        return mine[0].schedule
    listed = [name for name, one in known.items() if person.named_in(one.handles)]
    return listed[0] if listed else names_of(desk)[0]


async def first_of(desk: Desk, schedule: str, person: Person) -> Slot | None:
    """This person's running or next shift."""
    return next((slot for slot in await held(desk, schedule) if slot.person_id == person.id), None)


async def held(desk: Desk, schedule: str) -> list[Slot]:
    """The stretches from now on."""
    return await rotas.plan(desk.bot, schedule, desk.now, desk.now + AHEAD)
