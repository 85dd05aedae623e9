"""Notes to one person about shifts: taken, given, asked for, near, and gaps that somebody should mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.views import absence_notes, inspected, names, sheet_notes, source_notes, standing, user_groups
from bot.views.message import Block, Message, actions, button, message, section
from bot.views.words import at, escape, one_line, series, strings

Data = Mapping[str, object]

#: By direct message, with the data their text may use; times are epoch seconds.
DM_CODES: dict[str, tuple[str, ...]] = {
    "shift_taken": ("schedule", "by", "start", "end", "parts", "people"),  # people: who had it; parts: instead of times
    "shift_given": ("schedule", "by", "start", "end", "parts", "person"),
    "shift_removed": ("schedule", "by", "start", "end", "parts"),
    "schedule_off": ("schedule", "by"),
    "swap_asked": ("swap", "schedule", "person", "start", "end", "takes_start", "takes_end"),
    "cover_asked": ("swap", "schedule", "person", "start", "end"),
    "swap_accepted": ("schedule", "person", "start", "end", "takes_start", "takes_end", "rest"),  # rest: of a cover
    "swap_taken": ("schedule", "person", "start", "end", "takes_start", "takes_end"),
    "swap_declined": ("schedule", "person", "start", "end"),
    "swap_withdrawn": ("schedule", "person"),
    "turns_passed": ("schedule", "person", "back", "has", "had"),  # has, had: starts and ends
    "time_off_noted": ("by", "start", "end", "back"),
    "shift_soon": ("schedule", "start", "end", "hours"),
    "shift_begins": ("schedule", "end"),
    "shift_ends": ("schedule", "person"),  # person: who has it now, or ""
    "gaps_found": ("gaps",),  # each with code, schedule, person, start, end, other
    "gaps_mended": ("gaps",),
    "audit_found": ("lacks",),  # each with code, section, name, given
    "audit_mended": ("lacks",),
    "sheet_broken": ("faults",),  # each with sheet, row, column, code, given
    "sheet_mended": (),
    "post_over": ("about", "channel", "reason", "posted"),  # a standing post; reason: Slack's
    "group_refused": ("group", "reason", "schedules"),  # a user group that does not follow
    "group_follows": ("group",),
    "source_broken": ("schedule", "origin", "troubles"),  # each with code, given, where
    "source_mended": ("schedule", "origin"),
}
_MOST_GAPS = 12


def dm(code: str, data: Data, now: datetime) -> Message:
    """As a direct message."""
    text = _WORDS[code](data, now)
    return message(text, section(text), _buttons(code, str(data.get("swap") or "")))


def _buttons(code: str, request: str) -> Block | None:
    """A swap is for one person to answer; a cover goes to the first yes, and nobody needs to say no."""
    if code == "swap_asked":
        accept = button("Accept", names.SWAP_ACCEPT, request, style="primary")
        return actions(accept, button("Decline", names.SWAP_DECLINE, request))
    if code == "cover_asked":
        take = button("Take it", names.SWAP_ACCEPT, request, style="primary")
        return actions(take, button("Take a part…", names.SWAP_PART, request))
    return None


def _word(data: Data, name: str) -> str:
    return escape(one_line(str(data.get(name) or "")))


def _schedule(data: Data) -> str:
    return f"*{_word(data, 'schedule')}*"


def _time(data: Data, name: str, now: datetime) -> str:
    return at(moment(data.get(name)), now)


def moment(value: object) -> datetime:
    """Epoch seconds of a note's or an answer's data as a time."""
    return datetime.fromtimestamp(int(str(value or 0)), UTC)


def _span(data: Data, now: datetime, start: str = "start", end: str = "end") -> str:
    return f"from {_time(data, start, now)} to {_time(data, end, now)}"


def _parts(data: Data, now: datetime) -> str:
    """The times that are meant, where they are not one."""
    return absence_notes.times(data, "parts", now) or _span(data, now)


def _by(data: Data) -> str:
    return f" {_word(data, 'by')} arranged it." if data.get("by") else ""


def _taken(data: Data, now: datetime) -> str:
    names = series([escape(one_line(one)) for one in strings(data.get("people"))])
    before = f", instead of {names}" if names else ""
    return f"📟 You are on call for {_schedule(data)} {_parts(data, now)}{before}.{_by(data)}"


def _given(data: Data, now: datetime) -> str:
    return f"{_word(data, 'person')} has {_schedule(data)} {_parts(data, now)} instead of you.{_by(data)}"


def _asked(data: Data, now: datetime) -> str:
    return (
        f"{_word(data, 'person')} asks you to swap shifts of {_schedule(data)}: you would have theirs"
        f" {_span(data, now)}, and they yours {_span(data, now, 'takes_start', 'takes_end')}."
    )


def _cover(data: Data, now: datetime) -> str:
    return (
        f"{_word(data, 'person')} asks who covers {_schedule(data)} {_span(data, now)}. The first yes has it; a part"
        " helps too."
    )


def _accepted(data: Data, now: datetime) -> str:
    back = f" You have theirs {_span(data, now, 'takes_start', 'takes_end')}." if data.get("takes_start") else ""
    rest = absence_notes.times(data, "rest", now)
    left = f" What is left still waits for somebody: {rest}." if rest else ""
    return f"{_word(data, 'person')} said yes, and has {_schedule(data)} {_span(data, now)}.{back}{left}"


def _took(data: Data, now: datetime) -> str:
    has = f"{_word(data, 'person')} has yours {_span(data, now, 'takes_start', 'takes_end')}."
    theirs = f" {has}" if data.get("takes_start") else ""
    return f"You said yes: you are on call for {_schedule(data)} {_span(data, now)}.{theirs}"


def _soon(data: Data, now: datetime) -> str:
    when = "tomorrow" if str(data.get("hours")) == "24" else "in an hour"
    return f"📟 You are on call for {_schedule(data)} {when}: {_span(data, now)}."


def _ends(data: Data, _: datetime) -> str:
    after = f"{_word(data, 'person')} has it now." if data.get("person") else "⚠️ Nobody is on call by it now."
    return f"Your shift of {_schedule(data)} is over. {after}"


def gap(data: Data, now: datetime) -> str:
    """One gap as a sentence."""
    who, where = _word(data, "person") or "somebody", _schedule(data)
    words = {
        "no_slot": f"nobody is on call for {where} {_span(data, now)}",
        "inactive": f"{where} is switched off, and something pages it",
        "no_address": f"{who} is on call for {where} and can be reached by nothing",
        "deactivated": f"{who} is on call for {where} and is deactivated in Slack",
        "one_person": f"{who} alone takes every turn of {where}",
        "stale": f"the source of {where} cannot be followed, so that what was last read there is in force",
        "twice": f"{who} is on call for {where} and *{_word(data, 'other')}* at once {_span(data, now)}",
    }
    return words[str(data.get("code"))]


def _gaps(head: str) -> Callable[[Data, datetime], str]:
    def words(data: Data, now: datetime) -> str:
        found = data.get("gaps")
        gaps = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
        lines = [f"• {gap(one, now)}" for one in gaps[:_MOST_GAPS]]
        more = [f"• and {len(gaps) - _MOST_GAPS} more"] if len(gaps) > _MOST_GAPS else []
        return "\n".join([head, *lines, *more])

    return words


_WORDS: dict[str, Callable[[Data, datetime], str]] = {
    "shift_taken": _taken,
    "shift_given": _given,
    "shift_removed": lambda data, now: (
        f"You are not on call for {_schedule(data)} {_parts(data, now)} any more: the override was removed.{_by(data)}"
    ),
    "schedule_off": lambda data, _: f"{_schedule(data)} was switched off: nobody is on call by it now.{_by(data)}",
    "swap_asked": _asked,
    "cover_asked": _cover,
    "swap_accepted": _accepted,
    "swap_taken": _took,
    "swap_declined": lambda data, now: (
        f"{_word(data, 'person')} said no, so you keep {_schedule(data)} {_span(data, now)}."
    ),
    "swap_withdrawn": lambda data, _: (
        f"{_word(data, 'person')} no longer asks you to swap shifts of {_schedule(data)}."
    ),
    "turns_passed": absence_notes.passed,
    "time_off_noted": absence_notes.noted,
    "shift_soon": _soon,
    "shift_begins": lambda data, now: f"📟 You are on call for {_schedule(data)} now, until {_time(data, 'end', now)}.",
    "shift_ends": _ends,
    "gaps_found": _gaps("⚠️ On call will have gaps that you can mend:"),
    "gaps_mended": _gaps("✅ Mended; this is true no more:"),
    "audit_found": inspected.note(
        "⚠️ The posture names what is not there:", "The subcommand `audit` says where each stands, and what to do."
    ),
    "audit_mended": inspected.note("✅ Mended; this is true no more:"),
    "sheet_broken": sheet_notes.broken,
    "sheet_mended": sheet_notes.mended,
    "post_over": lambda data, _: standing.over(data),
    "group_refused": lambda data, _: user_groups.refused(data),
    "group_follows": lambda data, _: user_groups.follows(data),
    "source_broken": source_notes.broken,
    "source_mended": source_notes.mended,
}
