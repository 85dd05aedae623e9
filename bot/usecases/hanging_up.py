"""Phones that ring for what somebody has answered meanwhile are hung up: nobody is woken for nothing.

A call that was picked up goes on: whoever hears it learns from its keys who has it. One that speaks of other pages
too is left alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.delivery import Effect, Lane, NewRow, Row, RowState
from bot.domain.receipts import Reach

#: A phone rings for 40 s at most (`clients/twilio_voice.py`); later there is nothing to hang up.
RINGS_FOR = timedelta(minutes=2)

#: Nobody has picked up, as far as we were told.
_UNHEARD = (None, Reach.QUEUED, Reach.SENT, Reach.RINGING)


def rings(row: Row) -> bool:
    """Whether this is a page by phone of which nobody has heard yet."""
    called = row.effect is Effect.PAGE_VOICE and row.state is RowState.SENT and "sid" in row.result
    return called and row.reach in _UNHEARD and row.bundle_id is None


def hang_up(row: Row, sid: object, now: datetime) -> NewRow:
    """Ends one call, once; `sid` is Twilio's id of it."""
    return NewRow(
        f"{row.key}/hang-up",
        Effect.CALL_END,
        Lane.ANSWERS,
        now,
        incident_id=row.incident_id,
        person_id=row.person_id,
        payload={"sid": str(sid)},
        expires_at=now + RINGS_FOR,
    )
