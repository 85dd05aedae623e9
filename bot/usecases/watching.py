"""What the watchers of the loops tell: admins hear of a loop that had to be started again, once an hour for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Standing
from bot.ports import Tx
from bot.usecases.notices import note_row

RESTARTED = "restarted"


async def tell_restarted(bot: Bot, loops: Sequence[str], now: datetime) -> int:
    """Tells every admin which loops stood still; how many hear of it."""
    stamp = f"{','.join(sorted(loops))}/{now:%Y%m%d%H}"

    async def work(tx: Tx) -> int:
        admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
        told = [note_row(admin, RESTARTED, stamp, {"loops": sorted(loops)}, now) for admin in admins]
        rows = [row for row in told if row is not None]
        await tx.outbox.put(rows)
        return len(rows)

    return await bot.write(work)
