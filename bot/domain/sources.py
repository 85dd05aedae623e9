"""A rota that is kept in PagerDuty or in a calendar: what was read there, made into lines (SPEC §9). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.oncall import Line
from bot.domain.people import Person

#: How far ahead a rota is read: as far as its shifts are rows, and a day, for it is read from midnight on.
READ_AHEAD = timedelta(weeks=8, days=2)
#: More shifts than this are no rota.
MOST_ENTRIES = 2000

_LONGEST_NAME = 6  # words
_WORD = re.compile(r"[\w@.+'’-]+")

#: Every code of a trouble, with what it means; the words are in `bot.views.source_notes`.
CODES: dict[str, str] = {
    "away": "it cannot be reached, or refuses",
    "unreadable": "what it answers cannot be read",
    "too_long": "it is longer than a rota is",
    "no_schedule": "there is no schedule of that id or name",
    "ambiguous": "several schedules have that name",
    "no_token": "the setting with PagerDuty's token is missing",
    "plain_http": "the address begins with http://, by which anybody could change the rota",
    "nobody": "a shift that names nobody",
    "unknown": "a shift of somebody whom nobody here knows",
    "not_a_time": "a shift without a beginning, or that ends before it begins",
    "no_zone": "a time of a zone that is not known",
    "no_rule": "a repetition that cannot be followed",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a rota from being followed. `where` names the shift, as its source shows it."""

    code: str
    given: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """How a source names somebody; either may be empty."""

    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift as its source has it: [start, end), whom it names in order, and the text it bears.

    Where nobody is named, the text may: `On call: Alice Chen`; else `owner`, who made the entry.
    """

    start: datetime
    end: datetime
    people: tuple[Named, ...] = ()
    text: str = ""
    owner: Named | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading came to: shifts, or troubles. `again` is when the source wants to be asked next."""

    entries: tuple[Entry, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    again: timedelta | None = None


def lines(entries: Iterable[Entry], people: Sequence[Person]) -> tuple[tuple[Line, ...], tuple[Trouble, ...]]:
    """Lines with assignees by id, and every shift whose people are not known.

    Of shifts that overlap the shorter one holds, as people write an exception over a week; of equally long ones that
    which stands first. Shifts of the same time are one, with several assignees.
    """
    found: dict[tuple[datetime, datetime], list[str]] = {}
    troubles: list[Trouble] = []
    book = _Book(people)
    for entry in entries:
        ids, missing = book.find(entry)
        troubles += missing
        found.setdefault((entry.start, entry.end), []).extend(f"#{one}" for one in ids)
    spans = sorted(found, key=lambda span: (span[1] - span[0], span[0]))
    made = tuple(Line(*span, tuple(dict.fromkeys(found[span]))) for span in spans)
    return made, tuple(dict.fromkeys(troubles))


class _Book:
    """People by mail address, and by names that one person alone has."""

    def __init__(self, people: Sequence[Person]) -> None:
        active = [person for person in people if person.active]
        self.by_mail = {person.email.casefold(): person.id for person in active if person.email}
        names: dict[str, set[int]] = {}
        for person in active:
            for name in (person.name, person.handle):
                if name:
                    names.setdefault(name.casefold(), set()).add(person.id)
        self.by_name: Mapping[str, int] = {name: min(ids) for name, ids in names.items() if len(ids) == 1}
        self.by_words = {" ".join(_words(name)): one for name, one in (self.by_name | self.by_mail).items()}

    def find(self, entry: Entry) -> tuple[list[int], list[Trouble]]:
        where = f"{entry.text}, {entry.start:%Y-%m-%d %H:%M} UTC" if entry.text else f"{entry.start:%Y-%m-%d %H:%M} UTC"
        if entry.people:
            ids = [(one, self._person(one)) for one in entry.people]
            missing = [Trouble("unknown", one.email or one.name, where) for one, known in ids if known is None]
            return [known for _, known in ids if known is not None], missing
        owner = self._person(entry.owner) if entry.owner is not None else None
        told = self._in_text(entry.text) or ([] if owner is None else [owner])
        return told, ([] if told else [Trouble("nobody", entry.text, where)])

    def _person(self, one: Named) -> int | None:
        """By mail address, else by name."""
        return self.by_mail.get(one.email.casefold()) or self.by_name.get(one.name.casefold())

    def _in_text(self, text: str) -> list[int]:
        """Everybody whose mail address, name or handle stands in a text as whole words, in its order."""
        words, found, at = _words(text), [], 0
        while at < len(words):
            spans = (" ".join(words[at : at + length]) for length in range(_LONGEST_NAME, 0, -1))
            span = next((span for span in spans if span in self.by_words), None)
            if span is not None:
                found.append(self.by_words[span])
            at += 1 if span is None else len(span.split())
        return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    return [word.strip("._-+'") for word in _WORD.findall(text.casefold())]
