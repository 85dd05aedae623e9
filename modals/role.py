"""The form that gives somebody a role."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.incident import Role
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import responders
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of

#: Roles that one person holds; everybody on the incident is a responder.
ROLES = tuple(role for role in Role if role is not Role.RESPONDER)


@dataclass(frozen=True, slots=True)
class Form:
    role: str
    slack_id: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    """Proposes the person who opened it."""
    assert by.person is not None
    picture = await desk.picture(opened.number, by)
    return forms.role_form(picture.incident, ROLES, by.person.slack_id or "", opened.write())


def read(values: Values) -> Form | Errors:
    role, slack_id = values.choice(names.IN_ROLE), values.person(names.IN_PERSON)
    return Form(role, slack_id) if slack_id else {names.IN_PERSON: Refusal("unknown_person", given="")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    person = await desk.find(form.slack_id)
    return await responders.give_role(desk.bot, number_of(opened), form.role, person.id, by, desk.now)


MODAL = Modal(names.FORM_ROLE, view, read, submit)
