"""Postures that change while the bot runs: accepted once, followed by every replica, and told to admins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.bot import Bot
from bot.domain.acceptance import InForce, Read, goes_before
from bot.domain.difference import DAYS, bounded, difference
from bot.domain.posture import Posture
from bot.domain.rota import stamp
from bot.domain.tier_changes import Compared
from bot.ports import PostureRow, Tx
from bot.usecases import admins
from bot.usecases.handover import handed_over
from bot.usecases.schedules import accept_posture, merged

#: Reads an accepted row's text again: text and the name it goes by.
Again = Callable[[str, str], Read]

_REFUSED, _MENDED = "posture/refused", "posture/mended"  # marks: since when


async def begin(bot: Bot, read: Read, again: Again, now: datetime) -> bool:
    """Puts in force what this process starts with; False where a newer row goes before its file.

    `read` has no errors. A row that this version cannot read gives way to the file.
    """
    assert read.posture is not None
    row, newest = await bot.db.read(lambda tx: _newest(tx, read.digest))
    if row is None or newest is None:
        bot.adopt(await _accept(bot, read.posture, read, "start", now))
        return True
    before = await asyncio.to_thread(again, row.text, name_of(row)) if row.digest != read.digest else read
    if before.posture is not None and not goes_before(read, newest):
        bot.adopt(await _accept(bot, before.posture, before, row.accepted_by, now))
        return False
    if before.posture is not None:
        await follow(bot, row, before.posture)
    await take(bot, read, "start", now)
    return True


async def _newest(tx: Tx, digest: str) -> tuple[PostureRow | None, InForce | None]:
    row = await tx.postures.newest()
    if row is None:
        return None, None
    return row, InForce(row.digest, row.accepted_at, await tx.postures.was_accepted(digest))


async def _accept(bot: Bot, posture: Posture, read: Read, by: str, now: datetime) -> Posture:
    return await accept_posture(bot, posture, text=read.text, digest=read.digest, by=by, now=now)


async def take(bot: Bot, read: Read, by: str, now: datetime) -> bool:
    """Accepts another posture: its row, its people and slots, whoever comes on call by it, and what admins are told.

    Runs keep the policy they started with. False where it is in force already.
    """
    assert read.posture is not None
    before, newest = bot.posture(), await bot.db.read(lambda tx: tx.postures.newest())
    after = await _accept(bot, read.posture, read, by, now)
    bot.adopt(after)
    if newest is not None and newest.digest == read.digest:
        return False
    await handed_over(bot, None, now)
    if newest is not None:
        await _tell(bot, before, after, by, now)
    return True


async def follow(bot: Bot, row: PostureRow, posture: Posture) -> None:
    """Obeys a row that another process accepted: its people and slots are written already, and whoever it puts on call
    was paged."""
    kept = await bot.db.read(lambda tx: tx.rotas.kept())
    bot.adopt(replace(merged(posture, kept), version=row.version))


async def _tell(bot: Bot, before: Posture, after: Posture, by: str, now: datetime) -> None:
    """What it means for people, to every admin, once for each version."""
    given = Compared(before, after, now, now + timedelta(days=DAYS), bot.config.escalation_delay, bot.config.notifiers)
    found = bounded(await asyncio.to_thread(difference, given))
    data = {"version": after.version, "by": by, "changes": found}
    await bot.write(lambda tx: admins.tell(bot, tx, "posture_changed", f"v{after.version}", data, now))


async def tell_refused(bot: Bot, errors: Sequence[str], now: datetime) -> None:
    """Tells admins once that a changed posture is not in force, and (with no errors) once that it is mended."""

    async def work(tx: Tx) -> None:
        refused, mended = await tx.marks.get(_REFUSED), await tx.marks.get(_MENDED)
        if bool(errors) is (refused is not None and (mended is None or mended < refused)):
            return
        await tx.marks.set(_REFUSED if errors else _MENDED, now)
        code, data = "posture_mended", dict[str, Any](version=bot.posture().version)
        if errors:
            code, data = "posture_refused", {**data, "errors": list(errors[:20]), "more": max(0, len(errors) - 20)}
        await admins.tell(bot, tx, code, str(stamp(now)), data, now)

    await bot.write(work)


def name_of(row: PostureRow) -> str:
    """What stands where a file's name would, in findings about a row."""
    return f"posture {row.version}"
