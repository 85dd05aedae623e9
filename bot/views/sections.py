"""The postmortem's sections, each filled with what the log knows; what only people know is asked for.

Facts are told without blame: causes and gaps are named, never culprits. No section is ever empty.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.domain.incident import ClosedAs
from bot.domain.picture import Story
from bot.domain.timeline import Event, Kind
from bot.views import chronicle, facts, figures, links, situation
from bot.views.markdown import bullets, link, prompt, quote, table, text
from bot.views.words import after, count, sentence, series, source, times

_ALERTS = 50  # alerts listed one by one

#: Facts about the bot's own errands; they explain nothing about the incident.
_ERRANDS = frozenset(
    {Kind.PAGE_DELIVERED, Kind.JOINED, Kind.ROOM, Kind.REMINDED, Kind.SNOOZED, Kind.UNPINNED, Kind.POSTMORTEM}
)


def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def section(story: Story, name: str) -> str:
    """The body of the section with this name; one that is not known asks for its words."""
    write = SECTIONS.get(" ".join(name.casefold().split()))
    return write(story) if write else prompt(f"what should readers know about “{text(name)}”?")


def _summary(story: Story) -> str:
    picture, incident = story.picture, story.picture.incident
    lines = [
        f"{sentence(text(incident.title))} It was declared on {utc(incident.declared_at)} UTC, detected by"
        f" {text(incident.detected_by) or 'nobody named'}. It is {text(situation.meaning(picture.severity))}.",
        _course(story),
        quote(incident.description) if incident.description.strip() else "",
        prompt("in two or three sentences for somebody who was not there: what broke, who noticed, what fixed it."),
    ]
    return "\n\n".join(line for line in lines if line)


def _course(story: Story) -> str:
    incident = story.picture.incident
    ack = figures.first_ack(story)
    acked = f"{text(ack.who)} acked {after(ack.after)}." if ack else "Nobody acked."
    if incident.resolved_at is None:
        return f"{acked} It is still open."
    fixed = sentence(text(incident.resolution))
    return f"{acked} It was over {after(incident.resolved_at - incident.declared_at)}. {fixed}".strip()


def _impact(story: Story) -> str:
    picture, incident = story.picture, story.picture.incident
    most = f" (at most {situation.lasted(incident, incident.declared_at)})" if incident.resolved_at else ""
    known = [
        f"Affected services: {text(situation.services(incident))}",
        f"Severity: {text(situation.meaning(picture.severity))}",
        *[text(facts.headline(one, picture.people)) + _at(one) for one in _of(story, Kind.SEVERITY)],
        f"User-facing duration{most}: {prompt('from when to when did users notice?')}",
        f"Users affected: {prompt('how many, which, and what could they not do?')}",
        f"Revenue: {prompt('lost or at risk, or none.')}",
        f"Data: {prompt('lost, wrong or exposed, or none.')}",
    ]
    return bullets(known)


def _at(event: Event) -> str:
    return f" at {utc(event.at)} UTC"


def _of(story: Story, *kinds: Kind) -> list[Event]:
    return [event for event in story.events if event.kind in kinds]


def pinned(story: Story) -> list[Event]:
    """Pinned messages that were not taken back."""
    last: dict[str, Event] = {}
    for event in sorted(_of(story, Kind.PINNED, Kind.UNPINNED), key=lambda one: one.id):
        last[str(event.data.get("ts") or f"event {event.id}")] = event
    return sorted((one for one in last.values() if one.kind is Kind.PINNED), key=lambda one: (one.at, one.id))


def _timeline(story: Story) -> str:
    kept = {one.id for one in pinned(story)}
    shown = [
        one
        for one in chronicle.told(story.events)
        if one.kind not in _ERRANDS and (one.kind is not Kind.PINNED or one.id in kept)
    ]
    rows = [(utc(one.at), _row(one, story)) for one in shown]
    parts = [table(("Time (UTC)", "What happened"), rows) if rows else prompt("what happened, with times in UTC.")]
    pins = [_pin(one, story) for one in pinned(story)]
    if pins:
        parts.append(f"### Pinned messages\n\n{bullets(pins)}")
    alerts = _alert_lines(story)
    if alerts:
        parts.append(f"### Alerts\n\n{bullets(alerts)}")
    return "\n\n".join(parts)


def _row(event: Event, story: Story) -> str:
    said = text(facts.typed(event))
    shown = text(facts.headline(event, story.picture.people)) + (f": {said}" if said else "")
    where = facts.address(event)
    return f"{shown} ({link(where, 'message')})" if where else shown


def _pin(event: Event, story: Story) -> str:
    who = text(facts.headline(event, story.picture.people))
    where = facts.address(event)
    return f"{utc(event.at)} UTC, {who}: {text(facts.typed(event))}" + (f" ({link(where, 'message')})" if where else "")


def _alert_lines(story: Story) -> list[str]:
    alerts = story.picture.alerts
    lines = [
        f"{utc(one.first_at)} UTC, {text(one.source)}: {text(one.summary)} ({one.status.value},"
        f" received {times(one.count)})" + (f" {link(one.link, 'source')}" if one.link else "")
        for one in alerts[:_ALERTS]
    ]
    return lines + ([f"and {len(alerts) - _ALERTS:,} more"] if len(alerts) > _ALERTS else [])


def _root_cause(story: Story) -> str:
    said = [one for one in _of(story, Kind.UPDATE) if one.data.get("status") == "identified"]
    known = [f"At {utc(one.at)} UTC it was said:\n\n{quote(facts.typed(one))}" for one in said]
    ask = "why did it happen? Ask why until the answer is about the system, not about a person."
    return "\n\n".join([*known, prompt(ask)])


def _factors(story: Story) -> str:
    known = figures.gaps(story)
    ask = prompt("what made it more likely, worse, or harder to notice and repair?")
    return f"{bullets([text(one) for one in known])}\n\n{ask}" if known else ask


def _resolution(story: Story) -> str:
    picture, incident = story.picture, story.picture.incident
    if incident.resolved_at is None:
        return prompt("the incident is still open; say here what fixed it.")
    by = text(picture.name(incident.resolved_by_id)) if incident.resolved_by_id is not None else "Tocsin"
    how = "Cancelled" if incident.closed_as is ClosedAs.CANCELLED else "Resolved"
    parts = [
        f"{how} by {by} on {utc(incident.resolved_at)} UTC, {situation.lasted(incident, incident.declared_at)} after"
        " it was declared.",
        quote(incident.resolution) if incident.resolution.strip() else prompt("what fixed it?"),
    ]
    calmed = figures.mitigated_at(story)
    if calmed is not None:
        parts.insert(1, f"Mitigation began at {utc(calmed)} UTC.")
    return "\n\n".join(parts)


def _actions(story: Story) -> str:
    rules = story.postmortem
    least = rules.min_action_items
    wanted = f"at least {count(least, 'action')}" if least else "what is to be mended"
    ask = f"Write {wanted}, each with an owner, a deadline and a priority."
    hints = figures.suggestions(story)
    rows = [(str(number), text(hint), "", "", "", "open") for number, hint in enumerate(hints, 1)]
    rows += [(str(number), prompt("action"), "", "", "", "open") for number in range(len(rows) + 1, max(least, 3) + 1)]
    head = ("#", "Action", "Owner", "Deadline", "Priority", "Status")
    return f"{ask}\n\n{table(head, rows)}"


def _lessons(story: Story) -> str:
    well, poorly = figures.went_well(story), figures.gaps(story)
    parts = [
        ("What went well", well, "what should we do again?"),
        ("What went poorly", poorly, "what cost time, and what was missing?"),
        ("Where we got lucky", [], "what could have made it worse, and did not by chance?"),
    ]
    return "\n\n".join(
        f"### {title}\n\n{bullets([*[text(one) for one in known], prompt(ask)])}" for title, known, ask in parts
    )


def _detection(story: Story) -> str:
    incident = story.picture.incident
    where = links.source(story.picture)
    known = [f"Detected by {text(incident.detected_by)}" + (f" ({link(where, 'source')})" if where else "")]
    return bullets([*known, *_alert_lines(story), prompt("could it have been noticed earlier?")])


def _responders(story: Story) -> str:
    return table(("Responder", "Roles", "Joined (UTC)", "Acked by"), responder_rows(story)) or prompt("who helped?")


def responder_rows(story: Story) -> list[tuple[str, str, str, str]]:
    """Name, roles, when they joined and how they acked."""
    return [
        (
            text(story.picture.name(one.person_id)),
            text(series(sorted(one.roles))),
            utc(one.joined_at),
            text(source(one.ack_source or "—")) + (f", {utc(one.acked_at)}" if one.acked_at else ""),
        )
        for one in story.picture.responders
    ]


SECTIONS: dict[str, Callable[[Story], str]] = {
    "summary": _summary,
    "impact": _impact,
    "detection": _detection,
    "responders": _responders,
    "timeline": _timeline,
    "root cause": _root_cause,
    "root causes": _root_cause,
    "contributing factors": _factors,
    "resolution": _resolution,
    "action items": _actions,
    "lessons learned": _lessons,
}
