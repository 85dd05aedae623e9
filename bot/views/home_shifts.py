"""What App Home says of on call beside who has it: my shifts with what to do about them, requests, and gaps to mend."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.picture import Home
from bot.domain.swaps import Swap
from bot.views import names
from bot.views.message import Block, actions, button, context, header, paragraphs, section
from bot.views.schedules import gap_line, name_of
from bot.views.words import at, count, cut, escape, one_line

_AHEAD = timedelta(days=14)  # what the shifts shown are those of
_SHIFTS, _REQUESTS, _GAPS = 20, 6, 10  # how many of each are shown
_BUDGET = 3000  # characters of gaps


def shifts(shown: Home, now: datetime) -> list[Block]:
    """My next 14 days."""
    if not shown.shifts:
        return [header("My shifts"), section("None in the next 14 days.")]
    lines = [
        f"*{escape(cut(one_line(schedule), 80))}* {'now' if start <= now else at(start, now)}{_until(end, now)}"
        for schedule, start, end in shown.shifts[:_SHIFTS]
    ]
    running = next((schedule for schedule, start, _ in shown.shifts if start <= now), "")
    first = shown.shifts[0][0]
    todo = actions(
        button("Hand off", names.SHIFT_HANDOFF, running) if running else None,
        button("Ask for a swap", names.SHIFT_SWAP, first),
        button("Ask for cover", names.SHIFT_COVER, first),
        button("Override", names.SHIFT_OVERRIDE, first),
        button("I am away…", names.AWAY_TELL),
    )
    more = _more(len(shown.shifts) - _SHIFTS, "shift")
    return [header("My shifts, next 14 days"), section("\n".join(lines)), *more, todo]


def _until(end: datetime, now: datetime) -> str:
    """A shift may end where the rota is worked out to, and not where it really does: further on none is promised."""
    return ", and beyond the next 14 days" if end > now + _AHEAD else f" until {at(end, now)}"


def requests(shown: Home, now: datetime) -> list[Block]:
    """What waits for my answer, and what I asked for."""
    if not shown.requests:
        return []
    blocks = [header("Swaps and cover")]
    for asked in shown.requests[:_REQUESTS]:
        blocks += _request(asked, shown, now)
    return blocks + _more(len(shown.requests) - _REQUESTS, "request")


def _request(asked: Swap, shown: Home, now: datetime) -> list[Block]:
    value, mine = str(asked.id), asked.asked_by_id == shown.person.id
    schedule = f"*{escape(cut(one_line(asked.schedule), 80))}*"
    gives = f"{at(asked.gives_start, now)} – {at(asked.gives_end, now)}"
    takes = ""
    if asked.takes_start is not None and asked.takes_end is not None:
        takes = f"{at(asked.takes_start, now)} – {at(asked.takes_end, now)}"
    if mine:
        whom = "the roster to cover" if asked.cover else f"{name_of(asked.asked_of_id, shown.people)} to take"
        text = f"You asked {whom} {schedule} {gives}{f' for {takes}' if takes else ''}."
        return [section(text, button("Take it back", names.SWAP_WITHDRAW, value))]
    who = name_of(asked.asked_by_id, shown.people)
    accept = button("Take it" if asked.cover else "Accept", names.SWAP_ACCEPT, value, style="primary")
    if asked.cover:
        other = button("Take a part…", names.SWAP_PART, value)
        return [section(f"{who} asks who covers {schedule} {gives}."), actions(accept, other)]
    text = f"{who} asks you to take {schedule} {gives}, for yours {takes}."
    return [section(text), actions(accept, button("Decline", names.SWAP_DECLINE, value))]


def gaps(shown: Home, now: datetime) -> list[Block]:
    """Gaps of the teams I lead."""
    if not shown.gaps:
        return []
    blocks, left = paragraphs([gap_line(one, shown.people, now) for one in shown.gaps[:_GAPS]], _BUDGET, keep="first")
    more = _more(left + max(len(shown.gaps) - _GAPS, 0), "gap")
    return [header("Gaps on call"), *blocks, *more]


def _more(left: int, word: str) -> list[Block]:
    return [context(f"and {count(left, word)} more")] if left > 0 else []
