"""The form that adds a phone or a mail address; the one for its code takes its place."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.contacts import kind_of
from bot.domain.own import Done
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.usecases import contacts
from bot.views import names, own_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View


@dataclass(frozen=True, slots=True)
class Form:
    address: str


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    del desk, by
    return own_forms.contact_form(opened.write())


def read(values: Values) -> Form | Errors:
    address = values.text(names.IN_ADDRESS)
    return Form(address) if address else {names.IN_ADDRESS: Refusal("not_a_phone", given="")}


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Done:
    del opened
    return await contacts.ask(desk.bot, kind_of(form.address), form.address, by, desk.now)


def then(opened: Opened, done: Done) -> View | None:
    """The code is asked for in the same place; None where none was sent."""
    if done.code != "code_sent":
        return None
    return own_forms.code_form(str(done.data["address"]), opened.write())


MODAL = Modal(names.FORM_CONTACT, view, read, submit, then)
