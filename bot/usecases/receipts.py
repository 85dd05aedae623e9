"""Receipts: what a provider says became of a delivery after it took it. Each state is kept once, and steers."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.budgets import is_bundle
from bot.domain.delivery import ON_PHONES, Effect, PageState, Row, RowState
from bot.domain.incident import Incident
from bot.domain.people import EVERYTHING, SYSTEM
from bot.domain.receipts import FAILED, Reach, Receipt, Report, of_call, of_message
from bot.ports import Tx
from bot.usecases import steering
from bot.usecases.change import Change, refresh

#: Seconds to say a page once, where a row does not tell: its send was never settled.
SPOKEN_SECONDS = 15.0

#: What the card shows at once; the states between change nothing that anybody waits for.
_SHOWN = frozenset({Reach.RINGING, Reach.ANSWERED, Reach.DELIVERED, Reach.HEARD})
#: Rows of a bundle that its message spoke of, or may have.
_GOES = (RowState.PENDING, RowState.SENT)


async def keep(bot: Bot, row_id: int, report: Report, now: datetime) -> bool:
    """Stores what was said of one message or call; False when it was known, or the row has no receipts.

    What is said of a bundle is said of every page that it carries.

    Late, doubled and shuffled reports end in the same place. A failure moves the page on, if it is still open.
    """

    async def work(tx: Tx) -> bool:
        row = await _row(tx, row_id)
        if row is None:
            return False
        concerned = [one for one in await tx.bundles.of(row.id) if one.state in _GOES] if is_bundle(row) else [row]
        for number in sorted({one.incident_id or 0 for one in concerned}):
            await tx.incidents.get(number, EVERYTHING)  # its lock comes before the rows'
        if not await tx.receipts.add(Receipt(row.id, report.ref, report.state, _detail(report), now)):
            return False
        await tx.outbox.proven(row.id, report.ref)
        reach = reach_of(bot, row, report)
        if reach is not None and is_bundle(row):
            await tx.outbox.reached(row.id, reach, report.error)
        for one in concerned:
            if reach is not None and await tx.outbox.reached(one.id, reach, report.error):
                await _follow(await _change(bot, tx, one, now), one, reach, report.error)
        return True

    return await bot.write(work)


async def _change(bot: Bot, tx: Tx, row: Row, now: datetime) -> Change:
    incident = await tx.incidents.get(row.incident_id or 0, EVERYTHING)
    assert incident is not None
    return Change(bot, tx, incident, SYSTEM, now)


async def _row(tx: Tx, row_id: int) -> Row | None:
    try:
        row = await tx.outbox.get(row_id)
    except LookupError:
        return None
    return row if row.effect in ON_PHONES else None


def reach_of(bot: Bot, row: Row, report: Report) -> Reach | None:
    """How far the row got by this report alone."""
    if row.effect is Effect.PAGE_SMS:
        return of_message(report)
    needed = float(str(row.result.get("seconds", SPOKEN_SECONDS)))
    return of_call(report, keys=bool(bot.config.public_url), needed=needed)


def _detail(report: Report) -> str:
    parts = [report.error, report.answered_by, f"{report.seconds} s" if report.seconds is not None else ""]
    return ", ".join(part for part in parts if part)


async def _follow(change: Change, row: Row, reach: Reach, error: str) -> None:
    if reach in FAILED and await _asks(change, row):
        await steering.undelivered(change, row, error or reach.value)
        await change.finish()
    elif reach in FAILED | _SHOWN:
        await _show(change.tx, change.incident, row, reach, change.now)


async def _asks(change: Change, row: Row) -> bool:
    """Whether the page still asks for an answer; of one that does not, a failure is no news."""
    return row.page_id is not None and (await change.tx.pages.get(row.page_id)).state is PageState.OPEN


async def _show(tx: Tx, incident: Incident, row: Row, reach: Reach, now: datetime) -> None:
    """The card alone: announcement and topic do not tell of deliveries."""
    rows = await refresh(tx, incident, f"row{row.id}-{reach.name.lower()}", now)
    await tx.outbox.put(rows[:1])
