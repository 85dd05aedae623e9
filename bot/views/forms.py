"""Forms: the modals that ask for what a change needs. Ids are in `names`; `modals/` reads what was entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Incident, Role, Status
from bot.domain.posture import Service
from bot.domain.severity import Severity
from bot.views import listing, names, situation
from bot.views.inputs import checkbox, choices, form, people, typed
from bot.views.message import Block, Message, context, option, section
from bot.views.words import cut, escape, one_line, series

View = dict[str, Any]

_OPEN_SHOWN = 5  # open incidents listed in the declare form


def declare_form(
    services: Sequence[Service],
    severities: Sequence[Severity],
    *,
    now: datetime,
    service: str = "",
    severity: str = "",
    title: str = "",
    description: str = "",
    open_incidents: Sequence[Incident] = (),
    private_metadata: str = "",
) -> View:
    """What is open already, then: title, severity, service, description, page?, private?"""
    blocks = [
        *_already_open(open_incidents, severities, service, now),
        typed(names.IN_TITLE, "What is broken?", "Payments API is slow", TITLE_LIMIT, title),
        choices(names.IN_SEVERITY, "Severity", _severities(severities), severity),
        choices(names.IN_SERVICE, "Service", _services(services), service) if services else None,
        typed(
            names.IN_DESCRIPTION, "Description", "What you see, since when, who is affected", TEXT_LIMIT, description,
            multiline=True, optional=True,
        ),
        choices(names.IN_PAGE, "Page on call?", _page_options(severities), names.PAGE_RULE),
        checkbox(
            names.IN_PRIVATE, "Who sees it",
            option("Private: only people in the war room and admins", names.PRIVATE_YES),
        ),
    ]  # fmt: skip
    return form(names.FORM_DECLARE, "Declare an incident", "Declare", blocks, private_metadata)


def _already_open(
    found: Sequence[Incident], severities: Sequence[Severity], service: str, now: datetime
) -> list[Block]:
    """Same service first, then the newest: a second war room for one outage helps nobody."""
    if not found:
        return []
    known = {one.name: one for one in severities}
    ordered = sorted(found, key=lambda one: (service not in (one.service, *one.services), -one.id))
    lines = [listing.row(one, known, now) for one in ordered[:_OPEN_SHOWN]]
    more = f"\nand {len(found) - _OPEN_SHOWN} more" if len(found) > _OPEN_SHOWN else ""
    return [section("*Open already.* Is it one of these?\n" + "\n".join(lines) + more)]


def _severities(severities: Sequence[Severity]) -> list[Block]:
    ordered = sorted(severities, key=lambda one: one.rank)
    return [
        option(
            escape(f"{one.emoji} {situation.severity_words(one)}".strip()),
            one.name,
            escape(one_line(one.meaning)) + (" · pages on call" if one.pages else ""),
        )
        for one in ordered
    ]


def _services(services: Sequence[Service]) -> list[Block]:
    ordered = sorted(services, key=lambda one: one.name.casefold())
    return [option(escape(one_line(one.name)), one.name, escape(one_line(one.description))) for one in ordered]


def _page_options(severities: Sequence[Severity]) -> list[Block]:
    paging = [escape(one.name) for one in sorted(severities, key=lambda one: one.rank) if one.pages]
    rule = f"{series(paging, 4)} {'pages' if len(paging) == 1 else 'page'}" if paging else "none pages"
    return [
        option(f"As the severity says ({rule})", names.PAGE_RULE),
        option("Yes, page now", names.PAGE_YES),
        option("No, page nobody", names.PAGE_NO),
    ]


def update_form(incident: Incident, private_metadata: str = "") -> View:
    """A status update in words, and the status it brings."""
    statuses = [option(f"Leave it: {incident.status.value}", names.UNCHANGED)]
    statuses += [option(one.value.capitalize(), one.value) for one in _open_statuses() if one is not incident.status]
    blocks = [
        typed(
            names.IN_TEXT, "Where does it stand?", "Who is affected, what was tried, what comes next", TEXT_LIMIT,
            multiline=True,
        ),
        choices(names.IN_STATUS, "Status", statuses, names.UNCHANGED),
    ]  # fmt: skip
    return about(incident, names.FORM_UPDATE, "Status update", "Post", blocks, private_metadata)


def _open_statuses() -> list[Status]:
    return [one for one in Status if one is not Status.RESOLVED]


def severity_form(incident: Incident, severities: Sequence[Severity], private_metadata: str = "") -> View:
    """The severity, and why it changes."""
    blocks = [
        choices(
            names.IN_SEVERITY,
            "Severity",
            _severities(severities),
            incident.severity,
            hint="Its rules apply at once: a severity that pages will page now.",
        ),
        typed(names.IN_REASON, "Why?", "What changed", TEXT_LIMIT, optional=True),
    ]
    return about(incident, names.FORM_SEVERITY, "Change severity", "Change", blocks, private_metadata)


def assign_form(incident: Incident, private_metadata: str = "") -> View:
    """Whom it goes to; they are paged."""
    blocks = [people(names.IN_PERSON, "Assign to", hint="They are paged at once, and asked to ack.")]
    return about(incident, names.FORM_ASSIGN, "Assign", "Assign and page", blocks, private_metadata)


def role_form(
    incident: Incident, roles: Sequence[str] = tuple(Role), slack_id: str = "", private_metadata: str = ""
) -> View:
    """Which role, and who holds it from now on. `slack_id` is proposed."""
    options = [option(escape(one_line(role)).capitalize(), role) for role in roles]
    blocks = [
        choices(names.IN_ROLE, "Role", options, Role.COMMANDER.value),
        people(names.IN_PERSON, "Who", slack_id, hint="They get the role's checklist by direct message."),
    ]
    return about(incident, names.FORM_ROLE, "Give a role", "Give", blocks, private_metadata)


def resolve_form(incident: Incident, private_metadata: str = "") -> View:
    """What fixed it."""
    hint = "It is posted in the war room and stands in the postmortem. Paging ends at once."
    blocks = [typed(names.IN_TEXT, "What fixed it?", "Rolled back to 4.2", TEXT_LIMIT, multiline=True, hint=hint)]
    return about(incident, names.FORM_RESOLVE, "Resolve", "Resolve", blocks, private_metadata)


def cancel_form(incident: Incident, private_metadata: str = "") -> View:
    """Why it was a false alarm."""
    hint = "For false alarms: paging ends at once, and no postmortem is asked for."
    blocks = [typed(names.IN_REASON, "Why is it a false alarm?", "The monitor was wrong", TEXT_LIMIT, hint=hint)]
    return about(incident, names.FORM_CANCEL, "Cancel", "Cancel incident", blocks, private_metadata, "Back")


def reopen_form(incident: Incident, private_metadata: str = "") -> View:
    """Why it is open again."""
    hint = "On call is paged again, as the severity says."
    blocks = [typed(names.IN_REASON, "Why is it open again?", "It came back at 03:40", TEXT_LIMIT, hint=hint)]
    return about(incident, names.FORM_REOPEN, "Reopen", "Reopen", blocks, private_metadata)


def note_form(incident: Incident, private_metadata: str = "") -> View:
    """A line for the timeline."""
    blocks = [typed(names.IN_TEXT, "Note", "What should the timeline hold?", TEXT_LIMIT, multiline=True)]
    return about(incident, names.FORM_NOTE, "Add a note", "Add", blocks, private_metadata)


def reading(title: str, shown: Message) -> View:
    """A message as a modal to read, where there is no channel to answer in (App Home)."""
    return form("reading", title, "", shown.blocks, "")


def about(
    incident: Incident,
    callback_id: str,
    title: str,
    submit: str,
    blocks: Sequence[Block | None],
    private_metadata: str,
    close: str = "Cancel",
) -> View:
    """A form about one incident, named on top; its number is the private metadata unless another is given."""
    which = context(escape(cut(situation.title(incident), 200)))
    return form(callback_id, title, submit, [which, *blocks], private_metadata or names.value(incident.id), close)
