"""The form of one's own rules: by what, and how soon, pages go to the person who opened it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.own import Done
from bot.domain.people import Actor
from bot.domain.rules import PERSONAL, SHARED, Rule
from bot.domain.severity import Urgency
from bot.usecases import rules
from bot.views import names, own_forms
from modals.modal import Desk, Errors, Modal, Opened, Values, View


@dataclass(frozen=True, slots=True)
class Form:
    rules: Mapping[Urgency, Sequence[Rule]]


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    assert by.person is not None
    return own_forms.rules_form(await rules.ways(desk.bot, by.person, desk.now), opened.write())


def read(values: Values) -> Form | Errors:
    return Form({urgency: _rules(values, urgency) for urgency in Urgency})


def _rules(values: Values, urgency: Urgency) -> list[Rule]:
    chosen = {one: values.choice(names.rule_block(urgency.value, one)) for one in (*PERSONAL, *SHARED)}
    return [Rule(one, timedelta(minutes=int(when))) for one, when in chosen.items() if when not in ("", names.NOT_USED)]


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Done:
    del opened  # it is about the person, wherever it was opened
    return await rules.make(desk.bot, form.rules, by, desk.now)


MODAL = Modal(names.FORM_RULES, view, read, submit)
