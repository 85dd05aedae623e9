"""The form that asks the roster to cover some of one's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import swaps
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import first_of, member, names_of, on_the_hour, proposed


@dataclass(frozen=True, slots=True)
class Form:
    schedule: str
    start: datetime
    end: datetime


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes the running or next shift of whoever opened it."""
    person = member(by)
    schedule = await proposed(desk, opened.schedule, person)
    mine = await first_of(desk, schedule, person)
    start = mine.start if mine and mine.start > desk.now else on_the_hour(desk.now)
    end = min(mine.end, start + timedelta(days=7)) if mine and mine.end > start else start + timedelta(hours=2)
    return shift_forms.cover_form(names_of(desk), schedule, start, end, opened.write())


def read(values: Values) -> Form | Errors:
    start, end = values.moment(names.IN_START), values.moment(names.IN_END)
    if start is None or end is None or end <= start:
        return {names.IN_END: Refusal("bad_interval", why="backwards")}
    return Form(values.choice(names.IN_SCHEDULE), start, end)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    del opened
    return await swaps.cover(desk.bot, form.schedule, form.start, form.end, by, desk.now)


MODAL = Modal(names.FORM_COVER, view, read, submit)
