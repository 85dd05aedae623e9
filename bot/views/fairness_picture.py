"""Who carried how much, as a picture: hours, nights and weekend days of each person, beside a fair share of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.fairness import Load
from bot.domain.people import Person, PersonId
from bot.views.drawing import Box, Dashes, Drawing, Words
from bot.views.words import count, one_line

Loads = Mapping[PersonId, Load]
Part = Box | Dashes | Words

#: People who are shown; the others are counted.
MOST = 25
_WIDTH, _ROW, _TOP, _FOOT = 760.0, 30.0, 92.0, 44.0
_NAME, _PANEL, _GAP = 170.0, 170.0, 18.0
_INK, _MUTED, _TRACK = "#1d1c1d", "#696969", "#f1f1f3"
#: What is shown, in which colour, and how its figures are written.
_PANELS = (
    ("Hours", "#1264a3", lambda load: load.hours, "{:.0f} h"),
    ("Nights", "#5b3a8c", lambda load: float(load.nights), "{:.0f}"),
    ("Weekend days", "#b35c00", lambda load: float(load.weekends), "{:.0f}"),
)


def fairness_picture(name: str, days: int, loads: Loads, people: Mapping[PersonId, Person]) -> Drawing:
    """A row for each person, the most loaded first; a dashed line stands at an equal share."""
    rows = list(loads.items())
    shown = rows[:MOST]
    height = _TOP + _ROW * len(shown) + _FOOT
    parts: list[Part] = [
        Box(0, 0, _WIDTH, height, "#ffffff"),
        Words(24, 30, f"{one_line(name)}: who was on call", 20, _INK, most=_WIDTH - 48),
        Words(24, 54, f"Last {count(days, 'day')}, on each person's own clock", 13, _MUTED),
    ]
    for row, (who, _) in enumerate(shown):
        person = people.get(who)
        shown_as, handle = (one_line(person.name), person.handle or "") if person else ("?", "")
        parts.append(Words(24, _middle(row), shown_as, 14, _INK, most=_NAME - 12, otherwise=handle))
    for number in range(len(_PANELS)):
        parts += _panel(number, [load for _, load in shown], [load for _, load in rows])
    parts.append(Words(24, height - 22, _footer(len(rows) - len(shown)), 12, _MUTED, most=_WIDTH - 48))
    return Drawing(_WIDTH, height, tuple(parts))


def described(name: str, days: int, loads: Loads, people: Mapping[PersonId, Person]) -> str:
    """The same in words, for whoever does not see it."""
    lines = [
        f"{one_line(people[who].name) if who in people else 'somebody'}: {load.hours:.0f} h,"
        f" {count(load.nights, 'night')}, {count(load.weekends, 'weekend day')}"
        for who, load in list(loads.items())[:MOST]
    ]
    return f"On call for {one_line(name)} in the last {count(days, 'day')}. {'; '.join(lines)}."


def _panel(number: int, shown: Sequence[Load], everybody: Sequence[Load]) -> Iterator[Part]:
    title, colour, value, figures = _PANELS[number]
    left = 24 + _NAME + number * (_PANEL + _GAP)
    room = _PANEL - 46  # the longest bar; its figure stands beside it
    yield Words(left, _TOP - 14, title, 13, colour)
    most = max([*(value(load) for load in everybody), 1.0])
    for row, load in enumerate(shown):
        y = _middle(row)
        yield Box(left, y - 8, room, 16, _TRACK)
        if value(load) > 0:
            yield Box(left, y - 8, max(room * value(load) / most, 2.0), 16, colour)
        yield Words(left + room + 6, y, figures.format(value(load)), 12, _INK)
    share = sum(value(load) for load in everybody) / max(len(everybody), 1)
    yield Dashes(left + room * share / most, _TOP - 2, _ROW * len(shown) + 2, _INK)


def _middle(row: int) -> float:
    return _TOP + _ROW * row + _ROW / 2


def _footer(left: int) -> str:
    more = f"And {left} more. " if left > 0 else ""
    return f"{more}Dashed: an equal share. A night is an hour or more from 22:00 to 06:00; holidays count as weekend."
