"""Forms about shifts: an override, a handoff, a swap, a cover and a part of one; times on the reader's own clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.oncall import Rotation, Slot
from bot.domain.oncall.hours import write_hours
from bot.domain.people import Person, PersonId
from bot.domain.swaps import Swap
from bot.views import names
from bot.views.inputs import choices, clock, form, moment, people, several, typed
from bot.views.message import Block, context, option, section
from bot.views.words import at, cut, escape, one_line

View = dict[str, Any]
_MOST = 100  # shifts to choose from


def override_form(
    schedules: Sequence[str], chosen: str, slack_id: str, start: datetime, end: datetime, metadata: str = ""
) -> View:
    """Somebody for a time, whoever it would be."""
    blocks = [
        _schedule(schedules, chosen),
        people(names.IN_PERSON, "Who is on call instead?", slack_id),
        moment(names.IN_START, "From", start),
        moment(names.IN_END, "To", end, hint="Everybody concerned is told. The rota goes on as before afterwards."),
    ]
    return form(names.FORM_OVERRIDE, "Override", "Override", blocks, metadata)


def handoff_form(
    schedules: Sequence[str], chosen: str, holder: str, slack_id: str, metadata: str = "", at_: datetime | None = None
) -> View:
    """The running shift goes to somebody else. `holder`: who has it, by name."""
    now_on = context(f"{escape(one_line(holder))} is on call for {escape(one_line(chosen))}.") if holder else None
    hint = "They have it until the rotation's next handoff. Pages that wait go to them at once; both of you are told."
    blocks = [
        now_on,
        _schedule(schedules, chosen),
        people(names.IN_PERSON, "Who takes over?", slack_id, hint=hint),
        moment(names.IN_START, "When", at_, optional=True, hint="Empty: now."),
    ]
    return form(names.FORM_HANDOFF, "Hand off", "Hand off", blocks, metadata)


def swap_form(
    schedule: str, mine: Sequence[Slot], theirs: Sequence[Slot], known: Mapping[PersonId, Person], zone: ZoneInfo,
    metadata: str = "",
) -> View:  # fmt: skip
    """One of one's own shifts for one of somebody else's."""
    own = [_shift(slot, "", zone) for slot in mine[:_MOST]]
    others = [_shift(slot, known[slot.person_id].name, zone) for slot in theirs[:_MOST] if slot.person_id in known]
    blocks = [
        context(f"Schedule {escape(one_line(schedule))}. Times are those of {zone.key}."),
        choices(names.IN_MINE, "My shift", own, str(own[0]["value"])),
        choices(names.IN_THEIRS, "In exchange for", others, hint="They are asked. Until they say yes nothing changes."),
    ]
    return form(names.FORM_SWAP, "Ask for a swap", "Ask", blocks, metadata)


def cover_form(schedules: Sequence[str], chosen: str, start: datetime, end: datetime, metadata: str = "") -> View:
    """Some of one's own time, for whoever says yes first."""
    hint = "Everybody on the roster is asked. The first yes has it, or a part of it; until then it stays yours."
    blocks = [
        _schedule(schedules, chosen),
        moment(names.IN_START, "From", start),
        moment(names.IN_END, "To", end, hint=hint),
    ]
    return form(names.FORM_COVER, "Ask for cover", "Ask", blocks, metadata)


def part_form(asked: Swap, name: str, now: datetime, metadata: str = "") -> View:
    """What one takes of a cover. `name`: who asks."""
    start = max(asked.gives_start, now)
    text = f"{escape(one_line(name))} asks for cover of *{escape(one_line(asked.schedule))}* from {at(start, now)} to"
    blocks = [
        section(f"{text} {at(asked.gives_end, now)}."),
        moment(names.IN_START, "I take it from", start),
        moment(names.IN_END, "To", asked.gives_end, hint="What is left still waits for somebody."),
    ]
    return form(names.FORM_PART, "Take a part", "Take it", blocks, metadata)


#: Days of a period, and what it is called.
_PERIODS = {7: "A week", 1: "A day", 2: "Two days", 14: "Two weeks"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def schedule_form(
    name: str, rotation: Rotation, slack_ids: Sequence[str], metadata: str = "",
    teams: Sequence[str] = (), team: str | None = None,
) -> View:  # fmt: skip
    """A rotation to be made, or as it is; `name` is empty for a new one."""
    none = option("No team", names.NO_TEAM)
    of = [none, *(option(escape(one_line(one)), one) for one in teams[: _MOST - 1])]
    hint = "In this order. The first has the turn that runs now."
    periods = [option(word, str(days)) for days, word in _PERIODS.items()]
    weekdays = [option(word, str(number)) for number, word in enumerate(_WEEKDAYS)]
    blocks = [
        context(f"Schedule {escape(one_line(name))}") if name else typed(names.IN_NAME, "Name", "payments-night", 60),
        several(names.IN_MEMBERS, "Who takes turns?", slack_ids, hint=hint if not name else ""),
        choices(names.IN_PERIOD, "A turn lasts", periods, str(rotation.period.days)),
        choices(
            names.IN_WEEKDAY,
            "Handoff on",
            weekdays,
            str(rotation.handoff_weekday or 0),
            hint="Where a turn lasts a week or more.",
        ),
        clock(names.IN_CLOCK, "Handoff at", rotation.handoff_time),
        typed(names.IN_ZONE, "Time zone", "Europe/Berlin", 60, rotation.zone),
        typed(
            names.IN_HOURS,
            "Only at these hours",
            "Mon-Fri 09:00-18:00",
            60,
            write_hours(rotation.active) if rotation.active else "",
            optional=True,
            hint="Empty: always. At other hours nobody is on call by it: a schedule of its own may cover them.",
        ),
        choices(names.IN_TEAM, "Team", of, team or names.NO_TEAM, hint="Whose services page it.") if teams else None,
    ]
    return form(names.FORM_SCHEDULE, "Schedule" if name else "New schedule", "Save", blocks, metadata)


def _schedule(schedules: Sequence[str], chosen: str) -> Block:
    options = [option(escape(one_line(name)), name) for name in schedules]
    return choices(names.IN_SCHEDULE, "Schedule", options, chosen)


def _shift(slot: Slot, who: str, zone: ZoneInfo) -> Block:
    start, end = slot.start.astimezone(zone), slot.end.astimezone(zone)
    name = f"{escape(cut(one_line(who), 22))} · " if who else ""
    return option(f"{name}{start:%a %d %b %H:%M} – {end:%a %d %b %H:%M}", str(int(slot.start.timestamp())))
