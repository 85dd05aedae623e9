"""The form that resolves an incident with what fixed it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import lifecycle
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    text: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.resolve_form(picture.incident, opened.write())


def read(values: Values) -> Form | Errors:
    text = values.text(names.IN_TEXT)
    return Form(text) if text else {names.IN_TEXT: Refusal("text_missing", what="resolution")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    return await lifecycle.resolve(desk.bot, number_of(opened), form.text, by, desk.now)


MODAL = Modal(names.FORM_RESOLVE, view, read, submit)
