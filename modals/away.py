"""The form by which somebody tells that they are away for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.domain.walltime import moment, on_wall
from bot.usecases import absences
from bot.views import absences as views
from bot.views import names
from modals.modal import Desk, Errors, Modal, Opened, Values, View
from modals.shifts import member


@dataclass(frozen=True, slots=True)
class Form:
    slack_id: str
    start: datetime
    end: datetime


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes oneself, and tomorrow on one's own clock."""
    person = member(by)
    zone = ZoneInfo(person.zone)
    tomorrow = on_wall(desk.now, zone).date() + timedelta(days=1)
    start, end = (moment(datetime.combine(tomorrow + timedelta(days=n), time(0)), zone) for n in (0, 1))
    return views.away_form(person.slack_id or "", start, end, opened.write())


def read(values: Values) -> Form | Errors:
    slack_id, start, end = values.person(names.IN_PERSON), values.moment(names.IN_START), values.moment(names.IN_END)
    errors: dict[str, Refusal] = {} if slack_id else {names.IN_PERSON: Refusal("unknown_person", given="")}
    if start is None or end is None or end <= start:
        return errors | {names.IN_END: Refusal("bad_interval", why="backwards")}
    return errors or Form(slack_id, start, end)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Changed:
    del opened
    person = await desk.find(form.slack_id)
    return await absences.away(desk.bot, person.id, form.start, form.end, by, desk.now)


MODAL = Modal(names.FORM_AWAY, view, read, submit)
