"""The worksheet `incidents`: a row of the outbox brings it up to date, never in a transaction that pages.

Whether there is anything to bring is seen from the incidents themselves, so nothing is missed that happened while we
were down, or while Google was.
"""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.delivery import Effect, Lane, NewRow, RowState
from bot.domain.mirrored_sheet import MOST, Roll
from bot.domain.people import Viewer
from bot.domain.rota import stamp
from bot.ports import Tx

_SHEET = "sheet/incidents"
#: Who may see the spreadsheet is not ours to say: it shows what everybody may.
_ANYBODY = Viewer(None)


async def bring_up_to_date(bot: Bot, now: datetime, *, anew: bool = False) -> bool:
    """Puts a row where a public incident was declared or changed since the last one, or `anew`; answers whether.

    What was given up is tried again every hour: somebody may have shared the spreadsheet since.
    """
    key = await bot.db.read(lambda tx: _key(tx, now, anew=anew))
    if key is None:
        return False
    row = NewRow(key, Effect.SHEET_WRITE, Lane.COSMETIC, now, stream=_SHEET, coalesce=_SHEET)
    await bot.write(lambda tx: tx.outbox.put([row]))
    return True


async def _key(tx: Tx, now: datetime, *, anew: bool) -> str | None:
    """Of the row that is to be put; None where one that says the same was put before."""
    key = f"{_SHEET}/{await tx.incidents.public_stamp()}"
    known = await tx.outbox.by_key(key)
    if known is not None and known.state is RowState.DEAD:
        key = f"{key}/{now:%Y-%m-%dT%H}"
        known = await tx.outbox.by_key(key)
    if known is None:
        return key
    return f"{key}/{stamp(now)}" if anew else None


async def roll_in(tx: Tx) -> Roll:
    """What is to stand there now."""
    newest = [one for one in await tx.incidents.recent(_ANYBODY, MOST) if not one.drill]
    named = {who for one in newest for who in (one.assignee_id, one.commander_id) if who is not None}
    return Roll(tuple(reversed(newest)), await tx.people.many(named))
