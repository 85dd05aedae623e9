"""The form that asks somebody to swap shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import people, swaps
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import held, member, proposed


@dataclass(frozen=True, slots=True)
class Form:
    mine: datetime
    theirs: datetime


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """The person's own shifts of one schedule, and those of everybody else on it."""
    person = member(by)
    schedule = await proposed(desk, opened.schedule, person)
    slots = await held(desk, schedule)
    mine = [slot for slot in slots if slot.person_id == person.id]
    theirs = [slot for slot in slots if slot.person_id != person.id]
    known = await people.many(desk.bot, {slot.person_id for slot in slots})
    if not mine or not theirs:
        raise Refusal("nothing_to_swap", schedule=schedule, mine=bool(mine))
    carried = Opened(channel=opened.channel, schedule=schedule).write()
    return shift_forms.swap_form(schedule, mine, theirs, known, ZoneInfo(person.zone), carried)


def read(values: Values) -> Form | Errors:
    mine, theirs = values.choice(names.IN_MINE), values.choice(names.IN_THEIRS)
    if not mine or not theirs:
        return {names.IN_THEIRS: Refusal("no_such_shift", schedule="")}
    return Form(datetime.fromtimestamp(int(mine), UTC), datetime.fromtimestamp(int(theirs), UTC))


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    return await swaps.ask(desk.bot, opened.schedule, form.mine, form.theirs, by, desk.now)


MODAL = Modal(names.FORM_SWAP, view, read, submit)
