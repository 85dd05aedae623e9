"""A storm is noticed, and told to admins once; when it is over, with what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Standing
from bot.domain.storms import ENTER, WINDOW, Sign, Storm, is_over, sign_of
from bot.ports import Tx
from bot.usecases.notices import note_row

BEGAN, OVER = "storm_began", "storm_over"


async def lasting(bot: Bot) -> Storm | None:
    """The storm that lasts."""
    return await bot.db.read(lambda tx: tx.storms.lasting())


async def look(bot: Bot, now: datetime) -> Storm | None:
    """Looks for signs; begins or ends a storm by them. Answers the one that lasts."""
    storm, sign = await bot.db.read(lambda tx: _seen(tx, now))
    if sign is None and (storm is None or not is_over(storm, now)):
        return storm
    return await bot.write(lambda tx: _change(tx, now))


async def _seen(tx: Tx, now: datetime) -> tuple[Storm | None, Sign | None]:
    return await tx.storms.lasting(), sign_of(await tx.storms.declared(ENTER), await tx.storms.held(), now)


async def _change(tx: Tx, now: datetime) -> Storm | None:
    await tx.storms.alone()  # replicas look at the same time, and one of them tells
    storm, sign = await _seen(tx, now)
    if sign is not None and storm is not None:
        return await tx.storms.seen(storm, now)
    if sign is not None:
        begun = await tx.storms.begin(sign, now)
        toll = await tx.storms.toll(now - WINDOW)
        await _tell(tx, BEGAN, begun, {"sign": sign.value, "incidents": toll.incidents}, now)
        return begun
    if storm is not None and is_over(storm, now):
        toll = await tx.storms.toll(storm.began_at - WINDOW)
        minutes = int((now - storm.began_at).total_seconds() // 60)
        counts = {"incidents": toll.incidents, "pages": toll.pages, "messages": toll.messages}
        await _tell(tx, OVER, storm, {"minutes": minutes, **counts}, now)
        await tx.storms.end(storm, now)
        return None
    return storm


async def _tell(tx: Tx, message: str, storm: Storm, data: Mapping[str, object], now: datetime) -> None:
    admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
    told = [note_row(admin, message, str(storm.id), data, now) for admin in admins]
    await tx.outbox.put([row for row in told if row is not None])
