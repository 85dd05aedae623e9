"""The form that declares an incident; sending it twice declares once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.answers import Answer
from bot.domain.incident import TEXT_LIMIT
from bot.domain.people import Actor, PersonId, viewer_of
from bot.domain.refusals import Refusal
from bot.usecases import pictures
from bot.usecases.incidents import Declaration, declare
from bot.views import forms, names
from modals.modal import Desk, Errors, Modal, Opened, Values, View

#: How far back the form looks for what may be the same outage.
OPEN_SINCE = timedelta(hours=1)

_PAGE = {names.PAGE_YES: True, names.PAGE_NO: False}


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    severity: str
    service: str | None
    description: str
    page: bool | None  # None: the severity's rule
    private: bool


async def view(
    desk: Desk, opened: Opened, by: Actor, *, title: str = "", severity: str | None = None, service: str | None = None
) -> View:
    """The form with what is known filled in, and what was declared within the last hour."""
    assert by.person is not None
    posture, now = desk.bot.posture(), desk.now
    found = await pictures.open_incidents(desk.bot, viewer_of(by.person))
    return forms.declare_form(
        list(posture.services.values()),
        list(posture.severities.values()),
        now=now,
        service=service or posture.default_service,
        severity=severity or posture.default_severity,
        title=title,
        open_incidents=[one for one in found if not one.drill and now - one.declared_at <= OPEN_SINCE],
        private_metadata=opened.write(),
    )


def read(values: Values) -> Form | Errors:
    """Slack keeps lengths and required inputs; a title of spaces gets through."""
    title = values.text(names.IN_TITLE)
    if not title:
        return {names.IN_TITLE: Refusal("title_missing")}
    return Form(
        title=title,
        severity=values.choice(names.IN_SEVERITY),
        service=values.choice(names.IN_SERVICE) or None,
        description=values.text(names.IN_DESCRIPTION),
        page=_PAGE.get(values.choice(names.IN_PAGE)),
        private=names.PRIVATE_YES in values.ticked(names.IN_PRIVATE),
    )


async def submit(desk: Desk, opened: Opened, form: Form, by: Actor, key: str = "") -> Answer:
    """Declares; `key` identifies this form, so that sending it again answers the same incident."""
    quote = opened.quote
    declaration = Declaration(
        title=form.title,
        severity=form.severity or None,
        service=form.service,
        description=form.description,
        private=form.private,
        page=form.page,
        key=("slack", key) if key else None,
        message=quote.permalink if quote else "",
        message_text=quote.text[:TEXT_LIMIT] if quote else "",
        message_author_id=await _author(desk, quote.author) if quote else None,
        message_at=quote.at if quote else None,
    )
    return await declare(desk.bot, declaration, by, desk.now)


async def _author(desk: Desk, slack_id: str) -> PersonId | None:
    return (await desk.find(slack_id)).id if slack_id else None


MODAL = Modal(names.FORM_DECLARE, view, read, submit)
