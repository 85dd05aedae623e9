"""What a new posture means for people, in lines: for a terminal, and for the message that tells admins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.rules import Rule
from bot.views.escalating import by_ways
from bot.views.spans import Span, when
from bot.views.words import cut, duration, escape, notifier, one_line, series

Data = Mapping[str, Any]

_NAMES = 12
_LINES, _LINE = 25, 300  # of a message in Slack
NOTHING = "Nothing changes for anybody."


def lines(found: Data) -> list[str]:
    """Every change, one a line; raw."""
    told = [*_people(found["people"]), *_services(found["services"])]
    told += [line for one in found["schedules"] for line in _schedule(one, _whole(found))]
    told += [_rule(one, one["severity"], one["services"]) for one in found["severities"]]
    told += [_rule(one, f"Policy {one['policy']}", []) for one in found["policies"]]
    told += [_tier(one, _whole(found)) for one in found["paging"]]
    return [one_line(line) for line in told] or [NOTHING]


def mrkdwn(found: Data) -> list[str]:
    """The same for Slack: escaped, and no more than one reads."""
    told = lines(found)
    shown = [f"• {escape(cut(line, _LINE))}" for line in told[:_LINES]]
    left = len(told) - len(shown) + found.get("left", 0)
    return [*shown, f"• and {left} more"] if left else shown


def _whole(found: Data) -> Span:
    return datetime.fromisoformat(found["start"]), datetime.fromisoformat(found["end"])


def _people(found: Data) -> Iterator[str]:
    for name, sentence in (
        ("came", "New: {}."),
        ("gone", "Not declared any more: {}."),
        ("admins_came", "Admins from now on: {}."),
        ("admins_gone", "No admins any more: {}."),
    ):
        if found[name]:
            yield sentence.format(series(found[name], _NAMES))
    for one in found["changed"]:
        parts = [f"{one['handle']} can no longer be reached by {_ways(one['lost'])}"] if one["lost"] else []
        parts += [f"{one['handle']} can be reached by {_ways(one['gained'])}, too"] if one["gained"] else []
        parts += [f"the address of {one['handle']} for {_ways(one['replaced'])} is another"] if one["replaced"] else []
        yield f"{'; '.join(parts)}."


def _ways(names: Sequence[str]) -> str:
    return series([notifier(name) for name in names])


def _services(found: Data) -> Iterator[str]:
    if found["came"]:
        yield f"New services: {series(found['came'], _NAMES)}."
    if found["gone"]:
        yield f"Nobody is paged for these services any more: {series(found['gone'], _NAMES)}."


def _schedule(one: Data, whole: Span) -> Iterator[str]:
    name = f"Schedule {one['schedule']}"
    if one["change"] != "shifts":
        yield f"{name} is {'new' if one['change'] == 'came' else 'gone'}."
    for shift in one["shifts"]:
        at = when(_spans(shift), whole, ZoneInfo(one["zone"]))
        yield f"{name}: {shift['after'] or 'nobody'} instead of {shift['before'] or 'nobody'}; {at}."


def _spans(one: Data) -> list[Span]:
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in one["spans"]]


def _rule(one: Data, what: str, services: Sequence[str]) -> str:
    where = f" for {series(services, _NAMES)}" if services else ""
    return f"{what}{where}: {one['rule']} is {one['after'] or 'none'} instead of {one['before'] or 'none'}."


def _tier(one: Data, whole: Span) -> str:
    about = f"{series(one['services'], _NAMES)}, {series(one['severities'])}, tier {one['tier']}"
    at = when(_spans(one), whole, ZoneInfo(one["zone"]))
    before, after = one["before"], one["after"]
    if before is None:
        return f"{about} is new: {_whom(after)} after {_wait(after)}; {at}."
    if after is None:
        return f"{about} is gone: it paged {_whom(before)} after {_wait(before)}; {at}."
    if before["people"] == after["people"]:
        return f"{about}: after {_wait(after)} instead of {_wait(before)}; {at}."
    moved = f", after {_wait(after)} instead of {_wait(before)}" if before["after"] != after["after"] else ""
    return f"{about}: {_whom(after)} instead of {_whom(before)}{moved}; {at}."


def _whom(tier: Data) -> str:
    return series([f"{one['person']} ({_by(one['by'])})" for one in tier["people"]], _NAMES) or "nobody"


def _by(ways: Sequence[Data]) -> str:
    return by_ways([Rule(way["notifier"], timedelta(seconds=way["after"])) for way in ways])


def _wait(tier: Data) -> str:
    return duration(timedelta(seconds=tier["after"])) if tier["after"] else "no time"
