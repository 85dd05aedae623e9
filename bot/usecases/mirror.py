"""What PagerDuty is told: an event for each change that it should follow, in the transaction that makes the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.delivery import Effect, Lane, NewRow, RowState
from bot.domain.mirror import ACTIONS, Action
from bot.domain.people import Source
from bot.domain.timeline import Event, Kind

if TYPE_CHECKING:
    from bot.usecases.change import Change

#: By these an incident comes to be known there.
_MADE_KNOWN = (Effect.PAGE_PAGERDUTY, Effect.PAGERDUTY_TELL)
#: Facts at which the rules of a severity begin to hold.
_BEGINNINGS = frozenset({Kind.DECLARED, Kind.SEVERITY})


async def mirrored(change: Change, recorded: Sequence[Event]) -> list[NewRow]:
    """One event at most; none for what PagerDuty itself said, or about an incident that it does not know."""
    if "pagerduty" not in change.bot.config.notifiers or change.by.source is Source.PAGERDUTY:
        return []
    action = await _action(change, recorded)
    if action is None:
        return []
    number = change.incident.id
    return [
        NewRow(
            key=f"pagerduty/{number}/{change.incident.version}/{action.value}",
            effect=Effect.PAGERDUTY_TELL,
            lane=Lane.ANSWERS,
            not_before=change.now,
            incident_id=number,
            payload={"action": action.value},
            stream=f"pagerduty/{number}",
        )
    ]


async def _action(change: Change, recorded: Sequence[Event]) -> Action | None:
    """What the newest fact that it knows means; the first trigger where a severity asks for the mirror."""
    meant = [ACTIONS[event.kind] for event in recorded if event.kind in ACTIONS]
    mirrored = change.severity.pagerduty and not change.incident.drill
    begins = mirrored and any(event.kind in _BEGINNINGS for event in recorded)
    if not meant and not begins:
        return None
    known = await _known(change)
    if begins and not known:
        return Action.TRIGGER if change.incident.open else None
    return meant[-1] if meant and known else None


async def _known(change: Change) -> bool:
    rows = await change.tx.outbox.of_incident(change.incident.id, _MADE_KNOWN)
    waiting = [row for row in change.rows if row.effect in _MADE_KNOWN]
    return bool(waiting) or any(row.state in (RowState.PENDING, RowState.SENT) for row in rows)
