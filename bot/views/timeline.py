"""The timeline: one line a fact, newest kept where not everything fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.people import Person, PersonId
from bot.domain.picture import Story
from bot.domain.timeline import Event
from bot.views import chronicle, facts, names, situation
from bot.views.message import Message, actions, button, context, header, message, paragraphs
from bot.views.words import at, clip, count, escape, link, linked, one_line

_TYPED = 600  # characters of a sentence, and of what somebody typed
_BUDGET = 9000  # characters of the whole log


def line(event: Event, people: Mapping[PersonId, Person], now: datetime) -> str:
    """`03:12  👀 Alice Chen acked (slack button)`, with the words and the link that belong to it."""
    text = f"{at(event.at, now)}  {facts.SIGNS[event.kind]} {clip(escape(facts.headline(event, people)), _TYPED)}"
    said = one_line(facts.typed(event))
    if said:
        text += f": {clip(linked(said), _TYPED)}"
    where = facts.address(event)
    return f"{text} ({link(where, 'message')})" if where else text


def timeline(story: Story, now: datetime) -> Message:
    """The whole log, oldest first."""
    picture = story.picture
    incident = picture.incident
    lines = [line(event, picture.people, now) for event in chronicle.told(story.events)]
    blocks, left = paragraphs(lines, _BUDGET)
    newest = f"The newest {count(len(lines) - left, 'line')} of {len(lines):,}; the postmortem holds them all"
    note = f"{newest if left else 'This is everything so far'}. Times are in your zone."
    value = names.value(incident.id)
    return message(
        f"Timeline of {incident.name}: {escape(one_line(incident.title))}",
        header(f"Timeline · {escape(situation.title(incident))}"),
        *blocks,
        context(note if lines else "Nothing is recorded yet."),
        actions(button("Add a note", names.NOTE, value), button("Why?", names.WHY, value)),
    )
