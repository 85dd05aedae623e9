"""What admins are told: in their channel where the settings name one, else each by direct message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow, Row
from bot.domain.people import Standing
from bot.ports import Tx
from bot.usecases.notices import note_row


async def tell(bot: Bot, tx: Tx, code: str, stamp: str, data: Mapping[str, object], now: datetime) -> None:
    """Once for each (code, stamp)."""
    channel = bot.config.admin_channel
    if not channel:
        await _by_dm(tx, code, stamp, data, now)
        return
    payload = {"channel": channel, "message": code, "data": dict(data), "stamp": stamp}
    await tx.outbox.put([NewRow(f"channel/{code}/{stamp}", Effect.CHANNEL_SAY, Lane.ANSWERS, now, payload=payload)])


async def unheard(tx: Tx, row: Row, now: datetime) -> None:
    """The channel cannot be posted in: each is told by direct message after all."""
    data = row.payload.get("data")
    if row.effect is Effect.CHANNEL_SAY and isinstance(data, Mapping):
        await _by_dm(tx, str(row.payload["message"]), str(row.payload["stamp"]), data, now)


async def _by_dm(tx: Tx, code: str, stamp: str, data: Mapping[str, object], now: datetime) -> None:
    people = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
    rows = [note_row(one, code, stamp, data, now) for one in people]
    await tx.outbox.put([row for row in rows if row is not None])
