"""Figures for the metrics page: counts only, nothing that names an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bot import Bot
from bot.ports import Tx


@dataclass(frozen=True, slots=True)
class Figures:
    """Incidents by state; outbox rows by (lane, state)."""

    incidents: Mapping[str, int]
    outbox: Mapping[tuple[int, str], int]


async def figures(bot: Bot) -> Figures:
    """As things stand."""

    async def work(tx: Tx) -> Figures:
        return Figures(await tx.incidents.count_by_state(), await tx.outbox.depth())

    return await bot.db.read(work)
