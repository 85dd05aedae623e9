"""Receipts: what a provider says became of a message after it took it. Each state is kept once."""

from __future__ import annotations

import json
from datetime import datetime

from bot.bot import Bot
from bot.ports import Tx


async def keep(bot: Bot, notifier: str, ref: str, state: str, error: str, now: datetime) -> bool:
    """Stores one state of one message (`ref` is the provider's id); False when it was known."""

    async def work(tx: Tx) -> bool:
        return await tx.inbox.first(f"receipt:{notifier}", f"{ref}/{state}", now, json.dumps({"error": error}))

    return await bot.db.write(work)
