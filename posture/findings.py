"""Findings: what is wrong with a posture, where it stands and how to mend it; and the list of their codes.

INC001-INC099 are what a posture promises and does not keep, INC1xx how the text is written, INC2xx names that lead
nowhere, INC3xx what is legal and will be missed at 3 a.m. (warnings).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_MESSAGE_LIMIT = 400
#: Looking for a close name costs up to 2 ms: these bound it to seconds whatever a file holds.
_SUGGESTIONS, _NAMES_LIMIT, _WORD_LIMIT = 1000, 3000, 100
_suggestions: ContextVar[int] = ContextVar("suggestions", default=_SUGGESTIONS)
_LONG = 5  # letters of a name that is meant where another holds it: `policy` in `escalation_policy`


class Level(StrEnum):
    ERROR = "error"  # the posture is refused
    WARNING = "warning"


class Mark(NamedTuple):
    """A place in a file, as editors count: lines and columns from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Level
    file: str
    line: int
    column: int
    message: str  # one sentence: what is wrong
    fix: str  # one sentence: what to do

    def __str__(self) -> str:
        """One line, as compilers print it."""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity.value} {self.code}: {self.message} {self.fix}".rstrip()


#: Every code with what it means. A warning does not keep a posture from being accepted.
CODES: dict[str, tuple[Level, str]] = {
    "INC001": (Level.ERROR, "What pages for SEV1 or SEV2 has fewer than two tiers."),
    "INC002": (Level.ERROR, "A deployed service has nobody on call."),
    "INC003": (Level.ERROR, "SEV1 has no response time."),
    "INC004": (Level.ERROR, "Timeouts are given, but not one for each tier."),
    "INC005": (Level.WARNING, "Postmortems have a section Action Items and need none."),
    "INC100": (Level.ERROR, "A file cannot be read."),
    "INC101": (Level.ERROR, "The text is not YAML."),
    "INC102": (Level.ERROR, "A key or a name is declared twice."),
    "INC103": (Level.ERROR, "A key is not known."),
    "INC104": (Level.ERROR, "A key is missing."),
    "INC105": (Level.ERROR, "A value is of the wrong kind."),
    "INC106": (Level.ERROR, "A value is not one that is allowed."),
    "INC107": (Level.ERROR, "A duration cannot be read."),
    "INC108": (Level.ERROR, "A date, time of day, handoff or active hours cannot be read."),
    "INC109": (Level.ERROR, "A time zone does not exist."),
    "INC110": (Level.ERROR, "A phone number is not in international form."),
    "INC111": (Level.ERROR, "A Slack id, email address or URL cannot be right."),
    "INC112": (Level.ERROR, "A notifier does not exist."),
    "INC113": (Level.ERROR, "A severity does not exist."),
    "INC114": (Level.ERROR, "A source is none that can be followed, or stands beside turns that are made here."),
    "INC201": (Level.ERROR, "A person is not declared."),
    "INC202": (Level.ERROR, "A position is not declared."),
    "INC203": (Level.ERROR, "A team is not declared."),
    "INC204": (Level.ERROR, "A schedule is not declared."),
    "INC205": (Level.ERROR, "An escalation policy is not declared."),
    "INC206": (Level.ERROR, "A service is not declared."),
    "INC207": (Level.ERROR, "A target is nothing that is declared."),
    "INC208": (Level.ERROR, "A target could mean several things."),
    "INC209": (Level.ERROR, "A policy pages a team's on-call where there is none."),
    "INC210": (Level.ERROR, "Two people have the same address."),
    "INC211": (Level.ERROR, "An escalation policy is inside itself, or has too many tiers."),
    "INC212": (Level.ERROR, "A list of holidays is not declared."),
    "INC213": (Level.ERROR, "A component is not declared."),
    "INC214": (Level.ERROR, "A health check is not declared."),
    "INC215": (Level.ERROR, "A runbook is not declared."),
    "INC216": (Level.ERROR, "A group of the status page is not declared."),
    "INC301": (Level.WARNING, "A person cannot be reached by anything."),
    "INC302": (Level.WARNING, "A rotation has a member from outside its team."),
    "INC303": (Level.WARNING, "Nobody is declared, so nobody can be paged."),
    "INC304": (Level.WARNING, "An escalation policy is used by no service."),
    "INC305": (Level.WARNING, "A rotation hands over at different times every day."),
    "INC306": (Level.WARNING, "Nobody is on call at some time within 14 days."),
    "INC307": (Level.WARNING, "A deployed service has no component."),
    "INC308": (Level.WARNING, "A deployed service has no runbook."),
    "INC309": (Level.WARNING, "A component has no health check."),
    "INC310": (Level.WARNING, "A component belongs to no service."),
    "INC311": (Level.WARNING, "A route can never be reached."),
    "INC312": (Level.WARNING, "A review is too old."),
    "INC313": (Level.WARNING, "Somebody is paged by a notifier that cannot reach them."),
}


def finding(code: str, mark: Mark, message: str, fix: str = "") -> Finding:
    """A finding of a listed code."""
    return Finding(code, CODES[code][0], mark.file, mark.line, mark.column, _safe(message), _safe(fix))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, none twice."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.file, f.line, f.column, f.code, f.message)))


def _safe(text: str) -> str:
    """One line that a terminal can be shown: a posture may hold anything, and findings quote it."""
    line = " ".join(text.split())
    line = "".join(char if char.isprintable() else "�" for char in line)
    return line if len(line) <= _MESSAGE_LIMIT else f"{line[:_MESSAGE_LIMIT]}…"


def nearest(given: str, known: Iterable[str], otherwise: str = "", few: int = 12) -> str:
    """`Did you mean …?` where a known name is close, else all of them where they are `few`, else `otherwise`."""
    left = _suggestions.get()
    _suggestions.set(left - 1)
    if left <= 0 or len(given) > _WORD_LIMIT:
        return otherwise
    names = known if isinstance(known, frozenset) else frozenset(known)
    return otherwise if len(names) > _NAMES_LIMIT else _nearest(str(given), names, few) or otherwise


def begin() -> None:
    """Before a posture is read: so many of its words are looked up, so that rubbish is told of soon as well."""
    _suggestions.set(_SUGGESTIONS)


@lru_cache(maxsize=1024)
def _nearest(given: str, known: frozenset[str], few: int) -> str:
    """Kept, as one wrong name often stands in a hundred lines."""
    names = sorted(map(str, known))
    lowered = {name.lower(): name for name in names}
    close = get_close_matches(given.lower(), lowered, n=1, cutoff=0.6)
    close = close or [name for name in lowered if len(name) >= _LONG and name in given.lower()]
    if close:
        return f"Did you mean `{lowered[close[0]]}`?"
    if names and len(names) <= few:
        return f"Known here: {', '.join(f'`{name}`' for name in names)}."
    return ""
