"""The form that escalates, after showing who would be paged and by what (SPEC §7)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor, viewer_of
from bot.usecases import paging, previews
from bot.views import escalating, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    tier: int | None  # 1-based; None: the step that is due


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    assert by.person is not None
    shown = await previews.preview(desk.bot, number_of(opened), viewer_of(by.person), desk.now)
    return escalating.escalate_form(shown, desk.now, opened.write())


def read(values: Values) -> Form | Errors:
    tier = values.choice(names.IN_TIER)
    if tier in ("", names.NEXT_TIER):
        return Form(None)
    return Form(int(tier))


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    """A tier that went away since the form was opened is refused in words."""
    return await paging.escalate(desk.bot, number_of(opened), by, desk.now, form.tier)


MODAL = Modal(names.FORM_ESCALATE, view, read, submit)
