"""Lists of incidents, and one incident in detail with every delivery of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.incident import Incident, State
from bot.domain.people import Person, PersonId
from bot.domain.picture import Picture
from bot.domain.severity import Severity
from bot.domain.storms import Storm
from bot.views import cards, links, names, situation, storms, why
from bot.views.message import Message, actions, button, context, header, message, paragraphs, section
from bot.views.words import after, at, channel, clip, count, cut, escape, flat, linked, one_line, quoted, series

_TITLE = 100  # characters of a title in a list
_NAME = 80  # and of a name
_BUDGET = 9000
_DETAIL = 6000


def incidents(
    found: Sequence[Incident],
    severities: Mapping[str, Severity],
    now: datetime,
    storm: Storm | None = None,
    people: Mapping[PersonId, Person] | None = None,
) -> Message:
    """A list as it was found: open ones worst first, or the recent ones newest first. Drills are only named.

    `people` are those who have one.
    """
    practice, found = [one.name for one in found if one.drill], [one for one in found if not one.drill]
    said = f"Drills are not listed with incidents: {series(practice)}." if practice else ""
    if not found:
        return message(
            "No incidents are open.",
            section("No incidents are open. 🎉"),
            context(said) if said else None,
            actions(button("Declare an incident", names.DECLARE)),
        )
    blocks, left = paragraphs([row(one, severities, now, people) for one in found], _BUDGET, keep="first")
    still = sum(one.open for one in found)
    shown = f"{count(still, 'open incident')}" if still == len(found) else f"{len(found)} incidents, {still} open"
    cut = context(f"{count(left, 'incident')} more did not fit.") if left else None
    small = context(said) if said else None
    weather = context(storms.lasts(storm, now)) if storm else None
    return message(f"{shown}: {series([one.name for one in found])}", header(shown), weather, *blocks, cut, small)


def row(
    incident: Incident,
    severities: Mapping[str, Severity],
    now: datetime,
    people: Mapping[PersonId, Person] | None = None,
) -> str:
    """`🔴 *INC-42* Payments API is slow · SEV1 · investigating · Alice Chen has it · 12 min · #inc-42-…`."""
    sign = situation.sign_of(incident, severities.get(incident.severity))
    state = incident.status.value if incident.open or incident.closed_as is None else incident.closed_as.value
    parts = [
        f"{sign} *{incident.name}* {flat(cut(one_line(incident.title), _TITLE))}",
        escape(incident.severity),
        state,
        _holder(incident, people or {}),
        situation.lasted(incident, now),
        channel(incident.room_channel) if incident.room_channel else "",
        "🔒" if incident.private else "",
        "drill" if incident.drill else "",
    ]
    return " · ".join(part for part in parts if part)


def _holder(incident: Incident, people: Mapping[PersonId, Person]) -> str:
    if not incident.open:
        return ""
    if incident.state is not State.IN_PROGRESS:
        return "not acked"
    person = people.get(incident.assignee_id) if incident.assignee_id is not None else None
    return f"{escape(cut(one_line(person.name), _NAME))} has it" if person else ""


def show(picture: Picture, now: datetime) -> Message:
    """One incident: what the card shows, and every page with its deliveries."""
    incident = picture.incident
    paged = [(run, one) for run in picture.runs for one in run.paged]
    pages = [(one.page.created_at, why.page_line(picture, run, one, now)) for run, one in paged]
    blocks, left = paragraphs([text for _, text in sorted(pages)], _DETAIL)
    value = names.value(incident.id)
    return message(
        f"{incident.name}: {escape(one_line(incident.title))}",
        header(f"{situation.sign(picture)} {escape(situation.title(incident))}"),
        section("\n".join(_facts(picture, now))),
        section(f"*Description*\n{quoted(cut(incident.description, 1500))}") if incident.description else None,
        section(_last(picture, now)) if incident.last_update else None,
        section("*Pages*" if pages else "*Pages*\nNobody was paged."),
        context(f"The oldest {count(left, 'page')} are left out.") if left else None,
        *blocks,
        actions(
            button("Timeline", names.TIMELINE, value),
            button("Why?", names.WHY, value),
            button("Join", names.JOIN, value) if incident.open else button("Reopen", names.REOPEN, value),
        ),
    )


def _facts(picture: Picture, now: datetime) -> list[str]:
    incident = picture.incident
    lines = [
        f"*{escape(situation.meaning(picture.severity))}*",
        f"{situation.who_has_it(picture, now)}\n*Next:* {situation.what_next(picture, now)}",
        f"*Status* {incident.status.value} · *State* {situation.state(picture)} · {situation.lasted(incident, now)}",
        f"*Service* {escape(cut(situation.services(incident), 300))}",
        f"*Detected by* {escape(cut(one_line(incident.detected_by), 200))} · {_declared(picture, now)}",
        _acked(picture, now),
        f"*Commander* {situation.name(picture, incident.commander_id)} · *Assigned to* {_assignee(picture)}",
        f"*Responders* {_responders(picture)}",
        f"*War room* {links.room(picture)}",
        situation.alerts_words(picture),
        *[f"⚠️ could not {escape(cards.failed_step(one, picture))}" for one in picture.failed[:5]],
    ]
    return [text for text in lines if text]


def _assignee(picture: Picture) -> str:
    incident = picture.incident
    nobody_yet = incident.open and incident.assignee_id is None
    return "nobody yet" if nobody_yet else situation.name(picture, incident.assignee_id)


def _declared(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    by = f" by {situation.name(picture, incident.reporter_id)}" if incident.reporter_id is not None else ""
    return f"declared {at(incident.declared_at, now)}{by}"


def _acked(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    if incident.acked_at is None:
        return ""
    return f"*First ack* {at(incident.acked_at, now)}, {after(incident.acked_at - incident.declared_at)}"


def _responders(picture: Picture) -> str:
    people = []
    for one in picture.responders:
        roles = escape(", ".join(sorted(one.roles - {"responder"})))
        people.append(situation.name(picture, one.person_id) + (f" ({roles})" if roles else ""))
    return series(people, 15) or "nobody yet"


def _last(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    when = at(incident.last_update_at, now) if incident.last_update_at else ""
    return f"*Last update* {when}\n{clip(linked(incident.last_update), 1500)}"
