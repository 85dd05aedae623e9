"""The form for a status update in words, which may also move the status."""

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
    status: str | None  # None: as it is


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.update_form(picture.incident, opened.write())


def read(values: Values) -> Form | Errors:
    text, status = values.text(names.IN_TEXT), values.choice(names.IN_STATUS)
    if not text:
        return {names.IN_TEXT: Refusal("text_missing", what="update")}
    return Form(text, None if status in ("", names.UNCHANGED) else status)


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    return await incidents.update(desk.bot, number_of(opened), form.text, by, desk.now, form.status)


MODAL = Modal(names.FORM_UPDATE, view, read, submit)
