"""Figures for the metrics page: counts only, nothing that names an incident or a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.bot import Bot
from bot.domain.delivery import Lane
from bot.ports import Tx


@dataclass(frozen=True, slots=True)
class Figures:
    """`outbox` by (lane, state). `due`: rows by lane and how many seconds the oldest waits. `acks`: runs acked now."""

    incidents: Mapping[str, int]
    outbox: Mapping[tuple[int, str], int]
    due: Mapping[Lane, tuple[int, float]]
    timers_due: int
    acks: int
    storm: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """Counted since this process started. `pages` by (notifier, outcome), `troubles` by the auditor's code.

    `lag`: by how many seconds the event loop was late in the last minute, at worst.
    """

    pages: Mapping[tuple[str, str], int] = field(default_factory=dict)
    troubles: Mapping[str, int] = field(default_factory=dict)
    restarts: int = 0
    sockets_replaced: int = 0
    lag: float = 0.0


async def figures(bot: Bot) -> Figures:
    """As things stand."""
    now = bot.clock.now()

    async def work(tx: Tx) -> Figures:
        due = {
            lane: (count, max(0.0, (now - oldest) / timedelta(seconds=1)))
            for lane, (count, oldest) in (await tx.figures.due(now)).items()
        }
        timers, acks = await tx.figures.timers_due(now), await tx.figures.acks()
        return Figures(
            await tx.incidents.count_by_state(),
            await tx.outbox.depth(),
            due,
            timers,
            acks,
            await tx.storms.lasting() is not None,
        )

    return await bot.db.read(work)
