"""The form that puts somebody on call for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import shifts
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import first_of, member, names_of, on_the_hour, proposed

#: What is proposed where the person has no shift of their own.
_USUAL = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Form:
    schedule: str
    slack_id: str
    start: datetime
    end: datetime


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes the person's own running or next shift."""
    person = member(by)
    schedule = await proposed(desk, opened.schedule, person)
    mine = await first_of(desk, schedule, person)
    start = mine.start if mine and mine.start > desk.now else on_the_hour(desk.now)
    end = mine.end if mine and start < mine.end <= start + timedelta(days=14) else start + _USUAL
    return shift_forms.override_form(names_of(desk), schedule, "", start, end, opened.write())


def read(values: Values) -> Form | Errors:
    slack_id, start, end = values.person(names.IN_PERSON), values.moment(names.IN_START), values.moment(names.IN_END)
    errors: dict[str, Refusal] = {} if slack_id else {names.IN_PERSON: Refusal("unknown_person", given="")}
    if start is None or end is None or end <= start:
        return errors | {names.IN_END: Refusal("bad_interval", why="backwards")}
    return errors or Form(values.choice(names.IN_SCHEDULE), slack_id, start, end)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    del opened
    person = await desk.find(form.slack_id)
    return await shifts.override(desk.bot, form.schedule, person.id, form.start, form.end, by, desk.now)


MODAL = Modal(names.FORM_OVERRIDE, view, read, submit)
