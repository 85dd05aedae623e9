"""What is over is pruned, in slices so small that pages pass between them (`bot.domain.retention` says what)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.retention import KEPT_FOR, Kept

#: Rows in one transaction.
SLICE = 200
#: Slices of one kind in one turn; what is left comes the next day.
MOST_SLICES = 500
#: Seconds between two slices, in which others write.
PAUSE = 0.05


async def prune(bot: Bot, now: datetime, pause: float = PAUSE) -> Mapping[Kept, int]:
    """How many of each were pruned."""
    pruned: dict[Kept, int] = {}
    for kind, kept_for in KEPT_FOR.items():
        pruned[kind] = await _prune(bot, kind, now - kept_for, pause)
    return {kind: count for kind, count in pruned.items() if count}


async def _prune(bot: Bot, kind: Kept, before: datetime, pause: float) -> int:
    whole = 0
    for _ in range(MOST_SLICES):
        gone = await bot.db.write(lambda tx: tx.pruning.slice(kind, before, SLICE))
        whole += gone
        if gone < SLICE:
            break
        await asyncio.sleep(pause)
    return whole
