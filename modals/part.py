"""The form that takes a part of a cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import people, swaps
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import member


@dataclass(frozen=True, slots=True)
class Form:
    start: datetime
    end: datetime


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes the whole of it; `opened.number` is the request's."""
    person = member(by)
    waiting = await swaps.open_for(desk.bot, person, desk.now)
    asked = next((one for one in waiting if one.id == opened.number), None)
    if asked is None:
        raise Refusal("swap_over", state="")
    known = await people.many(desk.bot, {asked.asked_by_id})
    return shift_forms.part_form(asked, known[asked.asked_by_id].name, desk.now, opened.write())


def read(values: Values) -> Form | Errors:
    start, end = values.moment(names.IN_START), values.moment(names.IN_END)
    if start is None or end is None or end <= start:
        return {names.IN_END: Refusal("bad_interval", why="backwards")}
    return Form(start, end)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    return await swaps.accept(desk.bot, opened.number or 0, by, desk.now, form.start, form.end)


MODAL = Modal(names.FORM_PART, view, read, submit)
