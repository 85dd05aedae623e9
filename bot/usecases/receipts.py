"""Receipts: what a provider says became of a message after it took it. Each state is kept once."""

from __future__ import annotations

import json
from datetime import datetime

from bot.bot import Bot
from bot.ports import Tx


async def keep(bot: Bot, notifier: str, ref: str, state: str, error: str, now: datetime) -> bool:
    """Stores one state of one message (`ref` is the provider's id); False when it was known."""

    async def work(tx: Tx) -> bool:
        source, key = f"receipt:{notifier}", f"{ref}/{state}"
        if not await tx.inbox.first(source, key, now, json.dumps({"error": error})):
            return False
        await tx.inbox.set_answer(source, key, "kept")  # nothing more comes of it: `verify` would ask
        return True

    return await bot.db.write(work)
