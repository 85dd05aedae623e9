"""A posture in the making: what is known of an export so far, and each thing that could not be carried over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.oncall import ActiveHours
from posture.values import KINDS, ON_CALL

_RESERVED: Final = frozenset({ON_CALL, *KINDS})
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")
_SLACK: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_NAME_LIMIT: Final = 60
#: Sections, each with the word for one of its entries in a target.
_NAMED: Final = {"people": "person", "teams": "team", "schedules": "schedule"}


class Note(NamedTuple):
    """A sentence about what is otherwise than it was, and the entry it is about; none: the whole."""

    section: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Turns:
    """Members taking turns of one length, laid end to end from a wall time; `windows` is when it covers at all."""

    members: tuple[str, ...]
    period: timedelta
    start: datetime  # naive: wall time in the zone
    zone: str
    end: datetime | None = None
    windows: tuple[ActiveHours, ...] = ()  # none: always


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    slack: str = ""
    email: str = ""
    phone: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Layers of which the last that covers wins; or a feed's address."""

    team: str
    layers: tuple[Turns, ...] = ()
    source: str = ""
    zone: str = ""
    user_group: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    targets: tuple[str, ...]
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    tiers: tuple[Tier, ...]
    repeat: int


@dataclass(frozen=True, slots=True)
class Service:
    owner: str
    policy: str
    description: str = ""


@dataclass
class Draft:
    """By section and name; ids of the source lead to names here."""

    source: str
    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, tuple[str, ...]] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    _ids: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def note(self, section: str, name: str, text: str) -> None:
        """Each sentence once."""
        made = Note(section, name, text)
        if made not in self.notes:
            self.notes.append(made)

    def name(self, section: str, wanted: str, number: str) -> str:
        """A name that is free and may be written; `number` is the source's id."""
        plain = slug(wanted) or slug(f"{section}-{number}") or section
        if section == "people" and not plain[0].isalpha():
            plain = f"p-{plain}"
        if plain in _RESERVED:
            plain = f"{plain}-1"
        taken = getattr(self, section)
        free = next(
            f"{plain}-{n}" if n > 1 else plain
            for n in range(1, 100_000)
            if (plain if n == 1 else f"{plain}-{n}") not in taken
        )
        return str(free)

    def service(self, name: str, one: Service) -> None:
        """Takes a service over, if there is anybody who would be paged for it."""
        if one.owner or one.policy:
            self.services[name] = one
        else:
            self.note("services", name, f"The service `{name}` has neither a policy nor a team here, and was left out.")

    def know(self, section: str, number: str, *names: str) -> None:
        """What an id of the source means here."""
        if number:
            self._ids[section, number] = names

    def of(self, section: str, number: str) -> tuple[str, ...]:
        """The names that an id leads to; none where it leads nowhere."""
        return self._ids.get((section, number), ())

    def one(self, section: str, number: str) -> str:
        return next(iter(self.of(section, number)), "")

    def target(self, section: str, name: str) -> str:
        """As a tier names it: with the word for its kind where the name alone could be mistaken."""
        several = sum(name in getattr(self, other) for other in _NAMED) > 1
        return f"{_NAMED[section]} {name}" if several or section == "teams" else name

    def person(self, number: str, one: Person, also: Sequence[str] = ()) -> None:
        """Takes a person over; what is wrong with an address is told and left out."""
        handle = self.name("people", one.email.partition("@")[0] or one.name, number)
        checked = Person(
            name=one.name or handle,
            slack=self._address(handle, "slack", one.slack, _SLACK, "Slack id"),
            email=self._address(handle, "email", one.email, _EMAIL, "email address"),
            phone=self._address(handle, "phone", one.phone, _PHONE, "phone number"),
            zone=self.zone("people", handle, one.zone) if one.zone else "",
        )
        self.people[handle] = checked
        for known in (number, *also):
            self.know("people", known, handle)

    def _address(self, handle: str, kind: str, given: str, pattern: re.Pattern[str], words: str) -> str:
        if not given:
            return ""
        if not pattern.fullmatch(given):
            self.note("people", handle, f"The {words} cannot be right and was left out.")
            return ""
        other = next((name for name, person in self.people.items() if getattr(person, kind) == given), None)
        if other is not None:
            self.note("people", handle, f"The {words} is that of `{other}` too, and was left out here.")
            return ""
        return given

    def zone(self, section: str, name: str, given: str) -> str:
        """A zone that exists; UTC for a rotation, and none for a person, where it does not."""
        if given in available_timezones():
            return given
        if section == "people":
            self.note(section, name, f"There is no time zone `{given}`; it was left out.")
            return ""
        if given:
            self.note(section, name, f"There is no time zone `{given}`; UTC stands for it.")
        return "UTC"


def slug(text: str) -> str:
    """Small letters, digits and `-`: `Payments (EU) – primary` is `payments-eu-primary`."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return re.sub(r"[^\w.]+|_+", "-", plain).strip("-.")[:_NAME_LIMIT].strip("-.")


def moment(given: str) -> datetime | None:
    """An ISO 8601 time; naive where it names no offset."""
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        return None


def wall(given: str, zone: str) -> datetime | None:
    """The time on the wall in a zone, to the minute; one without an offset is on that wall already."""
    at = moment(given)
    if at is None:
        return None
    local = at if at.tzinfo is None else at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return local.replace(second=0, microsecond=0)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
