"""The language of replies by SMS, any case: what people type at 3 a.m. with one thumb.

reply   = number verb | verb [number | ALL] [text]
verb    = ACK | DECLINE | RESOLVE | ESCALATE | NOTE, or alone A, D, R, E, YES, NO, as in `a 42` and `A42`
number  = INC-42 | #42 | 42
ALL goes with ACK; RESOLVE and NOTE take a text. STOP, START and HELP belong to the carrier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.spelling import nearest


class ReplyVerb(StrEnum):
    ACK = "ack"
    DECLINE = "decline"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    NOTE = "note"


#: Words that mean a verb whatever follows.
_LONG: dict[str, ReplyVerb] = {
    **{verb.value: verb for verb in ReplyVerb},
    "acked": ReplyVerb.ACK, "acknowledge": ReplyVerb.ACK, "acknowledged": ReplyVerb.ACK,
    "declined": ReplyVerb.DECLINE, "resolved": ReplyVerb.RESOLVE, "escalated": ReplyVerb.ESCALATE,
}  # fmt: skip
#: Words that mean one only alone or with a number: "no idea what this is" declines nothing.
_SHORT: dict[str, ReplyVerb] = {
    "a": ReplyVerb.ACK, "yes": ReplyVerb.ACK, "d": ReplyVerb.DECLINE, "no": ReplyVerb.DECLINE,
    "r": ReplyVerb.RESOLVE, "e": ReplyVerb.ESCALATE,
}  # fmt: skip
#: Verbs after which a number may be part of what was typed: "note 500 errors on checkout".
TEXTS = frozenset({ReplyVerb.RESOLVE, ReplyVerb.NOTE})

#: Messages of one of these words, and nothing else, are the carrier's:
#: https://help.twilio.com/articles/223134027
STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"})
START_WORDS = frozenset({"start", "unstop", "yes"})
HELP_WORDS = frozenset({"help", "info"})

_WORD = re.compile(r"(?P<word>[^\W\d_]+)[\s,.:;!#-]*(?P<rest>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?P<mark>inc[\s-]*|#\s*)?(?P<number>\d{1,9})(?!\w)[\s,.:;!-]*(?P<rest>.*)", re.DOTALL | re.I)
_ALL = re.compile(r"(all|everything)\b[\s.!]*", re.I)
_WRAPPED = " \t\r\n\"'“”‘’`*"


@dataclass(frozen=True, slots=True)
class Understood:
    """What an SMS says. `number` is bare where it may be part of `whole`, the text with it."""

    verb: ReplyVerb
    number: int | None = None
    everything: bool = False
    text: str = ""
    whole: str = ""
    marked: bool = False  # the number was written as INC-42 or #42

    def naming(self, known: frozenset[int]) -> Understood:
        """The same, with a bare number left in the text unless it is one of these incidents."""
        if self.verb not in TEXTS or self.number is None or self.marked or self.number in known:
            return self
        return Understood(self.verb, text=self.whole, whole=self.whole)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing that is understood; `meant` is the verb it looks like."""

    given: str
    meant: ReplyVerb | None = None


def read(body: str) -> Understood | Unclear:
    """What a reply says."""
    given = body.strip(_WRAPPED)
    first = _NUMBER.match(given)
    if first is not None and (swapped := _verb_after(first)) is not None:
        return swapped
    found = _WORD.match(given)
    if found is None:
        return Unclear(given)
    word, rest = found["word"].casefold(), found["rest"].strip(_WRAPPED)
    if word in _LONG:
        return _with_rest(_LONG[word], rest)
    if word in _SHORT and re.fullmatch(r"((inc[\s-]*)?\d{1,9}|all)?[\s.!]*", rest, re.I):
        return _with_rest(_SHORT[word], rest)
    guess = nearest(word, list(ReplyVerb)) if len(word) > 2 else None
    return Unclear(given, ReplyVerb(guess) if guess else None)


def _verb_after(first: re.Match[str]) -> Understood | None:
    """`42 ack`: the verb and nothing more."""
    word = first["rest"].strip(_WRAPPED + ".!").casefold()
    verb = _LONG.get(word) or _SHORT.get(word)
    return Understood(verb, int(first["number"]), marked=True) if verb else None


def _with_rest(verb: ReplyVerb, rest: str) -> Understood:
    if verb is ReplyVerb.ACK and _ALL.fullmatch(rest):
        return Understood(verb, everything=True)
    found = _NUMBER.match(rest)
    if found is None:
        return Understood(verb, text=rest, whole=rest)
    return Understood(verb, int(found["number"]), text=found["rest"].strip(), whole=rest, marked=bool(found["mark"]))


def carrier_word(body: str) -> str:
    """`stop`, `start` or `help` where the message is one of the carrier's words and nothing else; else empty."""
    word = body.strip().casefold()
    groups = (("stop", STOP_WORDS), ("start", START_WORDS), ("help", HELP_WORDS))
    return next((name for name, words in groups if word in words), "")
