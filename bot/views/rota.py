"""What came of changing a schedule, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.rota import Changed
from bot.views import absence_notes
from bot.views.message import Message, context, message, section
from bot.views.rota_notes import moment
from bot.views.standing import command
from bot.views.words import at, count, escape, one_line

Data = Mapping[str, object]


def changed(given: Changed, now: datetime) -> str:
    """For Slack, escaped."""
    return _WORDS[given.code](given.data, now)


def answered(asked: str, said: str) -> Message:
    """A request that was answered: what was asked, as Slack shows it, and what came of it. Both are escaped."""
    return message(said, section(asked), context(said))


def _word(data: Data, name: str) -> str:
    return escape(one_line(str(data.get(name) or "")))


def _schedule(data: Data) -> str:
    return f"*{_word(data, 'schedule')}*"


def _span(data: Data, now: datetime) -> str:
    return f"from {at(moment(data.get('start')), now)} to {at(moment(data.get('end')), now)}"


def _number(data: Data, name: str) -> int:
    return int(str(data.get(name) or 0))


def _people(number: int) -> str:
    return "1 person is" if number == 1 else f"{number} people are"


def _deactivated(data: Data, _: datetime) -> str:
    gone = _number(data, "overrides")
    also = f" {count(gone, 'coming override')} went with it." if gone else ""
    return f"{_schedule(data)} is switched off: nobody is on call by it.{also}"


def _covered(data: Data, now: datetime) -> str:
    left = " What is left still waits for somebody." if data.get("left") else ""
    return f"You have {_schedule(data)} of {_word(data, 'person')} {_span(data, now)}.{left}"


_WORDS: dict[str, Callable[[Data, datetime], str]] = {
    "handed_off": lambda data, now: (
        f"{_word(data, 'person')} has {_schedule(data)} instead of {_word(data, 'before')} {_span(data, now)}. Both are"
        " told."
    ),
    "overridden": lambda data, now: (
        f"{_word(data, 'person')} is on call for {_schedule(data)} {_span(data, now)}. Everybody concerned is told."
    ),
    "override_removed": lambda data, now: (
        f"The override of {_word(data, 'person')} on {_schedule(data)} {_span(data, now)} is removed."
    ),
    "extended": lambda data, now: (
        f"{count(_number(data, 'schedules'), 'schedule')} reach to {at(moment(data.get('until')), now)}."
        if _number(data, "schedules") != 1
        else f"1 schedule reaches to {at(moment(data.get('until')), now)}."
    ),
    "regenerated": lambda data, now: (
        f"{_schedule(data)} is made anew from {at(moment(data.get('since')), now)} on; overrides stayed."
    ),
    "activated": lambda data, _: f"{_schedule(data)} is switched on.",
    "deactivated": _deactivated,
    "kept": lambda data, _: f"{_schedule(data)} is saved and in force.",
    "swap_asked": lambda data, _: f"{_word(data, 'person')} was asked. Until they say yes nothing changes.",
    "cover_asked": lambda data, _: (
        f"{_people(_number(data, 'people'))} asked to cover {_schedule(data)}. Until somebody says yes it stays yours."
    ),
    "swapped": lambda data, _: f"You and {_word(data, 'person')} swapped shifts of {_schedule(data)}. Both are told.",
    "covered": _covered,
    "swap_declined": lambda data, _: f"{_word(data, 'person')} is told that you said no. Nothing was changed.",
    "away": absence_notes.away,
    "back": absence_notes.back,
    "swap_withdrawn": lambda data, _: f"You ask for nothing of {_schedule(data)} any more.",
    "posted": lambda data, _: (
        "Who is on call now and next is posted here in a moment, and edited in place whenever it changes. Pin it if you"
        f" like. `{command(str(data.get('about') or ''))} off` ends it."
    ),
    "posted_already": lambda data, _: (
        "That post is here already, and was brought up to date. To have it further down, end it with"
        f" `{command(str(data.get('about') or ''))} off` and post it again."
    ),
    "posts_ended": lambda data, _: (
        f"{count(_number(data, 'posts'), 'post')} ended: it says so, and nothing is edited here any more."
        if _number(data, "posts") == 1
        else f"{count(_number(data, 'posts'), 'post')} ended: they say so, and nothing is edited here any more."
    ),
}
