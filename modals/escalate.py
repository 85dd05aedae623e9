"""The form that escalates, after showing who would be paged and by what (SPEC §7)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.answers import Answer
from bot.domain.people import Actor
from bot.domain.picture import Picture
from bot.usecases import paging
from bot.views import forms, names, situation
from modals.modal import Desk, Errors, Modal, Opened, Values, View, number_of


@dataclass(frozen=True, slots=True)
class Form:
    tier: int | None  # 1-based; None: the step that is due


async def view(desk: Desk, opened: Opened, by: Actor) -> View:
    picture = await desk.picture(opened.number, by)
    return forms.escalate_form(picture, desk.now, desk.bot.config.notifiers, opened.write())


def read(values: Values) -> Form | Errors:
    tier = values.choice(names.IN_TIER)
    if tier in ("", names.NEXT_TIER):
        return Form(None)
    return Form(int(tier))


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor) -> Answer:
    """A tier that went away since the form was opened means the step that is due."""
    number = number_of(opened)
    tiers = tiers_of(await desk.picture(number, by))
    tier = form.tier if form.tier is not None and form.tier <= tiers else None
    return await paging.escalate(desk.bot, number, by, desk.now, tier)


def tiers_of(picture: Picture) -> int:
    """How many tiers the run has that would be escalated."""
    run = situation.main_run(picture)
    return len(run.run.policy.tiers) if run is not None else 0


MODAL = Modal(names.FORM_ESCALATE, view, read, submit)
