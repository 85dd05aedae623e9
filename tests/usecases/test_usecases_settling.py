"""Outcomes are written down while others change the same incident: everybody takes the incident first."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

from night import Night
from sqlalchemy import text

from bot.domain.delivery import Effect, Lane, RowState, Sent
from bot.domain.people import EVERYTHING
from bot.ports import Tx
from bot.usecases.acks import ack
from bot.usecases.delivery import settle
from bot.usecases.incidents import Declaration, declare
from storage.transaction import SqlTx


async def test_an_outcome_waits_for_whoever_changes_the_incident_and_neither_begins_anew(night: Night) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    claimed = await night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.PAGES, night.now, 50))
    [page] = [row for row in claimed if row.effect is Effect.PAGE_SMS]
    rounds: list[str] = []

    async def change(tx: Tx) -> None:
        """As an ack, an escalation and every refresh do: the incident, then rows of it."""
        rounds.append("changed")
        await tx.incidents.get(1, EVERYTHING)
        assert isinstance(tx, SqlTx)
        if tx.scope.postgres:  # on SQLite nobody else writes meanwhile
            await tx.scope.all(text("SELECT pg_sleep(0.4)"))
        await tx.outbox.settle(page, state=RowState.PENDING, outcome="later", not_before=night.now)

    changing = asyncio.create_task(night.bot.db.write(change))
    await asyncio.sleep(0.2)
    await settle(night.bot, page, Sent({"sid": "SM1"}), night.now)
    await changing
    assert rounds == ["changed"]


async def test_an_ack_that_waits_for_the_incident_bears_the_time_at_which_it_has_it(night: Night) -> None:
    """Pages that went out meanwhile came before it."""
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    held, enough = threading.Event(), threading.Event()

    async def hold(tx: Tx) -> None:
        await tx.incidents.get(1, EVERYTHING)
        held.set()
        enough.wait(5)

    holding = asyncio.create_task(night.bot.db.write(hold))
    await asyncio.to_thread(held.wait, 5)
    acking = asyncio.create_task(ack(night.bot, 1, night.by("alice"), night.now))
    await asyncio.sleep(0.1)
    night.clock.time += timedelta(minutes=1)
    enough.set()
    await asyncio.gather(holding, acking)
    [run] = await night.bot.db.read(lambda tx: tx.runs.of(1))
    assert run.acked_at == night.now
