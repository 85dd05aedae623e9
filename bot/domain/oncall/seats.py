"""Whose turn it is: members keep their order while some join and some leave.

Each turn goes to the next in the list after whoever had the last one, among those who are there when it begins. So
nobody is skipped or doubled by somebody else's coming and going, and between two such changes it is plain counting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.oncall.definition import Rotation, Term

#: Begins and how to count from there: turn n belongs to seats[(n + shift) % len(seats)].
_Span = tuple[int | None, Sequence[int], int]


class Seats:
    """Places in a rotation's list. `begins` answers when turn n begins, `turn_at` the first that begins by then."""

    def __init__(
        self, rotation: Rotation, begins: Callable[[int], datetime], turn_at: Callable[[datetime], int]
    ) -> None:
        said = {term.handle: term for term in rotation.terms}
        self.members = rotation.members
        self.terms = tuple(said.get(handle) or Term(handle) for handle in rotation.members)
        self._spans = [self._first(rotation, begins)]
        edges = {edge for term in said.values() for edge in (term.since, term.until) if edge is not None}
        for number in sorted({turn_at(edge) for edge in edges}):
            if rotation.start is None or number > 0:
                self._change(number, begins(number))

    def of(self, number: int) -> int | None:
        """The place whose turn this is; None where nobody is there."""
        for since, seats, shift in reversed(self._spans):
            if since is None or since <= number:
                return seats[(number + shift) % len(seats)] if seats else None
        return None

    def holds(self, seat: int | None, at: datetime) -> str | None:
        """Who is on call at a moment of a turn: its own member, or the next in the list who is there."""
        first = 0 if seat is None else seat
        order = [*range(first, len(self.terms)), *range(first)]
        there = [self.terms[one] for one in order if self.terms[one].present(at)]
        working = [term for term in there if not term.is_away(at, holiday=False)]
        free = [term for term in working if not term.is_away(at, holiday=True)]
        return next((term.handle for term in free or working), None)

    def _first(self, rotation: Rotation, begins: Callable[[int], datetime]) -> _Span:
        if rotation.start is None:
            return None, [n for n, term in enumerate(self.terms) if term.since is None], 0
        return 0, self._present(begins(0)), 0

    def _present(self, at: datetime) -> list[int]:
        return [number for number, term in enumerate(self.terms) if term.present(at)]

    def _change(self, number: int, at: datetime) -> None:
        """From this turn on others are there: the one after whoever had the last turn goes first."""
        before, seats = self._last(number), self._present(at)
        if seats == self._spans[-1][1]:
            return
        after = next((place for place, seat in enumerate(seats) if seat > before), 0)
        self._spans.append((number, seats, after - number))

    def _last(self, number: int) -> int:
        """The place that had the last turn before this one; -1 where nobody ever had one."""
        for upper, (since, seats, shift) in zip(
            [number, *[one[0] for one in reversed(self._spans)]], reversed(self._spans), strict=False
        ):
            if seats and upper is not None and (since is None or since < upper):
                return seats[(upper - 1 + shift) % len(seats)]
        return -1
