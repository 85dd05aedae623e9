"""Answers in words: what was done, for the person who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.answers import Answer
from bot.views.situation import REMINDERS
from bot.views.words import channel, escape, is_are, one_line, series, strings


def answer(given: Answer, now: datetime) -> str:
    """For Slack, escaped; with the war room where the person has yet to find it."""
    text = escape(answer_text(given, now))
    room = given.incident.room_channel
    if given.code in ("declared", "drilled", "joined") and room:
        text += f" War room {channel(room)}."
    elif given.code in ("declared", "drilled") and given.incident.reporter_id is not None:
        text += " The war room opens now; you are invited."
    return text


def answer_text(given: Answer, now: datetime) -> str:
    """For places that are not Slack; raw."""
    del now  # answers are read at once; nothing in them is relative yet
    return _WORDS[given.code](given)


def _text(given: Answer, name: str) -> str:
    value = given.data.get(name)
    return "" if value is None else one_line(str(value))


def _people(given: Answer, name: str) -> list[str]:
    return [one_line(person) for person in strings(given.data.get(name))]


def _paged(given: Answer, name: str = "paged") -> str:
    """` Paged now: Alice Chen.`, with a space before it; empty where nobody was."""
    people = _people(given, name)
    return f" Paged now: {series(people)}." if people else ""


def _title(given: Answer) -> str:
    return f"{given.incident.name} ({one_line(given.incident.title)})"


def _declared(given: Answer) -> str:
    nobody = "" if _people(given, "paged") else " Nobody was paged."
    private = " It is private." if given.incident.private else ""
    return f"{_title(given)} is declared as {given.incident.severity}.{_paged(given) or nobody}{private}"


def _drilled(given: Answer) -> str:
    nobody = " Nobody could be paged." if not _people(given, "paged") else ""
    return (
        f"{_title(given)} is a drill, as {given.incident.severity}.{_paged(given)}{nobody} Everything says DRILL; it is"
        f" announced nowhere, and kept out of lists and figures. Resolve or cancel it to end it and see its score."
    )


def _joined(given: Answer) -> str:
    return f"This is already {_title(given)}; nothing new was declared."


def _acked(given: Answer) -> str:
    return f"You acked {_title(given)}. You have it: nobody else is paged."


def _already_acked(given: Answer) -> str:
    by = _text(given, "by")
    return f"{by or 'Somebody'} acked {given.incident.name} before you. You are on it as a responder too."


def _page_acked(given: Answer) -> str:
    by = _text(given, "by")
    rest = f"{by} has it." if by else "Nobody has acked the incident itself yet: to have it, take it."
    return f"You answered the page for {_title(given)} and are on it as a responder. {rest}"


def _closed(given: Answer) -> str:
    how = _text(given, "closed_as") or "closed"
    return f"{_title(given)} was already {how}. Nothing is asked of you; thank you."


def _unacked(given: Answer) -> str:
    whose = f"{person}'s" if (person := _text(given, "person")) else "Your"
    return f"{whose} ack of {given.incident.name} is given back. Paging goes on where it stopped."


def _declined(given: Answer) -> str:
    people = _people(given, "next")
    if people:
        return f"You declined {given.incident.name}. {series(people)} {is_are(people)} paged instead."
    if given.data.get("others"):
        return f"You declined {given.incident.name}. Others of this tier are still paged: the card shows who."
    return f"You declined {given.incident.name}, and nobody else could be reached. Find somebody: the card shows why."


def _escalated(given: Answer) -> str:
    people, tier = _people(given, "people"), _text(given, "tier")
    if not people:
        return f"{given.incident.name} was escalated, but nobody can be reached. Assign somebody by hand now."
    where = "the fallback" if tier == "0" else f"tier {tier}"
    return f"{given.incident.name} is escalated: {series(people)} {is_are(people)} paged ({where})."


def _paged_by_hand(given: Answer) -> str:
    people = _people(given, "people")
    return (
        f"{series(people)} {is_are(people)} paged for {given.incident.name}, again and again until they answer"
        " or it is closed."
    )


def _notified_again(given: Answer) -> str:
    people = _people(given, "people")
    if not people:
        return f"Nobody can be reached for {given.incident.name}. Assign somebody by hand now."
    return f"{series(people)} {is_are(people)} paged again for {given.incident.name}, by every notifier."


def _assigned(given: Answer) -> str:
    if not given.changed:
        return f"{_text(given, 'person')} has {given.incident.name} already, so nobody was paged."
    return f"{given.incident.name} is assigned to {_text(given, 'person')}, who is paged now."


def _severity_set(given: Answer) -> str:
    before, after = _text(given, "from"), _text(given, "to")
    return f"{given.incident.name} is {after} now (was {before}).{_paged(given)}"


def _role_given(given: Answer) -> str:
    person, role, before = _text(given, "person"), _text(given, "role"), _text(given, "before")
    if not given.changed:
        return f"{person} is {role} already."
    instead = f" instead of {before}" if before and before != person else ""
    return f"{person} is now {role} of {given.incident.name}{instead}."


def _noted(given: Answer) -> str:
    if given.changed:
        return f"Noted in the timeline of {given.incident.name}."
    return f"The timeline of {given.incident.name} has that already."


def _reminder(given: Answer) -> str:
    name = _text(given, "reminder")
    return f"The reminder for {REMINDERS.get(name, name)} of {given.incident.name}"


def _name(given: Answer) -> str:
    return given.incident.name


_WORDS: dict[str, Callable[[Answer], str]] = {
    "declared": _declared,
    "drilled": _drilled,
    "joined": _joined,
    "acked": _acked,
    "already_acked": _already_acked,
    "page_acked": _page_acked,
    "closed": _closed,
    "unacked": _unacked,
    "declined": _declined,
    "taken": lambda given: f"You took {_title(given)}. You have it: nobody else is paged.",
    "assigned": _assigned,
    "escalated": _escalated,
    "paged": _paged_by_hand,
    "notified_again": _notified_again,
    "updated": lambda given: f"The update of {_name(given)} is posted. Status: {_text(given, 'status')}.",
    "status_set": lambda given: f"The status of {_name(given)} is {_text(given, 'status')} now.",
    "severity_set": _severity_set,
    "role_given": _role_given,
    "role_dropped": lambda given: f"The role {_text(given, 'role')} of {_name(given)} is free again.",
    "noted": _noted,
    "resolved": lambda given: f"{_title(given)} is resolved. Nobody is paged any more. Thank you.",
    "cancelled": lambda given: f"{_title(given)} is cancelled as a false alarm. Nobody is paged any more.",
    "reopened": lambda given: f"{_title(given)} is open again.{_paged(given)}",
    "snoozed": lambda given: f"{_reminder(given)} comes back in {_text(given, 'minutes')} min.",
    "stopped": lambda given: f"{_reminder(given)} is stopped.",
}
