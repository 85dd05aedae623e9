"""Who comes after whom: the order that `on-call +1` and escalation count along."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.oncall.definition import Layer, Listed, Schedule
from bot.domain.oncall.layers import shifts

_INSTANT = timedelta(seconds=1)


def who_follows(schedule: Schedule, current: str, offset: int, at: datetime) -> str | None:
    """The handle that comes `offset` assignees after `current`, counting round; None where nobody is declared.

    The order is that of the layer `current` is in, then the members of the other layers from the highest
    down; of a listed layer it is that of the line. Who is not there then, or has time off, is left out. Somebody who is
    in no layer (an override) stands before the person they replace, who comes last.
    """
    order = _order(schedule, current, at)
    if current not in order:
        planned = next((shift.handle for shift in shifts(schedule, at, at + _INSTANT)), None)
        order = [current, *_turned(_order(schedule, planned, at), planned, 1)]
    return order[offset % len(order)] if len(order) > 1 or offset == 0 else None


def _order(schedule: Schedule, first: str | None, at: datetime) -> list[str]:
    """Every member once: the highest layer that has `first`, turned to begin there, then the others downwards."""
    layers = [_there(layer, first, at) for layer in reversed(schedule.layers)]
    home = next((layer for layer in layers if first in layer), [])
    rest = [handle for layer in layers if layer is not home for handle in layer]
    return list(dict.fromkeys([*_turned(home, first, 0), *rest]))


def _there(layer: Layer, first: str | None, at: datetime) -> list[str]:
    """The members who are there at a moment, in order; `first` always is."""
    if isinstance(layer, Listed):
        line = next((line for line in layer.lines if line.start <= at < line.end), None)
        return list(dict.fromkeys(line.assignees)) if line else []
    gone = {
        term.handle
        for term in layer.terms
        if not term.present(at) or term.is_away(at, holiday=False)
    } - {first}  # fmt: skip
    return [handle for handle in dict.fromkeys(layer.members) if handle not in gone]


def _turned(order: list[str], first: str | None, beyond: int) -> list[str]:
    """The order, beginning `beyond` places after `first`."""
    cut = order.index(first) + beyond if first in order else 0
    return order[cut:] + order[:cut]
