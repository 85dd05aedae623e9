"""The language of `/incident`, read into values; pure.

line      = [verb [ref] arguments [ref]]        an empty line is `help`
ref       = "INC-42" | "#42" | "42"             the bare number only where no words of one's own follow
declare   = [severity] [service] [severity] title [severity]      one severity; the first found counts
drill     = [service] [severity]                                 in either order
update    = [ref] ["status:" status] text ["status:" status]
status    = [ref] [status] [ref]
severity  = [ref] [severity [reason]]
role      = [ref] [role ["@person" | "me" | "none"]] [ref]
assign    = [ref] ["@person"] [ref]
escalate  = [ref] [["tier"] number] [ref]
page      = [ref] ("@person" | "@group" | [kind] name) [ref]        kind: person, position, schedule, team, policy…
take, ack, decline, notify, show, timeline, why, postmortem = [ref]
unack, resolve, reopen, cancel, note = [ref] text
help      = [verb]

After words of one's own a reference is left alone: `cancel duplicate of INC-42` is about this room's incident.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bot.domain import severity as sev
from bot.domain.escalation import TargetKind
from bot.domain.spelling import nearest
from commands.lines import (
    Act,
    Assign,
    Declare,
    Drill,
    Escalate,
    Help,
    Line,
    List,
    Look,
    Page,
    Role,
    Say,
    Severity,
    Update,
    Verb,
)
from commands.typed import group_mentioned, mentioned, plain

#: Why a line could not be read, with the data the sentence needs. A test holds the views to this table.
CODES: dict[str, tuple[str, ...]] = {
    "unknown_command": ("given", "nearest"),  # nearest: the verb that was probably meant, or ""
    "unexpected": ("verb", "given"),  # words that mean nothing here
    "not_a_person": ("verb", "given"),  # a name that is no mention
    "not_a_tier": ("given",),
    "nobody_named": (),
    "not_a_time": ("verb", "given"),  # neither a time nor a span of time; of `/oncall`
    "schedule_missing": ("verb",),  # no schedule is guessed; of `/oncall`
}

SERVICE_WORDS = 4  # a service's name is looked for in this many words at most
NUMBER_DIGITS = 9  # longer ones are no incident's

_KINDS = {kind.value: kind for kind in TargetKind}
_REF = re.compile(rf"^(?:inc-?|#)(\d{{1,{NUMBER_DIGITS}}})$", re.IGNORECASE)
_BARE = re.compile(rf"^\d{{1,{NUMBER_DIGITS}}}$")
_TOKEN = re.compile(r"<[^<>]*>|\S+")
_STATUS_FIRST = re.compile(r"^status:\s*(\S+)\s*", re.IGNORECASE)
_STATUS_LAST = re.compile(r"\s*\bstatus:\s*(\S+)$", re.IGNORECASE)
_WORD_END = re.compile(r"[\s_-]+")


class Misread(Exception):
    """The line cannot be read; `code` and `data` as in CODES."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        assert set(data) == set(CODES[code])
        self.code = code
        self.data = data


def parse(text: str, services: Collection[str] = ()) -> Line:
    """What was typed after `/incident`, with Slack's escaping still in it. Raises Misread."""
    first, rest = _first(text)
    if not first:
        return Help()
    verb = _verb(first)
    if verb is Verb.DECLARE:
        return _declare(plain(rest), services)
    if verb is Verb.DRILL:
        return _drill(plain(rest), services)
    return _READERS[verb](verb, rest)


def _verb(word: str) -> Verb:
    try:
        return Verb(word.casefold())
    except ValueError:
        known = [member.value for member in Verb]
        raise Misread("unknown_command", given=plain(word), nearest=nearest(word, known) or "") from None


def _first(text: str) -> tuple[str, str]:
    """The first word, and what follows it as it was typed."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first, rest[0].rstrip() if rest else ""


def _words(text: str) -> list[str]:
    """Words; an escaped mention is one word whatever its label holds."""
    return _TOKEN.findall(text)


def _declare(text: str, services: Collection[str]) -> Declare:
    words = text.split()
    severity = None
    if words and (severity := sev.canonical(words[0].rstrip(":,"))):
        words = words[1:]
    service, used = _service(words, services)
    for at in (used, -1):
        if severity is None and len(words) > at and words and (severity := sev.canonical(words[at])):
            del words[at]
    if used >= len(words):
        return Declare("", severity, service)
    return Declare(" ".join(words), severity, service)


def _drill(text: str, services: Collection[str]) -> Drill:
    """A service that is not known is kept as it was typed: the answer names those there are."""
    words, severity = text.split(), None
    for word in words:
        if severity is None and (severity := sev.canonical(word)):
            words.remove(word)
            break
    service, used = _service(words, services)
    _nothing_more(Verb.DRILL, words[used or 1 :])
    return Drill(service or (words[0] if words else None), severity)


def _service(words: list[str], services: Collection[str]) -> tuple[str | None, int]:
    """The known service whose name the words begin with, the longest first, and how many words it took."""
    known = {_bare_name(name): name for name in services}
    for count in range(min(SERVICE_WORDS, len(words)), 0, -1):
        found = known.get(_bare_name(" ".join(words[:count])))
        if found is not None:
            return found, count
    return None, 0


def _bare_name(name: str) -> str:
    return _WORD_END.sub("", name.casefold().rstrip(":,"))


def _ref(word: str, bare: bool) -> int | None:
    found = _REF.match(word)
    if found:
        return int(found.group(1))
    return int(word) if bare and _BARE.match(word) else None


def _refs(words: list[str], *, bare: bool = True, last: bool = True) -> tuple[int | None, list[str]]:
    """Takes the reference off the front or, where `last` allows it, off the end."""
    if words and (number := _ref(words[0], bare)) is not None:
        return number, words[1:]
    if last and words and (number := _ref(words[-1], bare)) is not None:
        return number, words[:-1]
    return None, words


def _ref_first(text: str) -> tuple[int | None, str]:
    """Takes the reference off words of one's own; a bare number is one only when nothing follows it."""
    first, rest = _first(text)
    number = _ref(first, bare=not rest)
    return (None, text) if number is None else (number, rest)


def _nothing_more(verb: Verb, words: list[str]) -> None:
    if words:
        raise Misread("unexpected", verb=verb.value, given=plain(" ".join(words)))


def _list(verb: Verb, rest: str) -> Line:
    _nothing_more(verb, _words(rest))
    return List()


def _help(_: Verb, rest: str) -> Line:
    topic = _first(rest)[0]
    return Help(_verb(topic) if topic else None)


def _look(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    _nothing_more(verb, words)
    return Look(verb, number)


def _act(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    _nothing_more(verb, words)
    return Act(verb, number)


def _say(verb: Verb, rest: str) -> Line:
    number, text = _ref_first(rest)
    return Say(verb, plain(text), number)


def _update(_: Verb, rest: str) -> Line:
    number, typed = _ref_first(rest)
    text, status = plain(typed), None
    for mark in (_STATUS_FIRST, _STATUS_LAST):
        if status is None and (found := mark.search(text)):
            status = found.group(1).casefold()
            text = (text[: found.start()] + text[found.end() :]).strip()
    return Update(text, status, number)


def _status(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    _nothing_more(verb, words[1:])
    return Update("", plain(words[0]).casefold() if words else None, number)


def _severity(_: Verb, rest: str) -> Line:
    words = _words(rest)
    number, words = _refs(words, last=len(words) <= 2)
    return Severity(plain(words[0]) if words else None, plain(" ".join(words[1:])), number)


def _role(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    _nothing_more(verb, words[2:])
    if not words:
        return Role(number=number)
    role = plain(words[0]).casefold()
    whom = words[1].casefold() if len(words) == 2 else "me"
    if whom in ("me", "none"):
        return Role(role, drop=whom == "none", number=number)
    return Role(role, _person(verb, words[1]), number=number)


def _assign(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    _nothing_more(verb, words[1:])
    return Assign(_person(verb, words[0]) if words else None, number)


def _person(verb: Verb, word: str) -> str:
    slack_id = mentioned(word)
    if slack_id is None:
        raise Misread("not_a_person", verb=verb.value, given=plain(word))
    return slack_id


def _escalate(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest), bare=False)
    if number is None and len(words) == 2 and words[0].isdecimal():
        number, words = _refs(words)
    if len(words) == 2 and words[0].casefold() == "tier":
        words = words[1:]
    _nothing_more(verb, words[1:])
    return Escalate(_tier(words[0]) if words else None, number)


def _tier(word: str) -> int:
    if not _BARE.match(word) or int(word) == 0:
        raise Misread("not_a_tier", given=plain(word))
    return int(word)


def _page(verb: Verb, rest: str) -> Line:
    number, words = _refs(_words(rest))
    if not words:
        raise Misread("nobody_named")
    if slack_id := mentioned(words[0]):
        _nothing_more(verb, words[1:])
        return Page(slack_id, number=number)
    if group := group_mentioned(words[0]):
        _nothing_more(verb, words[1:])
        return Page(kind=TargetKind.USER_GROUP, name=group, number=number)
    kind = _KINDS.get(words[0].casefold()) if len(words) > 1 else None
    words = words[1:] if kind else words
    _nothing_more(verb, words[1:])
    return Page(kind=kind, name=plain(words[0]).removeprefix("@"), number=number)


_READERS: dict[Verb, Callable[[Verb, str], Line]] = {
    Verb.LIST: _list,
    Verb.HELP: _help,
    Verb.UPDATE: _update,
    Verb.STATUS: _status,
    Verb.SEVERITY: _severity,
    Verb.ROLE: _role,
    Verb.ASSIGN: _assign,
    Verb.ESCALATE: _escalate,
    Verb.PAGE: _page,
    **dict.fromkeys((Verb.SHOW, Verb.TIMELINE, Verb.WHY, Verb.POSTMORTEM), _look),
    **dict.fromkeys((Verb.TAKE, Verb.ACK, Verb.DECLINE, Verb.NOTIFY), _act),
    **dict.fromkeys((Verb.UNACK, Verb.RESOLVE, Verb.REOPEN, Verb.CANCEL, Verb.NOTE), _say),
}
