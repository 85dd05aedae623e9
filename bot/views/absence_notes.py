"""Time off that people tell: what comes of it, for whoever tells it, and for everybody whose turns it changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.views.words import at, escape, one_line, series, strings

Data = Mapping[str, object]
_MOST = 6  # times in one sentence


def away(data: Data, now: datetime) -> str:
    """To whoever told it."""
    parts = [f"{_who(data)} away {_span(data, now)}.", *_passed(data, "passes to the next who is there.")]
    found = data.get("nobody")
    for one in (found if isinstance(found, list) else [])[:_MOST]:
        if isinstance(one, list | tuple) and len(one) == 3:
            name = _plain(one[0])
            todo = (
                "ask somebody, or be there after all"
                if data.get("own")
                else f"`/oncall override {name}` names somebody"
            )
            parts.append(f"⚠️ Nobody else is there for *{name}* {_between(one[1:], now)}: {todo}.")
    parts += _stays(data, "listed", "It is written down elsewhere, and stays as it is there")
    parts += _stays(data, "placed", "An override stays as it is")
    return " ".join(parts)


def back(data: Data, now: datetime) -> str:
    """To whoever took it back."""
    whose = "yours" if data.get("own") else "theirs"
    named = strings(data.get("passed"))
    again = [f"{_names(named)} {'is' if len(named) == 1 else 'are'} {whose} again then."] if named else []
    return " ".join([f"{_who(data)} there after all {_span(data, now)}.", *again])


def passed(data: Data, now: datetime) -> str:
    """To somebody whose turns became more, or fewer."""
    person, schedule = _plain(data.get("person")), f"*{_plain(data.get('schedule'))}*"
    why = f"{person} is {'there after all' if data.get('back') else 'away'}:"
    has, had = times(data, "has", now), times(data, "had", now)
    parts = [f"📟 {why} you are on call for {schedule} {has}."] if has else []
    parts += [f"{why} you are not on call for {schedule} any more {had}."] if had else []
    return " ".join(parts)


def noted(data: Data, now: datetime) -> str:
    """To somebody of whom an admin said it."""
    what = "you are there after all" if data.get("back") else "you are away"
    return f"{_plain(data.get('by'))} noted that {what} {_span(data, now)}. `/oncall away list` shows your time off."


def _who(data: Data) -> str:
    return "You are" if data.get("own") else f"{_plain(data.get('person'))} is"


def _passed(data: Data, what: str) -> list[str]:
    whose, named = ("Your" if data.get("own") else "Their"), strings(data.get("passed"))
    return [f"{whose} turn of {_names(named)} {what}"] if named else []


def _stays(data: Data, name: str, why: str) -> list[str]:
    found = strings(data.get(name))
    if not found:
        return []
    who = "you are" if data.get("own") else "they are"
    hint = f"`/oncall cover {_plain(found[0])}` asks for cover."
    return [f"⚠️ By {_names(found)} {who} on call even so. {why}: {hint}"]


def _names(found: list[str]) -> str:
    return series([f"*{_plain(one)}*" for one in found[:_MOST]])


def _plain(value: object) -> str:
    return escape(one_line(str(value or "")))


def _span(data: Data, now: datetime) -> str:
    return _between((data.get("start"), data.get("end")), now)


def times(data: Data, name: str, now: datetime) -> str:
    """Spans of notes as words; empty where there are none."""
    found = data.get(name)
    spans = [one for one in found if isinstance(one, list | tuple)] if isinstance(found, list | tuple) else []
    more = [f"{len(spans) - _MOST} times more"] if len(spans) > _MOST else []
    return series([*(_between(one, now) for one in spans[:_MOST]), *more])


def _between(span: object, now: datetime) -> str:
    start, end = span if isinstance(span, list | tuple) and len(span) == 2 else (0, 0)
    return f"from {at(_moment(start), now)} to {at(_moment(end), now)}"


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(int(str(value or 0)), UTC)
