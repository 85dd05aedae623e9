"""Keys pressed during a page by phone call: 4 ack, 6 decline, 8 escalate, * repeat (SPEC §8).

A key that answers ends the call's story: however the call ends afterwards, it did not go unanswered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.budgets import is_bundle
from bot.domain.delivery import Effect, Row
from bot.domain.people import Actor, Source
from bot.domain.picture import Job
from bot.domain.receipts import Reach, Receipt
from bot.domain.refusals import Refusal
from bot.ports import Tx
from bot.usecases import paging, responders
from bot.usecases.answers import Reply, acked_all, refused, worded
from bot.usecases.delivery import Drop
from bot.usecases.once import AlreadyDone, once, within
from bot.usecases.preparing import prepare

ACK, DECLINE, ESCALATE, REPEAT = "4", "6", "8", "*"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What comes of a key: one of a reply, the page to say again, or the reason why it is over."""

    reply: Reply | None = None
    page: Job | None = None
    over: str = ""


async def press(bot: Bot, row_id: int, call: str, key: str, now: datetime) -> Pressed | None:
    """Does what a key says; the same key of the same call does it once. None for a row that is no call."""
    row = await bot.db.read(lambda tx: _row(tx, row_id))
    if row is None:
        return None
    if key not in (ACK, DECLINE, *(() if is_bundle(row) else (ESCALATE,))):
        job = await prepare(bot, row, now)
        return Pressed(over=job.reason) if isinstance(job, Drop) else Pressed(page=job)
    once_key = f"{call}/{row_id}/{key}"

    async def work(tx: Tx) -> Reply:
        rows = await tx.bundles.of(row.id) if is_bundle(row) else []
        acted = within(bot, tx)
        reply = (
            await _act_on_all(acted, tx, row, rows, key, now)
            if is_bundle(row)
            else worded(await _act(acted, tx, row, key, now))
        )
        await tx.receipts.add(Receipt(row.id, call, f"key {key}", "", now))
        for one in [row, *rows]:
            await tx.outbox.reached(one.id, Reach.KEYED)
        await tx.inbox.set_answer("voice", once_key, json.dumps([reply.message, dict(reply.data)]))
        return reply

    try:
        return Pressed(await once(bot, "voice", once_key, now).write(work))
    except AlreadyDone:
        return Pressed(await bot.db.read(lambda tx: _said_before(tx, once_key)))
    except Refusal as refusal:
        return Pressed(refused(refusal))


async def _row(tx: Tx, row_id: int) -> Row | None:
    try:
        row = await tx.outbox.get(row_id)
    except LookupError:
        return None
    return row if row.effect is Effect.PAGE_VOICE else None


async def _act(bot: Bot, tx: Tx, row: Row, key: str, now: datetime) -> Answer:
    assert row.person_id is not None
    assert row.incident_id is not None
    by = Actor(await tx.people.get(row.person_id), Source.VOICE)
    if key == ACK:
        return await responders.ack(bot, row.incident_id, by, now)
    if key == DECLINE:
        return await responders.decline(bot, row.incident_id, by, now, row.page_id)
    return await paging.escalate(bot, row.incident_id, by, now)


async def _act_on_all(bot: Bot, tx: Tx, bundle: Row, rows: Sequence[Row], key: str, now: datetime) -> Reply:
    """Every page of a bundle that still asks for an answer, in one order, so that nobody waits for another's locks."""
    assert bundle.person_id is not None
    by = Actor(await tx.people.get(bundle.person_id), Source.VOICE)
    told = {row.page_id for row in rows}
    mine = [page for page in await tx.pages.open_of_person(bundle.person_id) if page.id in told]
    if not mine:
        return Reply("nothing_open")
    numbers = sorted({page.incident_id for page in mine})
    if key == ACK:
        return acked_all({number: await responders.ack(bot, number, by, now) for number in numbers})
    for page in sorted(mine, key=lambda one: one.incident_id):
        await responders.decline(bot, page.incident_id, by, now, page.id)
    return Reply("declined_all", {"numbers": numbers})


async def _said_before(tx: Tx, key: str) -> Reply | None:
    answer = await tx.inbox.answer("voice", key)
    if answer is None:
        return None
    message, data = json.loads(answer)
    return Reply(message, data)
