"""On call: rotations and the slots they make (SPEC §9). Pure; definitions and an interval in, slots out.

A rotation is a line of equal turns laid end to end on the wall clock of its zone; each turn belongs to the
next member in the list. Active hours and time off cut the turns; layers are laid over one another; what is left of
each turn is a shift. Shifts become slot rows, and people answer from the rows: a human may have placed
one that no rotation knows.
"""

from __future__ import annotations

from bot.domain.oncall.definition import (
    DEFAULT_HANDOFF,
    ActiveHours,
    Away,
    Layer,
    Line,
    Listed,
    Origin,
    Rotation,
    Schedule,
    Shift,
    Source,
    Term,
)
from bot.domain.oncall.layers import boundary, meant_to_cover, moved_on, shifts
from bot.domain.oncall.order import who_follows
from bot.domain.oncall.slots import (
    OnCall,
    Slot,
    covering,
    next_change,
    of_one_person,
    on_call,
    stretches,
    uncovered,
)

__all__ = [
    "DEFAULT_HANDOFF", "ActiveHours", "Away", "Layer", "Line", "Listed", "OnCall", "Origin", "Rotation", "Schedule",
    "Shift", "Slot", "Source", "Term", "boundary", "covering", "meant_to_cover", "moved_on", "next_change",
    "of_one_person", "on_call", "shifts", "stretches", "uncovered", "who_follows",
]  # fmt: skip
