"""An iCalendar feed (RFC 5545) as shifts of a rota: read with icalendar, repeated on the wall clock of its zone.

A repetition keeps its wall time before and after a clock change, and so does its end: a week from Monday 09:00 to
Monday 09:00 is that in every week. A wall time that comes twice, or never, means what `bot.domain.walltime` says.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.domain.sources import MOST_ENTRIES, Entry, Named, Read, Trouble
from bot.domain.walltime import moment, on_wall
from integrations.ical_rules import NoRule, starts

if TYPE_CHECKING:
    from icalendar import Component

#: Seconds of computing for one feed, and events in it; more is no rota.
LONGEST: Final = 5.0
MOST_EVENTS: Final = 5000
#: Repetitions by the second or minute cost more than any feed may.
_ENDLESS: Final = re.compile(rb"FREQ=(?:SECONDLY|MINUTELY)", re.IGNORECASE)
_FOLD: Final = re.compile(rb"\r?\n[ \t]")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT. `wall` is naive, on the clock of `zone`; `again` is the instance that it stands for, if any."""

    uid: str
    wall: datetime
    length: timedelta
    zone: tzinfo
    whole_day: bool
    sequence: int
    cancelled: bool
    people: tuple[Named, ...]
    text: str
    owner: Named | None
    parts: Component = field(repr=False, compare=False)
    again: datetime | None = None
    and_later: bool = False

    def entry(self, wall: datetime) -> Entry:
        """The shift that begins at a wall time."""
        since, until = moment(wall, self.zone), moment(wall + self.length, self.zone)
        return Entry(since, until, self.people, self.text, self.owner)


def read(feed: bytes, zone: str, start: datetime, end: datetime) -> Read:
    """Every shift that touches [start, end); `zone` is that of times which name none, unless the feed has one."""
    from icalendar import Calendar

    if _ENDLESS.search(_FOLD.sub(b"", feed)):
        return Read(troubles=(Trouble("no_rule", "it repeats by the second or minute"),))
    try:
        calendars = Calendar.from_ical(feed.decode("utf-8-sig", "replace"), multiple=True)
        found = [_Feed(one, zone) for one in calendars if one.name == "VCALENDAR"]
    except OSError:  # of looking for a zone of that name
        return Read(troubles=(Trouble("unreadable", "it names a time zone that is none"),))
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError) as problem:
        return Read(troubles=(Trouble("unreadable", str(problem)[:80] or type(problem).__name__),))
    if not found:
        return Read(troubles=(Trouble("unreadable", "it is no iCalendar"),))
    return _made(found, start, end)


def _made(found: list[_Feed], start: datetime, end: datetime) -> Read:
    deadline = time.monotonic() + LONGEST
    entries, troubles = list[Entry](), list[Trouble]()
    for one in found:
        groups = one.events()
        troubles += one.troubles
        for events in groups.values():
            try:
                entries += _of_one(events, start, end)
            except NoRule as no:
                troubles.append(Trouble("no_rule", str(no), events[0].text))
            except OverflowError:
                troubles.append(Trouble("not_a_time", _given(events[0].parts), events[0].text))
            except (ValueError, TypeError, AttributeError):  # icalendar tells what is broken when it is looked at
                troubles.append(Trouble("no_rule", "one of its days or rules is written wrongly", events[0].text))
            if len(entries) > MOST_ENTRIES or time.monotonic() > deadline:
                return Read(troubles=(Trouble("too_long", f"more than {MOST_ENTRIES} shifts, or too much to count"),))
    return Read(() if troubles else tuple(sorted(entries, key=lambda one: one.start)), tuple(troubles))


def _of_one(events: list[Event], start: datetime, end: datetime) -> Iterator[Entry]:
    """What the events of one UID come to: the repeated one, and those that stand for single instances of it."""
    master = next((one for one in events if one.again is None), None)
    instead = {one.again: one for one in events if one.again is not None and not one.and_later}
    changed = sorted((one for one in events if one.and_later), key=lambda one: one.again or start)
    for one in instead.values():
        yield from _inside(one, one.wall, start, end)
    if master is None or master.cancelled:
        return
    for wall in starts(master.parts, master.wall, master.zone, end):
        at = moment(wall, master.zone)
        if at in instead:
            continue
        later = next((one for one in reversed(changed) if one.again is not None and one.again <= at), None)
        if later is None or later.again is None:
            yield from _inside(master, wall, start, end)
        else:
            yield from _inside(later, later.wall + (wall - on_wall(later.again, master.zone)), start, end)


def _inside(event: Event, wall: datetime, start: datetime, end: datetime) -> Iterator[Entry]:
    entry = event.entry(wall)
    if not event.cancelled and entry.start < end and entry.end > start and entry.start < entry.end:
        yield entry


class _Feed:
    """One VCALENDAR: its own zone, the zones that it describes, and its events by UID; what is wrong gathers."""

    def __init__(self, calendar: Component, zone: str) -> None:
        from icalendar import Timezone

        self.calendar, self.troubles = calendar, list[Trouble]()
        self.own: dict[str, tzinfo] = {
            str(one.get("TZID")): one.to_tz(lookup_tzid=False)
            for one in calendar.walk("VTIMEZONE")
            if isinstance(one, Timezone) and _known(str(one.get("TZID"))) is None
        }
        self.zone: tzinfo = _known(str(calendar.get("X-WR-TIMEZONE", ""))) or ZoneInfo(zone)

    def events(self) -> dict[str, list[Event]]:
        """Of two versions of one instance the later counts."""
        newest: dict[tuple[str, datetime | None], Event] = {}
        for number, parts in enumerate(self.calendar.walk("VEVENT")[: MOST_EVENTS + 1]):
            if number == MOST_EVENTS:
                self.troubles.append(Trouble("too_long", f"more than {MOST_EVENTS} events"))
                break
            try:
                event = self._event(parts, number)
            except (ValueError, TypeError, AttributeError, OverflowError):
                self.troubles.append(Trouble("not_a_time", _given(parts), str(parts.get("SUMMARY", ""))))
                continue
            except LookupError as no:
                self.troubles.append(Trouble("no_zone", str(no.args[0]), str(parts.get("SUMMARY", ""))))
                continue
            before = newest.get((event.uid, event.again))
            if before is None or before.sequence <= event.sequence:
                newest[event.uid, event.again] = event
        groups: dict[str, list[Event]] = {}
        for event in newest.values():
            groups.setdefault(event.uid, []).append(event)
        return groups

    def _event(self, parts: Component, number: int) -> Event:
        if (start := parts.get("DTSTART")) is None:
            raise ValueError("it has no beginning")
        wall, zone, whole = self._wall(start)
        event = Event(
            str(parts.get("UID") or f"without uid {number}"), wall, self._length(parts, wall, zone, whole), zone, whole,
            int(parts.get("SEQUENCE") or 0), str(parts.get("STATUS", "")).upper() == "CANCELLED",
            _people(parts), " ".join(str(parts.get("SUMMARY", "")).split()), _named(parts.get("ORGANIZER")), parts,
        )  # fmt: skip
        if event.length <= timedelta(0) and not event.cancelled:
            raise ValueError("it ends before it begins")
        if (which := parts.get("RECURRENCE-ID")) is None:
            return event
        again = moment(*self._wall(which)[:2])
        return replace(event, again=again, and_later=which.params.get("RANGE") == "THISANDFUTURE")

    def _length(self, parts: Component, wall: datetime, zone: tzinfo, whole: bool) -> timedelta:
        """On the wall of the zone in which it begins."""
        if (last := parts.get("DTEND")) is not None:
            until, other, _ = self._wall(last)
            return (until if other == zone else on_wall(moment(until, other), zone)) - wall
        if (given := parts.get("DURATION")) is not None:
            length = given.dt
            assert isinstance(length, timedelta)
            return length
        return _DAY if whole else timedelta(0)

    def _wall(self, given: Any) -> tuple[datetime, tzinfo, bool]:
        """A date or a time as a naive wall time, its zone, and whether it is a whole day. Raises LookupError."""
        at = given.dt
        if not isinstance(at, datetime):
            if not isinstance(at, date):
                raise TypeError("no date")
            return datetime(at.year, at.month, at.day), self.zone, True  # noqa: DTZ001  # a wall time has no zone yet
        name = str(given.params.get("TZID", ""))
        if at.tzinfo is None and not name:
            return at, self.zone, False
        known: tzinfo | None = at.tzinfo
        if not isinstance(known, ZoneInfo) and name:
            known = self.own.get(name)
        if known is None:
            raise LookupError(name)
        return at.replace(tzinfo=None), known, False


def _given(parts: Component) -> str:
    """Its beginning, as the feed writes it."""
    try:
        return str(parts.get("DTSTART").to_ical().decode())
    except (ValueError, AttributeError):  # there is none, or several
        return ""


def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _people(parts: Component) -> tuple[Named, ...]:
    """Attendees, but rooms and things, and whoever said no."""
    given = parts.get("ATTENDEE", [])
    asked = given if isinstance(given, list) else [given]
    coming = [one for one in asked if not _absent(one.params)]
    return tuple(named for one in coming if (named := _named(one)) is not None)


def _absent(said: Mapping[str, str]) -> bool:
    kind, answer = str(said.get("CUTYPE", "")).upper(), str(said.get("PARTSTAT", "")).upper()
    return kind in ("RESOURCE", "ROOM") or answer == "DECLINED"


def _named(given: Any) -> Named | None:
    if given is None:
        return None
    address, name = str(given), str(given.params.get("CN", "")).strip().strip('"')
    scheme, _, rest = address.partition(":")
    mail = rest.strip() if scheme.casefold() == "mailto" else ""
    return Named(mail or (name if "@" in name else ""), name) if mail or name else None
