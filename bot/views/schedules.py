"""Schedules over time: who is next, what a schedule holds for the next days, its gaps, and how fair it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.fairness import Load
from bot.domain.groups import GroupTrouble
from bot.domain.oncall import OnCall, Rotation, Schedule, Slot
from bot.domain.people import Person, PersonId
from bot.domain.readiness import Gap
from bot.domain.rota import stamp
from bot.views import names, rota_notes, user_groups
from bot.views.message import Block, Message, actions, button, context, header, message, option, paragraphs, section
from bot.views.message import select as menu
from bot.views.origins import ORIGINS
from bot.views.words import at, count, cut, escape, mention, one_line, until

People = Mapping[PersonId, Person]
#: How far ahead a schedule is shown.
SHOWN = timedelta(days=14)
_BUDGET = 6000  # characters of lines
_MOST_OVERRIDES = 50  # that the menu offers to remove
_BAR = 12  # blocks of the longest bar


def name_of(person_id: PersonId | None, people: People) -> str:
    """A mention; in what only one person sees it notifies nobody."""
    person = people.get(person_id) if person_id is not None else None
    return mention(person) if person else "somebody unknown"


def upcoming(answers: Sequence[OnCall], people: People, now: datetime) -> Message:
    """Who comes next on each schedule, and when."""
    blocks, left = paragraphs([_next(one, people, now) for one in answers], _BUDGET, keep="first")
    return message("On call next", header("On call next"), *blocks, *_more(left, "schedule"))


def _next(one: OnCall, people: People, now: datetime) -> str:
    schedule, following = f"*{escape(one_line(one.schedule))}*", one.following
    if following is None:
        if one.slot is None:
            return f"{schedule} ⚠️ nobody is planned."
        who = name_of(one.slot.person_id, people)
        if one.until is not None:
            return f"{schedule} ⚠️ nobody is planned after {who}, from {at(one.until, now)} on."
        return f"{schedule} {who} stays; no change is planned."
    again = one.slot is not None and one.slot.person_id == following.person_id
    who = f"{name_of(following.person_id, people)}{' again' if again else ''}"
    gap = ", after a time of ⚠️ nobody" if one.until is None or one.until < following.start else ""
    return f"{schedule} {who} {at(following.start, now)} ({until(following.start, now)}){gap}"


def schedule(
    known: Schedule,
    held: Sequence[Slot],
    people: People,
    gaps: Sequence[Gap],
    now: datetime,
    trouble: GroupTrouble | None = None,
) -> Message:
    """One schedule for the next 14 days; `held` are its stretches, `trouble` is why its user group does not follow."""
    value = known.name
    overrides = [slot for slot in held if slot.is_override]
    lines = _lines(held, people, now) if known.is_active else ["⚠️ It is switched off: nobody is on call by it."]
    blocks, left = paragraphs(lines or ["⚠️ Nobody is planned."], _BUDGET, keep="first")
    buttons = actions(
        button("Override", names.SHIFT_OVERRIDE, value),
        button("Hand off", names.SHIFT_HANDOFF, value),
        button("Ask for a swap", names.SHIFT_SWAP, value),
        button("Ask for cover", names.SHIFT_COVER, value),
    )
    title = escape(cut(one_line(known.name), 120))
    return message(
        f"Schedule {title}",
        header(title),
        context(_origin(known)),
        section(user_groups.trouble(trouble)) if trouble else None,
        *blocks,
        *_more(left, "shift"),
        *([section("\n".join(gap_line(one, people, now) for one in gaps[:5]))] if gaps else []),
        buttons if known.is_active else None,
        _removing(overrides, people, now) if known.is_active else None,
    )


def _origin(known: Schedule) -> str:
    parts = [f"Declared in {ORIGINS[known.origin]}"]
    parts += [f"team {escape(one_line(known.team))}"] if known.team else []
    turning = [layer for layer in known.layers if isinstance(layer, Rotation) and layer.members]
    if len(turning) == 1:
        members = ", ".join(escape(one_line(one)) for one in turning[0].members[:12])
        parts += [f"in turns: {members}"]
    parts += [f"fills {escape(user_groups.handle(known.user_group))}"] if known.user_group else []
    parts += ["the next 14 days, times on your own clock"]
    return " · ".join(parts)


def _lines(held: Sequence[Slot], people: People, now: datetime) -> list[str]:
    """A line a stretch, and one for each time that nobody has."""
    lines, since = [], now
    for slot in held:
        if slot.start > since:
            lines.append(f"{_span(since, slot.start, now)}  ⚠️ nobody")
        mark = "  _override_" if slot.is_override else ""
        lines.append(f"{_span(slot.start, slot.end, now)}  {name_of(slot.person_id, people)}{mark}")
        since = slot.end
    if held and since < now + SHOWN:
        lines.append(f"{_span(since, now + SHOWN, now)}  ⚠️ nobody")
    return lines


def _span(start: datetime, end: datetime, now: datetime) -> str:
    begins = "*now*" if start <= now else at(start, now)
    return f"{begins} – and beyond" if end >= now + SHOWN else f"{begins} – {at(end, now)}"


def _removing(overrides: Sequence[Slot], people: People, now: datetime) -> Block | None:
    options = [
        option(f"{_plain(one.person_id, people)}, {max(one.start, now):%d %b %H:%M} – {one.end:%d %b %H:%M} UTC",
               str(one.id))
        for one in overrides[:_MOST_OVERRIDES]
    ]  # fmt: skip
    return actions(menu(names.SHIFT_REMOVE, "Remove an override…", options)) if options else None


def _plain(person_id: PersonId, people: People) -> str:
    person = people.get(person_id)
    return escape(cut(one_line(person.name), 30)) if person else "somebody"


def gap_line(gap: Gap, people: People, now: datetime) -> str:
    """A gap as a line of a list."""
    person = people.get(gap.person_id) if gap.person_id is not None else None
    data = {
        "code": gap.code, "schedule": gap.schedule, "person": person.name if person else "", "other": gap.other,
        "start": stamp(gap.start) if gap.start else 0, "end": stamp(gap.end) if gap.end else 0,
    }  # fmt: skip
    return f"{'🔸' if gap.warning else '⚠️'} {_sentence(rota_notes.gap(data, now))}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def gaps(found: Sequence[Gap], people: People, now: datetime) -> Message:
    """Everything that is to be mended, errors first."""
    if not found:
        text = "No gaps in the next 14 days: somebody who can be reached is on call whenever it is planned. ✅"
        return message("No gaps", section(text))
    blocks, left = paragraphs([gap_line(one, people, now) for one in found], _BUDGET, keep="first")
    title = count(len(found), "gap")
    hint = "⚠️ leaves nobody on call, or nobody who can be reached; 🔸 should be looked at. 14 days are looked at."
    return message(f"{title} on call", header(f"{title} on call"), *blocks, *_more(left, "gap"), context(hint))


def fairness(name: str, days: int, loads: Mapping[PersonId, Load], people: People) -> Message:
    """Who carried how much, the most loaded first."""
    title = f"{escape(cut(one_line(name), 80))}, last {count(days, 'day')}"
    if not loads:
        return message(f"Fairness of {title}", section(f"Nobody was on call for *{title}*."))
    most = max(max(load.hours for load in loads.values()), 1)
    lines = [_load(who, load, most, people) for who, load in loads.items()]
    blocks, left = paragraphs(lines, _BUDGET, keep="first")
    hint = "A night is an hour or more between 22:00 and 06:00 where the person lives; holidays count as weekend days."
    hint += " A picture of it comes to you as a direct message."
    return message(f"Fairness of {title}", header(title), *blocks, *_more(left, "person"), context(hint))


def _load(who: PersonId, load: Load, most: float, people: People) -> str:
    bar = "▇" * round(_BAR * load.hours / most)
    carried = f"{load.hours:.0f} h · {count(load.nights, 'night')} · {count(load.weekends, 'weekend day')}"
    line = f"{name_of(who, people)}  {carried}"
    return f"{line}\n`{bar:<{_BAR}}`" if bar else line


def _more(left: int, word: str) -> list[Block]:
    return [context(f"and {count(left, word)} more")] if left > 0 else []
