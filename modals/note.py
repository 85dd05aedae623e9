"""The form that adds a line to the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import incidents
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    text: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.note_form(picture.incident, opened.write())


def read(values: Values) -> Form | Errors:
    text = values.text(names.IN_TEXT)
    return Form(text) if text else {names.IN_TEXT: Refusal("text_missing", what="note")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    return await incidents.note(desk.bot, number_of(opened), form.text, by, desk.now)


MODAL = Modal(names.FORM_NOTE, view, read, submit)
