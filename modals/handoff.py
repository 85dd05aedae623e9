"""The form that hands the running shift to somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.usecases import pictures, shifts
from bot.views import names, shift_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import member, names_of, proposed


@dataclass(frozen=True, slots=True)
class Form:
    schedule: str
    slack_id: str
    at: datetime | None


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes whoever would be next."""
    schedule = await proposed(desk, opened.schedule, member(by))
    answers, people = await pictures.on_call(desk.bot, desk.now)
    answer = next(one for one in answers if one.schedule == schedule)
    holder = people.get(answer.slot.person_id) if answer.slot else None
    following = people.get(answer.following.person_id) if answer.following else None
    slack_id = (following.slack_id or "") if following and following != holder else ""
    return shift_forms.handoff_form(names_of(desk), schedule, holder.name if holder else "", slack_id, opened.write())


def read(values: Values) -> Form | Errors:
    slack_id = values.person(names.IN_PERSON)
    if not slack_id:
        return {names.IN_PERSON: Refusal("unknown_person", given="")}
    return Form(values.choice(names.IN_SCHEDULE), slack_id, values.moment(names.IN_START))


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    del opened
    person = await desk.find(form.slack_id)
    return await shifts.handoff(desk.bot, form.schedule, person.id, by, desk.now, form.at)


MODAL = Modal(names.FORM_HANDOFF, view, read, submit)
