"""The form that takes the code by which an address is proven."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.own import Done
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import contacts
from bot.views import names, own_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View


@dataclass(frozen=True, slots=True)
class Form:
    code: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    del desk, by
    return own_forms.code_form(private_metadata=opened.write())


def read(values: Values) -> Form | Errors:
    code = values.text(names.IN_CODE)
    return Form(code) if code else {names.IN_CODE: Refusal("text_missing", what="code")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Done:
    del opened
    return await contacts.prove(desk.bot, form.code, by, desk.now)


MODAL = Modal(names.FORM_CODE, view, read, submit)
