"""Which rotas that are kept elsewhere are not followed: since when admins were told of it, and of its end."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Tx


async def is_broken(tx: Tx, schedule: str) -> bool:
    """Whether admins were told that it is not followed, and not yet that it is again."""
    broken, mended = await tx.marks.get(_mark(schedule, "broken")), await tx.marks.get(_mark(schedule, "mended"))
    return broken is not None and (mended is None or mended < broken)


async def note(tx: Tx, schedule: str, now: datetime, *, broken: bool) -> None:
    await tx.marks.set(_mark(schedule, "broken" if broken else "mended"), now)


def _mark(schedule: str, what: str) -> str:
    return f"source/{schedule}/{what}"
