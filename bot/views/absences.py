"""Time off that people told: the list with what to do about it, the form, and its part of App Home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.absences import Absence
from bot.domain.people import Person
from bot.views import names
from bot.views.inputs import form, moment, people
from bot.views.message import Block, Message, actions, button, context, header, message, section
from bot.views.words import at, count, cut, escape, one_line

_MOST = 10


def listed(person: Person, found: Sequence[Absence], now: datetime, *, own: bool) -> Message:
    """To whoever asks; `own` where it is of themselves."""
    who = "You have" if own else f"{escape(cut(one_line(person.name), 80))} has"
    if not found:
        return message("Time off", section(f"{who} told of no time off."), actions(_more()))
    head = "Time off" if own else f"Time off of {one_line(person.name)}"
    return message("Time off", header(cut(head, 80)), *_lines(found, now), actions(_more()))


def at_home(found: Sequence[Absence], now: datetime) -> list[Block]:
    """In App Home, where there is any."""
    return [header("My time off"), *_lines(found, now)] if found else []


def away_form(slack_id: str, start: datetime, end: datetime, metadata: str = "") -> dict[str, Any]:
    """From when to when; admins may name somebody else."""
    hint = "Turns of these hours pass to the next who is there, and they are told. It can be taken back."
    blocks = [
        people(names.IN_PERSON, "Who is away?", slack_id, hint="Yourself; admins may name anybody."),
        moment(names.IN_START, "From", start),
        moment(names.IN_END, "To", end, hint=hint),
    ]
    return form(names.FORM_AWAY, "Time off", "I am away", blocks, metadata)


def _lines(found: Sequence[Absence], now: datetime) -> list[Block]:
    blocks: list[Block] = [_line(one, now) for one in found[:_MOST]]
    left = len(found) - _MOST
    return [*blocks, *([context(f"and {count(left, 'time')} more")] if left > 0 else [])]


def _line(one: Absence, now: datetime) -> Block:
    since = "now" if one.since <= now else f"from {at(one.since, now)}"
    back = "I am back" if one.since <= now else "Take it back"
    return section(f"Away {since} to {at(one.until, now)}", button(back, names.AWAY_BACK, str(one.id)))


def _more() -> Block:
    return button("Tell of time off…", names.AWAY_TELL)
