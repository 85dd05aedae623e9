"""What people type after `/oncall`, read into values; pure. Every verb has one reader in the table below.

line       verb [rest]
now, next, schedule, gaps   [schedule]          `who` is `now`
schedule   new | name edit
fairness   [schedule] [days]
override   [schedule] [@person] [span]
handoff    [schedule] [@person] [at time]
swap       [schedule]
cover      [schedule] [span]
away       [@person] [span | days | list | back]
extend     [schedule] [weeks]
regenerate schedule [from time]
activate, deactivate   schedule
calendar   [revoke] [schedule]
post       [schedule | team name] [off]     of the channel where it is typed; `here` and `all` may be said
me
contact    [address | code | remove phone|mail]     a code is six digits, an address anything else
help       [verb]

Spans and times are those of `commands.times`. A schedule's name is one word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.domain.contacts import CODE_DIGITS, ContactKind
from bot.domain.spelling import nearest
from commands.oncall_lines import (
    AddContact,
    AskCover,
    AskSwap,
    Away,
    Calendar,
    Design,
    Extend,
    Fairness,
    Handoff,
    Look,
    Me,
    OncallHelp,
    OncallLine,
    OncallVerb,
    Override,
    Post,
    ProveContact,
    Regenerate,
    RemoveContact,
    Switch,
)
from commands.parser import Misread
from commands.times import read_days, read_span, read_when
from commands.typed import mentioned, plain

_CODE = re.compile(rf"\d{{{CODE_DIGITS}}}|\d{{3}}[ -]\d{{3}}", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
_TOKEN = re.compile(r"<[^<>]*>|\S+")
_SPAN_BEGINS = re.compile(
    r"for|from|until|till|now|today|tomorrow|(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?|\d{1,2}[:.]\d\d"
    r"|\d{4}-\d\d-\d\d.*",
    re.IGNORECASE,
)
_REMOVE = ("remove", "delete", "forget")
_KINDS = {
    "phone": ContactKind.PHONE, "number": ContactKind.PHONE, "sms": ContactKind.PHONE, "voice": ContactKind.PHONE,
    "mail": ContactKind.EMAIL, "email": ContactKind.EMAIL, "e-mail": ContactKind.EMAIL,
}  # fmt: skip
_ALIASES = {"who": OncallVerb.NOW, "show": OncallVerb.SCHEDULE}


def parse(text: str) -> OncallLine:
    """With Slack's escaping still in the text. Raises Misread."""
    first, *rest = text.split(maxsplit=1) or [""]
    if not first:
        return OncallHelp()
    verb = _verb(plain(first))
    return _READERS[verb](verb, rest[0].strip() if rest else "")


def _verb(word: str) -> OncallVerb:
    if word.casefold() in _ALIASES:
        return _ALIASES[word.casefold()]
    try:
        return OncallVerb(word.casefold())
    except ValueError:
        known = [member.value for member in OncallVerb]
        raise Misread("unknown_command", given=word, nearest=nearest(word, known) or "") from None


def _nothing_more(verb: OncallVerb, rest: str) -> None:
    if rest:
        raise Misread("unexpected", verb=verb.value, given=plain(rest))


def _me(verb: OncallVerb, rest: str) -> OncallLine:
    _nothing_more(verb, rest)
    return Me()


def _calendar(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    revoke = bool(words) and words[0].casefold() == "revoke"
    named = words[1:] if revoke else words
    _nothing_more(verb, " ".join(named[1:]))
    return Calendar(plain(named[0]) if named else "", revoke)


def _post(verb: OncallVerb, rest: str) -> OncallLine:
    words = [plain(word) for word in _TOKEN.findall(rest) if word.casefold() not in ("here", "all")]
    off = bool(words) and words[-1].casefold() == "off"
    named = words[:-1] if off else words
    team = len(named) > 1 and named[0].casefold() == "team"
    named = named[1:] if team else named
    _nothing_more(verb, " ".join(named[1:]))
    return Post(named[0] if named else "", team, off)


def _contact(verb: OncallVerb, rest: str) -> OncallLine:
    rest = plain(rest)
    words = rest.split()
    if words and words[0].casefold() in _REMOVE:
        kind = _KINDS.get(" ".join(words[1:]).casefold())
        if kind is None:
            raise Misread("unexpected", verb=verb.value, given=rest)
        return RemoveContact(kind)
    if _CODE.fullmatch(rest):
        return ProveContact(rest)
    return AddContact(rest.removeprefix("tel:"))


def _help(_: OncallVerb, rest: str) -> OncallLine:
    topic, *_more = plain(rest).split() or [""]
    return OncallHelp(_verb(topic) if topic else None)


def _schedule(words: list[str]) -> str:
    """The schedule in front, taken away; empty where none is named."""
    if not words or mentioned(words[0]) or _SPAN_BEGINS.fullmatch(words[0]) or words[0].casefold() == "at":
        return ""
    return plain(words.pop(0))


def _person(verb: OncallVerb, words: list[str]) -> str:
    """The mention in front, taken away; empty where none is."""
    if not words or _SPAN_BEGINS.fullmatch(words[0]) or words[0].casefold() == "at":
        return ""
    slack_id = mentioned(words[0])
    if slack_id is None:
        raise Misread("not_a_person", verb=verb.value, given=plain(words[0]))
    words.pop(0)
    return slack_id


def _look(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    if verb is OncallVerb.SCHEDULE and [one.casefold() for one in words] == ["new"]:
        return Design()
    if verb is OncallVerb.SCHEDULE and len(words) == 2 and words[1].casefold() == "edit":
        return Design(plain(words[0]))
    _nothing_more(verb, " ".join(words[1:]))
    return Look(verb, plain(words[0]) if words else "")


def _number(verb: OncallVerb, rest: str, usual: int) -> tuple[str, int]:
    words = _TOKEN.findall(rest)
    number = int(words.pop()) if words and _NUMBER.fullmatch(words[-1]) else usual
    _nothing_more(verb, " ".join(words[1:]))
    return (plain(words[0]) if words else ""), number


def _fairness(verb: OncallVerb, rest: str) -> OncallLine:
    return Fairness(*_number(verb, rest, 30))


def _extend(verb: OncallVerb, rest: str) -> OncallLine:
    return Extend(*_number(verb, rest, 8))


def _override(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule, slack_id = _schedule(words), _person(verb, words)
    span = read_span(" ".join(words)) if words else None
    if words and span is None:
        raise Misread("not_a_time", verb=verb.value, given=plain(" ".join(words)))
    return Override(schedule, slack_id, span)


def _handoff(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule, slack_id = _schedule(words), _person(verb, words)
    typed = " ".join(words[1:] if words and words[0].casefold() == "at" else words)
    at = read_when(typed) if words else None
    if words and at is None:
        raise Misread("not_a_time", verb=verb.value, given=plain(" ".join(words)))
    return Handoff(schedule, slack_id, at)


def _swap(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule = _schedule(words)
    _nothing_more(verb, " ".join(words))
    return AskSwap(schedule)


def _cover(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule = _schedule(words)
    span = read_span(" ".join(words)) if words else None
    if words and span is None:
        raise Misread("not_a_time", verb=verb.value, given=plain(" ".join(words)))
    return AskCover(schedule, span)


def _away(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    slack_id = _person(verb, words) if words and mentioned(words[0]) else ""
    said = " ".join(words)
    if not said or said.casefold() in ("list", "show", "back"):
        return Away(slack_id, shown=bool(said or slack_id), back=said.casefold() == "back")
    span = read_days(said) or read_span(said)
    if span is None:
        raise Misread("not_a_time", verb=verb.value, given=plain(said))
    return Away(slack_id, span)


def _regenerate(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule = _named(verb, words)
    if not words:
        return Regenerate(schedule)
    since = read_when(" ".join(words[1:] if words[0].casefold() == "from" else words))
    if since is None:
        raise Misread("not_a_time", verb=verb.value, given=plain(" ".join(words)))
    return Regenerate(schedule, since)


def _switch(verb: OncallVerb, rest: str) -> OncallLine:
    words = _TOKEN.findall(rest)
    schedule = _named(verb, words)
    _nothing_more(verb, " ".join(words))
    return Switch(schedule, verb is OncallVerb.ACTIVATE)


def _named(verb: OncallVerb, words: list[str]) -> str:
    """A change of everybody's shifts names its schedule: none is guessed."""
    schedule = _schedule(words)
    if not schedule:
        raise Misread("schedule_missing", verb=verb.value)
    return schedule


_READERS: dict[OncallVerb, Callable[[OncallVerb, str], OncallLine]] = {
    **dict.fromkeys((OncallVerb.NOW, OncallVerb.NEXT, OncallVerb.SCHEDULE, OncallVerb.GAPS), _look),
    OncallVerb.FAIRNESS: _fairness,
    OncallVerb.OVERRIDE: _override,
    OncallVerb.HANDOFF: _handoff,
    OncallVerb.SWAP: _swap,
    OncallVerb.COVER: _cover,
    OncallVerb.AWAY: _away,
    OncallVerb.EXTEND: _extend,
    OncallVerb.REGENERATE: _regenerate,
    OncallVerb.ACTIVATE: _switch,
    OncallVerb.DEACTIVATE: _switch,
    OncallVerb.CALENDAR: _calendar,
    OncallVerb.POST: _post,
    OncallVerb.ME: _me,
    OncallVerb.CONTACT: _contact,
    OncallVerb.HELP: _help,
}
