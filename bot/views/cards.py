"""The live card in the war room, and the announcement in the severity's channels (SPEC §3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.delivery import Row
from bot.domain.incident import ClosedAs, Incident, Role, State, Status
from bot.domain.picture import Picture
from bot.views import links, names, situation
from bot.views.message import (
    Block,
    Message,
    actions,
    button,
    context,
    fields,
    header,
    message,
    option,
    overflow,
    section,
)
from bot.views.troubles import reason, step
from bot.views.words import at, clip, cut, duration, escape, flat, link, linked, mention, one_line, quoted, series

_DESCRIPTION = 600  # characters of it on the card
_UPDATE = 1000
_FAILED = 5  # lines of what could not be done


def card(picture: Picture, now: datetime) -> Message:
    """The card. It is posted once, pinned, and updated in place with every change."""
    incident = picture.incident
    blocks = [
        header(f"{situation.sign(picture)} {escape(situation.title(incident))}"),
        section(_what(picture)),
        section(_who_and_next(picture, now)),
        fields(*_facts(picture, now)),
        _update(picture, now),
        _failed(picture),
        context(_next_steps(picture)),
        context(_small_print(picture, now)),
        *_buttons(picture),
    ]
    return message(_fallback(picture, now), *blocks)


def announcement(picture: Picture, now: datetime) -> Message:
    """The announcement: what happens, who has it, where to join. It is updated in place."""
    incident = picture.incident
    title = flat(situation.title(incident))
    lines = [
        f"{situation.sign(picture)} *{title}*",
        f"{escape(situation.meaning(picture.severity))} · {_services(incident)} · status *{incident.status.value}*",
        situation.who_has_it(picture, now) + _commander_note(picture),
    ]
    if incident.resolution and not incident.open:
        lines.append(clip(quoted(incident.resolution), _DESCRIPTION))
    join = button("Join", names.JOIN, names.value(incident.id)) if incident.open else None
    small = f"Declared {at(incident.declared_at, now)}"
    if not incident.open:  # while it is open nobody updates a duration, and it would stay what it was
        small += f" · {situation.lasted(incident, now)}"
    where = f" · War room {links.room(picture)}" if incident.room_channel else ""
    return message(
        _fallback(picture, now),
        section("\n".join(lines), join),
        _update(picture, now),
        context(small + where),
    )


def _fallback(picture: Picture, now: datetime) -> str:
    """What a notification shows: severity, number, title and who has it."""
    incident = picture.incident
    if not incident.open:
        closed = incident.closed_as.value if incident.closed_as else "closed"
        state = f"{closed} {situation.ended(incident, now)}"
    elif incident.state is State.IN_PROGRESS:
        state = f"acked, status {incident.status.value}"
    else:
        state = "nobody has acked yet" if situation.waiting(picture) else "nobody has it yet"
    return f"{escape(incident.severity)} {escape(situation.title(incident))}: {state}"


def _what(picture: Picture) -> str:
    incident = picture.incident
    text = f"*{escape(situation.severity_words(picture.severity))}*: {escape(one_line(picture.severity.meaning))}"
    if not picture.severity.meaning:
        text = f"*{escape(situation.severity_words(picture.severity))}*"
    if incident.description:
        text += "\n" + clip(quoted(incident.description), _DESCRIPTION)
    return text


def _who_and_next(picture: Picture, now: datetime) -> str:
    """The two promises: who is responsible now, and what happens next and when."""
    lines = [situation.who_has_it(picture, now), situation.paged_now(picture, now)]
    if picture.incident.open:
        lines.append(f"*Next:* {situation.what_next(picture, now)}")
    elif picture.incident.resolution:
        cancelled = picture.incident.closed_as is ClosedAs.CANCELLED
        lines.append(f"*{'Why it was closed' if cancelled else 'What fixed it'}*")
        lines.append(quoted(picture.incident.resolution))
    return "\n".join(line for line in lines if line)


def _facts(picture: Picture, now: datetime) -> list[str]:
    """Two columns; each fact on one line."""
    incident = picture.incident
    so_far = situation.lasted(incident, now) + (" so far" if incident.open else "")
    texts = [
        f"*Status* {incident.status.value}",
        f"*State* {situation.state(picture)}",
        f"*Commander* {_commander(picture)}",
        f"*Assigned to* {_assignee(picture)}",
        f"*Service* {_services(incident)}",
        f"*Duration* {so_far}",
        f"*Responders* {_responders(picture)}",
        f"*Detected by* {escape(cut(one_line(incident.detected_by), 80)) or '—'}",
    ]
    return texts + _other_roles(picture)


def _services(incident: Incident) -> str:
    return escape(cut(situation.services(incident), 150))


def _holder(picture: Picture, person_id: int | None) -> str:
    """A mention, so that one press finds the person; editing a message notifies nobody."""
    person = picture.people.get(person_id) if person_id is not None else None
    return mention(person) if person else "nobody"


def _assignee(picture: Picture) -> str:
    incident = picture.incident
    nobody_yet = incident.open and incident.assignee_id is None
    return "nobody yet" if nobody_yet else _holder(picture, incident.assignee_id)


def _commander(picture: Picture) -> str:
    incident = picture.incident
    if incident.commander_id is not None or not incident.open:
        return _holder(picture, incident.commander_id)
    wanted = "⚠️ " if picture.severity.commander else ""
    return f"{wanted}react :{picture.emoji.volunteer[0]}: to volunteer" if picture.emoji.volunteer else "nobody"


def _commander_note(picture: Picture) -> str:
    commander = picture.incident.commander_id
    return f" Commander: {situation.name(picture, commander)}." if commander is not None else ""


def _responders(picture: Picture) -> str:
    people = [_holder(picture, one.person_id) for one in picture.responders if one.person_id in picture.people]
    return series(people, 10) or "nobody yet"


def _other_roles(picture: Picture) -> list[str]:
    """Roles beside commander and responder that somebody holds; at most two fields are left for them."""
    held: dict[str, list[str]] = {}
    for responder in picture.responders:
        for role in sorted(responder.roles - {Role.COMMANDER.value, Role.RESPONDER.value}):
            held.setdefault(role, []).append(_holder(picture, responder.person_id))
    roles = [f"*{escape(role.capitalize())}* {series(people, 4)}" for role, people in sorted(held.items())]
    return roles[:1] + ([" · ".join(roles[1:])] if len(roles) > 1 else [])


def _update(picture: Picture, now: datetime) -> Block | None:
    incident = picture.incident
    if not incident.last_update or incident.last_update_at is None or not incident.open:
        return None
    text = clip(linked(incident.last_update.strip()), _UPDATE)
    return section(f"*Last update* {at(incident.last_update_at, now)}\n{text}")


def _failed(picture: Picture) -> Block | None:
    """Steps that could not be done are shown; they never stopped the others (SPEC §3)."""
    if not picture.failed:
        return None
    lines = list(dict.fromkeys(f"• could not {escape(failed_step(row, picture))}" for row in picture.failed))
    left = [f"• and {len(lines) - _FAILED} more"] if len(lines) > _FAILED else []
    return section("⚠️ *Not everything worked*\n" + "\n".join(lines[:_FAILED] + left))


def failed_step(row: Row, picture: Picture) -> str:
    """A side effect that could not be done, and why; raw."""
    left_out = row.result.get("failed")
    if isinstance(left_out, dict) and left_out:
        return _not_invited(left_out, picture)
    where = row.payload.get("channel")
    place = f" in #{where}" if isinstance(where, str) and where and "ts" not in row.payload else ""
    return one_line(f"{step(row.effect.value)}{place}: {reason(row.reason)}")


def _not_invited(left_out: Mapping[str, str], picture: Picture) -> str:
    """`invite Bob Okafor to the war room: guests cannot be invited there`."""
    known = {person.slack_id: person.name for person in picture.people.values()}
    people = series([known.get(slack_id, slack_id) for slack_id in left_out])
    why = series(list(dict.fromkeys(reason(one) for one in left_out.values())))
    return one_line(f"invite {people} to the war room: {why}")


def _next_steps(picture: Picture) -> str:
    """What is done and what is still to do, in order."""
    incident = picture.incident
    if not incident.open:
        return _after(picture)
    done = [
        (incident.state is State.IN_PROGRESS, "acknowledge"),
        (incident.commander_id is not None, "find a commander"),
        (bool(incident.last_update), "say the impact (Update)"),
        (incident.status in (Status.MITIGATING, Status.MONITORING), "mitigate"),
    ]
    if not picture.severity.commander and incident.commander_id is None:
        done.pop(1)
    return "*Steps*  " + "   ".join(f"{'✅' if is_done else '⬜'} {what}" for is_done, what in done)


def _after(picture: Picture) -> str:
    if picture.incident.closed_as is not ClosedAs.RESOLVED:
        return "No postmortem is asked for. Reopen it if it was not a false alarm."
    return "*Next steps*  " + " · ".join(next_steps(picture))


def next_steps(picture: Picture) -> list[str]:
    """What is left to do after an incident was resolved."""
    if picture.incident.drill:
        return ["look at the score", "mend what was slow"]
    steps = ["hold the postmortem within 48 h"] if picture.severity.postmortem else []
    if picture.severity.status_page:
        steps.append("update the status page")
    return [*steps, "tell the stakeholders"]


def _small_print(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    reporter = f" by {situation.name(picture, incident.reporter_id)}" if incident.reporter_id is not None else ""
    parts = [f"Declared {at(incident.declared_at, now)}{reporter}"]
    if picture.severity.response and incident.open and incident.acked_at is None:
        parts.append(f"ack target {duration(picture.severity.response)}")
    if picture.severity.resolution and incident.open:
        parts.append(f"resolution target {duration(picture.severity.resolution)}")
    parts.append(situation.alerts_words(picture))
    if links.source(picture):
        parts.append(link(links.source(picture), "Source"))
    if incident.private:
        parts.append("🔒 Private")
    if incident.drill:
        parts.append("This is a drill")
    return " · ".join(part for part in [*parts, f"As of {at(now, now)}"] if part)


def _buttons(picture: Picture) -> list[Block]:
    """What is needed first comes first; the rest is in the second row and its menu."""
    incident = picture.incident
    value = names.value(incident.id)
    if not incident.open:
        return [_closed_buttons(picture, value)]
    asked = bool(situation.waiting(picture)) or incident.state is not State.IN_PROGRESS
    runbook = links.runbook(picture)
    first = actions(
        button("Ack", names.ACK, value, style="primary") if asked else None,
        button("Take", names.TAKE, value),
        button("Update status", names.UPDATE, value, style=None if asked else "primary"),
        button("Escalate", names.ESCALATE, value),
        button("Resolve", names.RESOLVE, value),
    )
    second = actions(
        button("Severity", names.SEVERITY, value),
        button("Assign", names.ASSIGN, value),
        button("Role", names.ROLE, value),
        button("Runbook", names.LINK_RUNBOOK, value, url=runbook) if runbook else None,
        button("Why?", names.WHY, value),
        overflow(names.MORE, _menu(picture)),
    )
    return [first, second]


def _menu(picture: Picture) -> list[Block]:
    number = picture.incident.id
    asked = [
        option("Decline (only who is paged)", names.choice(names.DECLINE, number)),
        option("Notify again", names.choice(names.NOTIFY_AGAIN, number)),
    ]
    return [
        *(asked if situation.waiting(picture) else []),
        option("Add a note", names.choice(names.NOTE, number)),
        option("Timeline", names.choice(names.TIMELINE, number)),
        option("Cancel (false alarm)", names.choice(names.CANCEL, number)),
    ]


def _closed_buttons(picture: Picture, value: str) -> Block:
    incident = picture.incident
    with_postmortem = picture.severity.postmortem and incident.closed_as is ClosedAs.RESOLVED and not incident.drill
    return actions(
        button("Postmortem", names.POSTMORTEM, value) if with_postmortem else None,
        button("Timeline", names.TIMELINE, value),
        button("Why?", names.WHY, value),
        button("Reopen", names.REOPEN, value),
    )
