"""The postmortem: a Markdown document filled with what is known, and the message that brings it (SPEC §13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.incident import ClosedAs
from bot.domain.picture import Story
from bot.domain.timeline import Kind
from bot.views import facts, figures, names, sections, situation
from bot.views.markdown import link, prompt, table, text
from bot.views.message import Message, actions, button, fields, header, message, section
from bot.views.words import after, count, escape, one_line, quoted, series
from bot.views.words import link as link_to

#: Blameless by rule, said in the document itself.
_BLAMELESS = (
    "This postmortem is blameless: everybody acted as well as what they knew and had allowed. It asks what let the"
    " incident happen and last, not who."
)


def document(story: Story, now: datetime) -> str:
    """The whole document. Every section of the posture is there; what only people know is asked for."""
    incident = story.picture.incident
    drill = "DRILL: " if incident.drill else ""
    parts = [f"# {drill}Postmortem of {incident.name}: {text(incident.title)}", _BLAMELESS, _facts(story, now)]
    if story.picture.responders:
        head = ("Responder", "Roles", "Joined (UTC)", "Acked by")
        parts.append(table(head, sections.responder_rows(story)))
    parts += [f"## {text(name)}\n\n{sections.section(story, name)}" for name in story.postmortem.sections]
    return "\n\n".join([*parts, "---", _footer(story, now)]) + "\n"


def file_name(story: Story) -> str:
    return f"postmortem-{story.picture.incident.name.lower()}.md"


def _facts(story: Story, now: datetime) -> str:
    picture, incident = story.picture, story.picture.incident
    start = sections.utc(incident.declared_at)
    when = f"{start} to {sections.utc(incident.resolved_at)} UTC" if incident.resolved_at else f"since {start} UTC"
    rows = [
        ("Incident", incident.name),
        ("Date", f"{incident.declared_at.astimezone(UTC):%Y-%m-%d}"),
        ("Severity", text(situation.meaning(picture.severity))),
        ("Closed as", incident.closed_as.value if incident.closed_as else "still open"),
        ("Commander", text(_commander(story))),
        ("Author", text(author(story)) or prompt("who writes this?")),
        ("Responders", text(series([picture.name(one.person_id) for one in picture.responders], 50)) or "nobody"),
        ("Duration", f"{situation.lasted(incident, now)} ({when})"),
        ("Time to acknowledge (MTTA)", _mtta(story)),
        ("Time to resolve (MTTR)", _mttr(story)),
        ("User-facing duration", prompt("from when to when did users notice?")),
        ("Affected services", text(situation.services(incident))),
        ("Users affected", prompt("how many, and which?")),
        ("Revenue", prompt("lost or at risk, or none.")),
        ("Detected by", text(incident.detected_by) or prompt("who or what noticed it?")),
        ("War room", _room(story)),
    ]
    return table(("Fact", "Value"), rows)


def _commander(story: Story) -> str:
    commander = story.picture.incident.commander_id
    return story.picture.name(commander) if commander is not None else "nobody"


def author(story: Story) -> str:
    """Who is asked to write: the commander, else who had it, else who resolved it; raw."""
    incident = story.picture.incident
    for person_id in (incident.commander_id, incident.assignee_id, incident.resolved_by_id, incident.reporter_id):
        if person_id is not None and person_id in story.picture.people:
            return story.picture.name(person_id)
    return ""


def _room(story: Story) -> str:
    incident = story.picture.incident
    if not incident.room_channel:
        return "none"
    return link(f"https://slack.com/app_redirect?channel={incident.room_channel}", f"#{incident.room_name}")


def _mtta(story: Story) -> str:
    ack = figures.first_ack(story)
    if ack is None:
        return "nobody acked"
    source = f", {ack.source}" if ack.source else ""
    promised = story.picture.severity.response
    met = figures.target(ack.after, promised) or "no target"
    return text(f"{figures.spent(ack.after, promised, exact=figures.beside(story))} ({ack.who}{source}; {met})")


def _mttr(story: Story) -> str:
    took = figures.time_to_resolve(story)
    if took is None:
        return "still open"
    promised = story.picture.severity.resolution
    shown = figures.spent(took, promised, exact=figures.beside(story))
    return f"{shown} ({figures.target(took, promised) or 'no target'})"


def due(story: Story, now: datetime) -> date:
    """The day it is due: so many business days (Monday to Friday) after the end."""
    day = (story.picture.incident.resolved_at or now).astimezone(UTC).date()
    left = story.postmortem.due_business_days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _footer(story: Story, now: datetime) -> str:
    rules = story.postmortem
    reviewers = series([_reviewer(story, one) for one in rules.reviewers]) or "none are asked for"
    return (
        f"Rules: due {due(story, now):%Y-%m-%d} ({count(rules.due_business_days, 'business day')}); at least"
        f" {count(rules.min_action_items, 'action item')}, each with an owner, a deadline and a priority."
        f" Reviewers: {reviewers}.\n\nWritten from the incident's log by Tocsin on"
        f" {sections.utc(now)} UTC; times are UTC."
    )


def _reviewer(story: Story, position: str) -> str:
    """`Carol Díaz (eng-manager)`; the position alone where nobody fills it."""
    people = series([person.name for person in story.reviewers.get(position, ())])
    return text(f"{people} ({position})" if people else position)


def summary(story: Story, now: datetime) -> Message:
    """What is posted beside the file: the figures, and what is left to do by when."""
    picture, incident = story.picture, story.picture.incident
    who = escape(one_line(author(story))) or "Somebody who was there"
    shown = [
        f"*Duration* {situation.lasted(incident, now)}",
        f"*Acked* {_acked(story)}",
        f"*Severity* {escape(situation.severity_words(picture.severity))}",
        f"*Commander* {escape(one_line(_commander(story)))}",
        f"*Responders* {len(picture.responders)}",
        f"*Pinned messages* {len(sections.pinned(story))}",
    ]
    least = story.postmortem.min_action_items
    wanted = f", with at least {count(least, 'action')}" if least else ""
    ask = (
        f"{who}: fill in what only people know{wanted}, by *{due(story, now):%A %d %B}*."
        " It is blameless: ask what let it happen, not who."
    )
    fixed = f"*What fixed it*\n{quoted(incident.resolution)}" if incident.resolution.strip() else ""
    value = names.value(incident.id)
    again = button("Reopen", names.REOPEN, value) if incident.closed_as is ClosedAs.RESOLVED else None
    return message(
        f"The postmortem of {incident.name} is drafted: {escape(one_line(incident.title))}",
        header(f"📄 Postmortem · {escape(situation.title(incident))}"),
        fields(*shown),
        section(fixed) if fixed else None,
        section("\n".join(line for line in (ask, _where(story)) if line)),
        actions(button("Timeline", names.TIMELINE, value), button("Why?", names.WHY, value), again),
    )


def _where(story: Story) -> str:
    """The newest document, where one was posted; beside it nothing need be said."""
    posted = [facts.address(event) for event in story.events if event.kind is Kind.POSTMORTEM]
    return f"{link_to(posted[-1], 'The document')} stands in the war room." if posted else ""


def _acked(story: Story) -> str:
    ack = figures.first_ack(story)
    return f"{after(ack.after)} ({escape(one_line(ack.who))})" if ack else "by nobody"
