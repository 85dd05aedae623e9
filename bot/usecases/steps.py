"""A clock that was ahead and was set back: what was armed by it would wait for as long as it was wrong.

Clocks of machines are corrected in steps, by hand and after a suspend. A step ahead needs nothing: what is due is due.
After one back, a timer or a row that says it was made later than now was made by the clock that was wrong; it waits
from now on for as long as it was meant to. What stands at a moment of a schedule stands there still.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.timers import TimerKind
from bot.ports import Tx

#: Replicas differ by less than this.
SKEW = timedelta(seconds=30)
#: Timers that count from when they were armed; the others stand at the begin of a shift.
COUNTING = (TimerKind.ESCALATE, TimerKind.ACK_TIMEOUT, TimerKind.REMIND, TimerKind.QUIET)


async def set_back(bot: Bot, now: datetime) -> int:
    """How many timers and rows wait anew; 0 nearly always, and nothing is written then."""
    if not await bot.db.read(lambda tx: _made_ahead(tx, now)):
        return 0

    async def work(tx: Tx) -> int:
        timers = await tx.timers.made_after(now + SKEW, COUNTING)
        for number, armed_at, due_at in timers:
            await tx.timers.move(number, now, now + (due_at - armed_at))
        rows = await tx.outbox.made_after(now + SKEW)
        for number, created_at, not_before in rows:
            await tx.outbox.move(number, now, now + max(not_before - created_at, timedelta(0)))
        return len(timers) + len(rows)

    return await bot.write(work)


async def _made_ahead(tx: Tx, now: datetime) -> bool:
    return bool(await tx.timers.made_after(now + SKEW, COUNTING) or await tx.outbox.made_after(now + SKEW))
