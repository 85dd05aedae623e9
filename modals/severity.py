"""The form that changes the severity; its rules apply at once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor
from bot.usecases import incidents
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    severity: str
    reason: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.severity_form(picture.incident, list(desk.bot.posture().severities.values()), opened.write())


def read(values: Values) -> Form | Errors:
    return Form(values.choice(names.IN_SEVERITY), values.text(names.IN_REASON))


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    return await incidents.set_severity(desk.bot, number_of(opened), form.severity, by, desk.now, form.reason)


MODAL = Modal(names.FORM_SEVERITY, view, read, submit)
