"""How long what is over is kept. Nothing that an open incident may need is ever pruned, and no alert, page or fact is.

| what | is kept for |
| --- | --- |
| links of mails | 7 days after their incident was closed |
| codes that were never typed | a day after they ran out |
| accepted events, by which repeats are known | 30 days |
| reactions, of which only the newest counts | 30 days |
| rows of the outbox, with their tries and receipts | 90 days after their incident was closed |
| rows of no incident, such as App Home | 30 days |
| timers that fired or were cancelled | 90 days after their incident was closed |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kept(StrEnum):
    """What is pruned, in this order."""

    LINKS = "links"
    CODES = "codes"
    EVENTS = "events"
    REACTIONS = "reactions"
    ROWS = "rows"  # of closed incidents
    LOOSE_ROWS = "rows of no incident"
    TIMERS = "timers"


KEPT_FOR: Final[Mapping[Kept, timedelta]] = {
    Kept.LINKS: timedelta(days=7),
    Kept.CODES: timedelta(days=1),
    Kept.EVENTS: timedelta(days=30),
    Kept.REACTIONS: timedelta(days=30),
    Kept.ROWS: timedelta(days=90),
    Kept.LOOSE_ROWS: timedelta(days=30),
    Kept.TIMERS: timedelta(days=90),
}
