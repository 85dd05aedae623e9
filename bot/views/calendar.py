"""Shifts as an iCalendar document (RFC 5545): UTC times, lines of 75 octets at most, each ended by CRLF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.domain.feeds import Almanac
from bot.domain.oncall import Slot
from bot.views.words import one_line

OCTETS = 75  # of a line, without its end (RFC 5545, 3.1)
REFRESH = "PT15M"  # how often a calendar is asked to look again; many look less often


def document(shown: Almanac, now: datetime) -> str:
    """The whole calendar; `now` is when it was made."""
    name = f"{shown.feed.schedule} on call" if shown.feed.schedule else f"{shown.owner.name} on call"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tocsin//On call//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    for slot in shown.held:
        lines += _event(shown, slot, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _event(shown: Almanac, slot: Slot, now: datetime) -> list[str]:
    """A shift keeps its UID while its start stays; whatever else changes of it raises its SEQUENCE."""
    person = shown.people.get(slot.person_id)
    name = person.name if person else "Somebody unknown"
    mine = not shown.feed.schedule
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(shown, slot)}",
        f"SEQUENCE:{shown.versions.get(slot.schedule, 0)}",
        f"DTSTAMP:{stamp(now)}",
        f"DTSTART:{stamp(slot.start)}",
        f"DTEND:{stamp(slot.end)}",
        f"SUMMARY:{escaped(f'On call: {slot.schedule}' if mine else f'{name} on call: {slot.schedule}')}",
        f"DESCRIPTION:{escaped(f'{name} is on call by the schedule {slot.schedule}.')}",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _uid(shown: Almanac, slot: Slot) -> str:
    """A person's feed and a schedule's may stand side by side in one calendar: they share none."""
    whose = "schedule" if shown.feed.schedule else str(shown.owner.id)
    said = f"{whose}/{slot.start.timestamp()}/{slot.schedule}"
    return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}@tocsin"


def stamp(at: datetime) -> str:
    """`20261124T120000Z`."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11), on one line and free of control characters."""
    return one_line(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def folded(line: str) -> Iterator[str]:
    """The line in parts of 75 octets at most; each after the first begins with a space. No character is cut."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + character, size + octets
    yield part
