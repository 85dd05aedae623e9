"""Who is on call, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.oncall import Shift
from bot.views.simulated import when
from bot.views.words import one_line

Found = Mapping[str, Sequence[Shift]]
_WIDEST = 40  # characters of a schedule's name


def at_once(found: Found, people: Mapping[str, str], at: datetime, zone: ZoneInfo, note: str, seen: datetime) -> str:
    """A line a schedule: who has it at a moment, and until when; no end is looked for from `seen` on."""
    head = f"{when(at, zone)} {note}".rstrip()
    width = _width(found)
    lines = [f"{_name(name):<{width}}  {_holder(shifts, people, zone, seen)}" for name, shifts in found.items()]
    return "\n".join([head, *lines])


def listed(found: Found, people: Mapping[str, str], zone: ZoneInfo) -> str:
    """Every shift, schedule by schedule; what lies between two is said to be nobody's."""
    lines = []
    for name, shifts in found.items():
        lines += [_name(name)]
        lines += [] if shifts else ["  nobody"]
        for number, shift in enumerate(shifts):
            if number and shifts[number - 1].end < shift.start:
                lines.append(f"  {_span(shifts[number - 1].end, shift.start, zone)}  nobody")
            lines.append(f"  {_span(shift.start, shift.end, zone)}  {_person(shift, people)}")
    return "\n".join(lines)


def _holder(shifts: Sequence[Shift], people: Mapping[str, str], zone: ZoneInfo, seen: datetime) -> str:
    if not shifts:
        return "nobody"
    until = f"until {_moment(shifts[0].end, zone)}" if shifts[0].end < seen else "with no end within a year"
    return f"{_person(shifts[0], people)} {until}"


def _person(shift: Shift, people: Mapping[str, str]) -> str:
    return one_line(people.get(shift.handle, shift.handle))


def _span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{_moment(start, zone)} – {_moment(end, zone)}"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 2026-03-30 09:00 CEST`."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def _name(name: str) -> str:
    return one_line(name)


def _width(found: Found) -> int:
    return min(max(len(_name(name)) for name in found), _WIDEST)
