"""The form that hands an incident to somebody, who is paged."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import responders
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    slack_id: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.assign_form(picture.incident, opened.write())


def read(values: Values) -> Form | Errors:
    slack_id = values.person(names.IN_PERSON)
    return Form(slack_id) if slack_id else {names.IN_PERSON: Refusal("unknown_person", given="")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    person = await desk.find(form.slack_id)
    return await responders.assign(desk.bot, number_of(opened), person.id, by, desk.now)


MODAL = Modal(names.FORM_ASSIGN, view, read, submit)
