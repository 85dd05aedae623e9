"""Swaps: one asks another for an exchange of shifts, or the roster for cover; a yes makes overrides.

states: open → accepted | declined | withdrawn
Of a cover a part may be taken: what is left stays open as swaps of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId
from bot.domain.refusals import Refusal


class SwapState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Swap:
    """`asked_by_id` gives [gives_start, gives_end) and takes [takes_start, takes_end), where that is not None.

    `asked_of_id` None: the roster is asked, and the first yes takes it.
    """

    id: int
    schedule: str
    asked_by_id: PersonId
    asked_of_id: PersonId | None
    gives_start: datetime
    gives_end: datetime
    takes_start: datetime | None
    takes_end: datetime | None
    asked_at: datetime
    state: SwapState = SwapState.OPEN
    answered_by_id: PersonId | None = None
    answered_at: datetime | None = None

    @property
    def cover(self) -> bool:
        return self.asked_of_id is None

    def over(self, now: datetime) -> str:
        """Why it can be answered no more: its state, or `lapsed`; empty while it waits."""
        if self.state is not SwapState.OPEN:
            return self.state.value
        ends = [self.gives_end, *([self.takes_end] if self.takes_end is not None else [])]
        return "lapsed" if min(ends) <= now else ""


def answered(swap: Swap, state: SwapState, by: PersonId, now: datetime) -> Swap:
    return replace(swap, state=state, answered_by_id=by, answered_at=now)


def part_of(swap: Swap, start: datetime | None, end: datetime | None, now: datetime) -> tuple[Swap, list[Swap]]:
    """The swap cut to what is taken of it, and what stays open. Only a cover is taken in part; the past is left out."""
    since = max(swap.gives_start, now, start or now)
    until = swap.gives_end if end is None else min(swap.gives_end, end)
    if since >= until or (not swap.cover and (start is not None or end is not None)):
        raise Refusal("bad_interval", why="outside")
    before, after = max(swap.gives_start, now), swap.gives_end
    rest = [(before, since), (until, after)]
    left = [replace(swap, id=0, gives_start=one, gives_end=other) for one, other in rest if one < other]
    return replace(swap, gives_start=since, gives_end=until), left
