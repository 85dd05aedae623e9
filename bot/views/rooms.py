"""The war room: its name, topic, purpose and bookmarks, and the line that tells it a fact."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from bot.domain.incident import ClosedAs, Incident, State
from bot.domain.picture import Picture
from bot.domain.timeline import TOLD, Event, Kind
from bot.views import cards, facts, links, names, situation
from bot.views.message import Message, actions, button, message, section
from bot.views.words import at, clip, cut, escape, mention, one_line, quoted, shortened

NAME_LIMIT = 80  # Slack's, for a channel's name
TOPIC_LIMIT = 250  # Slack's, for topic and purpose
_SLUG_LIMIT = 50  # leaves room for a suffix where the name is taken, and for the eye

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "œ": "oe", "þ": "th", "ı": "i"})
_WORD = re.compile(r"[a-z0-9]+")
_TITLE = 80  # characters of the title in the topic, which the room is told each time
_NEWS = timedelta(minutes=2)  # told later than this, a fact is told with its time
_FORBIDDEN = re.compile(r"[^a-z0-9_-]+")


def room_name(pattern: str, incident: Incident) -> str:
    """The wanted name, such as `inc-42-payments-api-slow`: lower case, `[a-z0-9_-]`, 80 characters at most.

    `pattern` may hold `{id}`, `{slug}` (of the title), `{service}` and `{severity}`.
    """
    parts = {
        "{id}": str(incident.id),
        "{slug}": slug(incident.title),
        "{service}": slug(incident.service),
        "{severity}": slug(incident.severity),
    }
    name = pattern
    for mark, text in parts.items():
        name = name.replace(mark, text)
    name = re.sub("-{2,}", "-", _FORBIDDEN.sub("-", _ascii(name)))
    return name[:NAME_LIMIT].strip("-_") or f"inc-{incident.id}"


def slug(text: str, limit: int = _SLUG_LIMIT) -> str:
    """Whole words in `[a-z0-9-]`, as many as fit: `Zürich Übung` becomes `zurich-ubung`."""
    made = ""
    for word in _WORD.findall(_ascii(text)):
        longer = f"{made}-{word}" if made else word[:limit]
        if len(longer) > limit:
            break
        made = longer
    return made


def _ascii(text: str) -> str:
    """Lower case without accents; letters of other scripts fall away."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode()


def topic(picture: Picture, now: datetime) -> str:
    """What stands at the top of the room: severity, status, who has it. Follows the state.

    Slack tells the room of each change of it, so that it holds no more; the card shows the commander.
    """
    incident = picture.incident
    drill = "DRILL · " if incident.drill else ""
    start = f"{drill}{situation.sign(picture)} {escape(incident.severity)} {incident.name}"
    if not incident.open:
        closed = incident.closed_as.value if incident.closed_as else "closed"
        return clip(f"{start} · {closed} {situation.ended(incident, now)}", TOPIC_LIMIT)
    parts = [start, incident.status.value, _holder(picture), escape(cut(one_line(incident.title), _TITLE))]
    return clip(" · ".join(parts), TOPIC_LIMIT)


def _holder(picture: Picture) -> str:
    incident = picture.incident
    if incident.state is State.IN_PROGRESS:
        run = situation.acker(picture)
        who = incident.assignee_id if incident.assignee_id is not None else run.acked_by_id if run else None
        return f"{situation.name(picture, who)} has it" if who is not None else "acked"
    return "not acked yet" if situation.waiting(picture) else "nobody has it yet"


def purpose(picture: Picture) -> str:
    """What the room is for; set once."""
    incident = picture.incident
    start = f"War room of {incident.name}: "
    return clip(start + escape(shortened(one_line(incident.title), TOPIC_LIMIT - len(start))), TOPIC_LIMIT)


def bookmarks(picture: Picture) -> list[dict[str, str]]:
    """Title, link and emoji of each bookmark: the runbook and where the incident came from."""
    found = [("Runbook", links.runbook(picture), ":notebook:"), ("Source", links.source(picture), ":satellite:")]
    return [{"title": title, "link": link, "emoji": emoji} for title, link, emoji in found if link]


def told(event: Event, picture: Picture, now: datetime) -> Message | None:
    """The line that tells the room a fact; None for facts that the card or the timeline show well enough."""
    if event.kind is Kind.RESOLVED:
        return _resolved(event, picture, now)
    if event.kind not in TOLD:
        return None
    text = headline(event, picture)
    said = facts.typed(event).strip()
    shown = f"{facts.SIGNS[event.kind]} {_when(event, now)}{text}"
    if said:
        shown += f"\n{quoted(cut(said, 2500))}"
    buttons = _settles(event, picture)
    fallback = f"{picture.incident.name}: {text}" + (f" “{escape(one_line(said))}”" if said else "")
    return message(fallback, section(shown), actions(*buttons) if buttons else None)


def _when(event: Event, now: datetime) -> str:
    """The fact's own time where it is told late, such as after Slack was away; nothing stale sounds new."""
    return f"_{at(event.at, now)}_  " if now - event.at > _NEWS else ""


def headline(event: Event, picture: Picture) -> str:
    """The fact escaped; somebody who was asked to do something is mentioned, and so notified."""
    text = escape(facts.headline(event, picture.people))
    asked = picture.people.get(_id(event)) if event.kind in (Kind.ASSIGNED, Kind.ROLE_GIVEN) else None
    if asked is not None and asked.id != event.actor_id:
        text = mention(asked).join(text.rsplit(escape(one_line(asked.name)), 1))
    return text + "."


def _id(event: Event) -> int:
    value = event.data.get("person_id")
    return value if isinstance(value, int) else 0


def _settles(event: Event, picture: Picture) -> list[dict[str, object]]:
    """Buttons on facts that ask for somebody to act."""
    if not picture.incident.open:
        return []
    value = names.value(picture.incident.id)
    if event.kind is Kind.NOBODY:
        return [
            button("Take", names.TAKE, value, style="primary"),
            button("Assign", names.ASSIGN, value),
            button("Why?", names.WHY, value),
        ]
    if event.kind is Kind.UNACKED:
        return [button("Take", names.TAKE, value, style="primary")]
    return []


def _resolved(event: Event, picture: Picture, now: datetime) -> Message:
    """Duration, what fixed it and the next steps (SPEC §3)."""
    incident = picture.incident
    by = escape(facts.who(event, picture.people))
    first = f"✅ *{incident.name} is resolved* by {by} {situation.ended(incident, now)}."
    said = facts.typed(event).strip() or incident.resolution.strip()
    lines = [first, f"*What fixed it*\n{quoted(cut(said, 2000))}" if said else ""]
    if incident.closed_as in (None, ClosedAs.RESOLVED):
        lines.append("*Next steps*\n" + "\n".join(f"• {one}" for one in cards.next_steps(picture)))
    fallback = f"{incident.name} is resolved {situation.ended(incident, now)}"
    return message(
        f"{fallback}: {escape(one_line(said))}" if said else f"{fallback}.",
        section("\n".join(line for line in lines if line)),
    )
