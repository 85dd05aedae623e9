"""Who is on call now and next, one line a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.oncall import OnCall
from bot.domain.people import Person, PersonId
from bot.views.message import Message, header, message, paragraphs, section
from bot.views.words import at, escape, mention, one_line, passed_over

_BUDGET = 6000  # characters; a hundred schedules or so


def line(one: OnCall, people: Mapping[PersonId, Person], now: datetime) -> str:
    """`*payments* @alice until 09:00, then @bob`."""
    schedule = f"*{escape(one_line(one.schedule))}*"
    following = one.following
    if one.slot is None:
        soon = f" {_who(following.person_id, people)} starts {at(following.start, now)}." if following else ""
        return f"{schedule} ⚠️ nobody is on call.{soon}"
    now_on = f"{schedule} {_who(one.slot.person_id, people)}"
    if following is None:
        return f"{now_on} until {at(one.until, now)}, then ⚠️ nobody is planned" if one.until else now_on
    until = one.until or one.slot.end
    if until < following.start:
        return f"{now_on} until {at(until, now)}, then ⚠️ nobody until {at(following.start, now)}"
    return f"{now_on} until {at(until, now)}, then {_who(following.person_id, people)}"


def on_call(answers: Sequence[OnCall], people: Mapping[PersonId, Person], now: datetime) -> Message:
    """Every schedule in one glance."""
    lines = [line(one, people, now) for one in answers]
    if not lines:
        return message("No schedules", section("No schedules are declared in the posture, so nobody is on call."))
    blocks, _ = paragraphs(lines, _BUDGET, keep="first")
    return message("On call now", header("On call now"), *blocks)


def _who(person_id: PersonId, people: Mapping[PersonId, Person]) -> str:
    person = people.get(person_id)
    return f"{mention(person)}{passed_over(person)}" if person else "somebody unknown"
