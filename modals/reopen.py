"""The form that opens a closed incident again."""

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
    reason: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.reopen_form(picture.incident, opened.write())


def read(values: Values) -> Form | Errors:
    reason = values.text(names.IN_REASON)
    return Form(reason) if reason else {names.IN_REASON: Refusal("reason_missing", verb="reopen")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    return await lifecycle.reopen(desk.bot, number_of(opened), form.reason, by, desk.now)


MODAL = Modal(names.FORM_REOPEN, view, read, submit)
