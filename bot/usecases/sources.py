"""A rota that is kept in PagerDuty or in a calendar: taken over whole, else the last good copy stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.oncall import Listed
from bot.domain.people import SYSTEM, Standing
from bot.domain.rota import stamp
from bot.domain.sources import Entry, Trouble, lines
from bot.ports import Tx
from bot.usecases import rotas, stale
from bot.usecases.notices import note_row


async def take(bot: Bot, schedule: str, entries: Sequence[Entry], now: datetime) -> tuple[Trouble, ...]:
    """Puts what was read in force, or answers every shift whose people are not known and changes nothing.

    A schedule that the posture follows no more is left alone.
    """
    declared = bot.posture().schedules.get(schedule)
    if declared is None or declared.source is None:
        return ()
    found, troubles = lines(entries, await bot.db.read(lambda tx: tx.people.all()))
    if not troubles:
        await rotas.keep(bot, replace(declared, layers=(Listed(found),)), SYSTEM, now)
    return troubles


async def tell(bot: Bot, schedule: str, troubles: Sequence[Trouble], now: datetime) -> None:
    """Tells admins once that a rota is not followed, and once that it is again; before that nothing is written."""
    declared = bot.posture().schedules.get(schedule)
    if declared is None or bool(troubles) is await bot.db.read(lambda tx: stale.is_broken(tx, schedule)):
        return

    async def work(tx: Tx) -> None:
        if bool(troubles) is await stale.is_broken(tx, schedule):
            return
        await stale.note(tx, schedule, now, broken=bool(troubles))
        code = "source_broken" if troubles else "source_mended"
        data = {"schedule": schedule, "origin": declared.origin.value, "troubles": [asdict(one) for one in troubles]}
        admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
        rows = [note_row(admin, code, f"{schedule}/{stamp(now)}", data, now) for admin in admins]
        await tx.outbox.put([row for row in rows if row is not None])

    await bot.write(work)
