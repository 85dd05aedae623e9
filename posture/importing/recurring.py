"""Shifts of Grafana OnCall, which recur as events of a calendar do (RFC 5545), as turns that are laid end to end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from posture.importing import turns
from posture.importing.draft import Draft, Turns, wall
from posture.importing.export import Json, number, text, words
from posture.importing.turns import DAY, WEEK

_UNITS: Final = {"hourly": timedelta(hours=1), "daily": DAY, "weekly": WEEK}
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONCE: Final = ("single_event", "override")


def rotations(made: Draft, name: str, zone: str, shift: Json, now: datetime) -> list[Turns]:
    """Those that one shift comes to: as many as are on call at once. None where it cannot be said."""
    what = f"The shift `{text(shift, 'name') or text(shift, 'id')}`"
    zone = made.zone("schedules", name, text(shift, "time_zone") or zone)
    start, until = wall(text(shift, "start"), zone), wall(text(shift, "until"), zone)
    if start is None:
        made.note("schedules", name, f"{what} has no start that can be read, and was left out.")
        return []
    length = timedelta(seconds=number(shift, "duration"))
    if text(shift, "type") in _ONCE:
        if start + length > now.replace(tzinfo=None):
            made.note("schedules", name, f"{what} happens once, and was left out: make it with /oncall override.")
        return []
    laid = _laid(shift, start, length)
    if isinstance(laid, str):
        made.note("schedules", name, f"{what} {laid}, which cannot be said here; it was left out.")
        return []
    begins, period, stretches = laid
    effective = max(start, wall(text(shift, "rotation_start"), zone) or start)
    if begins < effective and effective > now.replace(tzinfo=None):
        made.note("schedules", name, f"{what} begins on {effective:%Y-%m-%d} there, and on {begins:%Y-%m-%d} here.")
    hours = turns.hours(stretches)
    found = [Turns(tuple(row), period, begins, zone, until, hours) for row in _rows(made, name, what, shift)]
    return [one for one in found if not turns.over(one, now) and turns.possible(made, name, what, one)]


def _laid(shift: Json, start: datetime, length: timedelta) -> tuple[datetime, timedelta, list[turns.Stretch]] | str:
    """Where its turns begin, how long each is, and when in the week they cover; else why not."""
    unit, every = _UNITS.get(text(shift, "frequency")), max(1, number(shift, "interval", 1))
    days = [_DAYS.index(day) for day in words(shift, "by_day") if day in _DAYS]
    if unit is None or shift.get("by_month") or shift.get("by_monthday"):
        return "recurs by months"
    period, clock = unit * every, start.hour * 60 + start.minute
    minutes = int(length / timedelta(minutes=1))
    if length > period or minutes <= 0:
        return "overlaps with itself"
    if not days and length == period:
        return start, period, []
    if every > 1 or unit < DAY:
        return "leaves gaps between its turns"
    if not days:
        weekdays = range(7) if unit == DAY else [start.weekday()]
        return start, period, [(day, clock, minutes) for day in weekdays]
    if length > DAY:
        return "overlaps with itself"
    first = start if unit == DAY else _week_of(start, text(shift, "week_start") or "SU")
    return first, period, [(day, clock, minutes) for day in days]


def _week_of(start: datetime, week_start: str) -> datetime:
    """The first day of its week, at the same time of day."""
    first = _DAYS.index(week_start) if week_start in _DAYS else 6
    return start - timedelta(days=(start.weekday() - first) % 7)


def _rows(made: Draft, name: str, what: str, shift: Json) -> list[list[str]]:
    """Handles that take turns; several rows where several have a turn together."""
    rolling: Any = shift.get("rolling_users")
    groups = (
        [[str(user) for user in group] for group in rolling if isinstance(group, list)]
        if isinstance(rolling, list)
        else []
    )
    first = number(shift, "start_rotation_from_user_index")
    groups = groups[first:] + groups[:first]
    if text(shift, "type") != "rolling_users":
        return [[handle] for user in words(shift, "users") for handle in made.of("people", user)]
    known = [[handle for user in group for handle in made.of("people", user)] for group in groups]
    if any(len(those) < len(group) for those, group in zip(known, groups, strict=True)):
        made.note(
            "schedules", name, f"{what} names people who are not in the export; the turns of the others moved up."
        )
    known = [those for those in known if those]
    return [[those[min(row, len(those) - 1)] for those in known] for row in range(max(map(len, known), default=0))]
