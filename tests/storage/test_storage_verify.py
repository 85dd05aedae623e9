"""Verify: a healthy night has no findings, and each broken promise is found and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Executable, insert, update
from storage_samples import MINUTE, NOON, climbing, declared, four, row

from bot.domain.delivery import Effect, Lane, RowState
from bot.domain.escalation import RunKind, RunState
from bot.domain.incident import State
from bot.domain.people import EVERYTHING
from bot.domain.receipts import Reach
from bot.domain.timers import NewTimer, TimerKind, TimerState
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.tables import incident, journal, run
from storage.transaction import SqlTx
from storage.verify import Finding, checks, findings
from storage.work_tables import attempt, event_in, outbox, receipt, timer


async def a_night(db: SqlDatabase) -> None:
    """Alice is paged, the process dies, the page is sent again with its mark, Bob is paged, Alice acks."""

    async def declare(tx: Tx) -> None:
        people = await four(tx)
        await tx.inbox.first("generic", "k", NOON, "{}")
        number = (await declared(tx)).id
        climb = await climbing(tx, number)
        for name in ("alice", "bob"):
            key = f"page/{name}"
            page = await tx.pages.add(key=key, run=climb, step=0, person_id=people[name].id, created_at=NOON)
            assert page is not None
            ids = {"incident_id": number, "run_id": climb.id, "page_id": page.id}
            await tx.outbox.put([row(key, Lane.PAGES, Effect.PAGE_SMS, **ids)])
        await tx.timers.arm(NewTimer("escalate/1", TimerKind.ESCALATE, NOON, number, climb.id))
        await tx.timers.arm(NewTimer("escalate/2", TimerKind.ESCALATE, NOON + 15 * MINUTE, number, climb.id))
        await tx.inbox.set_answer("generic", "k", str(number))

    async def claim(tx: Tx) -> Any:
        return await tx.outbox.claim("bot", Lane.PAGES, NOON, 9)

    async def fire(tx: Tx) -> None:
        for claimed in await tx.timers.claim("bot", NOON, 9):
            assert await tx.timers.finish(claimed, "step 0")
        found = await tx.incidents.get(1, EVERYTHING)
        assert found is not None
        await tx.incidents.save(replace(found, state=State.ASSIGNED))

    await db.write(declare)
    await db.write(claim)
    await db.write(fire)
    await tamper(db, update(outbox).values(lease_until=NOON))
    for claimed in await db.write(claim):
        sent = {"state": RowState.SENT, "outcome": "sent"}
        await db.write(lambda tx, one=claimed, sent=sent: tx.outbox.settle(one, **sent))


async def tamper(db: SqlDatabase, *statements: Executable) -> None:
    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        for statement in statements:
            await tx.scope.run(statement)

    await db.write(work)


def tried(fence: int, at: datetime = NOON, outcome: str | None = "sent") -> Executable:
    row = {"outbox_id": 1, "fence": fence, "owner": "bot", "started_at": at, "outcome": outcome, "reason": ""}
    return insert(attempt).values(row)


def moved(version: int, state: State) -> Executable:
    return insert(journal).values(incident_id=1, version=version, state=state, at=NOON)


def said(state: str) -> Executable:
    """What a provider said of Bob's page."""
    return insert(receipt).values(outbox_id=2, ref="SM1", state=state, error="", at=NOON)


ACKED = update(run).values(state=RunState.ACKED, acked_at=NOON)

BROKEN: dict[str, tuple[list[Executable], Finding]] = {
    "an event of which nothing came": (
        [update(event_in).values(answer=None)],
        Finding(
            "event_without_result",
            "An event from generic was accepted, but nothing came of it.",
            "event_in generic k",
        ),
    ),
    "a page sent twice without a mark": (
        [update(outbox).values(doubt=False), tried(3)],
        Finding("sent_twice", "page/alice went out 2 times, and nothing said that it may.", "outbox 1"),
    ),
    "a page six seconds after the ack": (
        [ACKED, update(attempt).where(attempt.c.outbox_id == 2).values(started_at=NOON + MINUTE / 10)],
        Finding(
            "page_after_ack",
            f"page/bob was sent at {NOON + MINUTE / 10}, though its run was acked at {NOON}.",
            "outbox 2",
        ),
    ),
    "a row that waits and has ended": (
        [update(outbox).where(outbox.c.id == 2).values(state=RowState.PENDING)],
        Finding("row_neither_waits_nor_ended", "page/bob is pending, but its times say otherwise.", "outbox 2"),
    ),
    "a row that ended at no time": (
        [update(outbox).where(outbox.c.id == 2).values(done_at=None)],
        Finding("row_neither_waits_nor_ended", "page/bob is sent, but its times say otherwise.", "outbox 2"),
    ),
    "two rows that wait for each other": (
        [
            update(outbox).values(state=RowState.PENDING, done_at=None, stream="s"),
            update(outbox).where(outbox.c.id == 1).values(after="page/bob"),
        ],
        Finding("row_waits_for_ever", "page/alice waits for page/bob, which waits for it.", "outbox 1"),
    ),
    "a page in the bundle of somebody else": (
        [update(outbox).where(outbox.c.id == 2).values(bundle_id=1)],
        Finding("bundled_with_others", "page/bob is in page/alice, which is not its like.", "outbox 2"),
    ),
    "a page that went out in a bundle that did not": (
        [
            update(outbox).values(person_id=1),
            update(outbox).where(outbox.c.id == 2).values(bundle_id=1, result={"bundle": 2, "sid": "SM1"}),
        ],
        Finding("sent_without_its_bundle", "page/bob is sent, but its bundle is not.", "outbox 2"),
    ),
    "a timer that fired twice": (
        [update(timer).values(state=TimerState.FIRED, due_at=NOON), ACKED],
        Finding("timer_fired_twice", f"A timer of run 1, due at {NOON}, fired 2 times.", "timer 2"),
    ),
    "a try that was never closed": (
        [update(attempt).where(attempt.c.outbox_id == 1, attempt.c.fence == 1).values(outcome=None)],
        Finding("attempt_without_outcome", "Try 1 has no outcome, though the row was tried again.", "outbox 1"),
    ),
    "a run that stopped climbing": (
        [update(timer).values(state=TimerState.CANCELLED)],
        Finding("run_without_timer", "INC-1 still pages, but nothing will take its next step.", "run 1"),
    ),
    "a step that paged nobody": (
        [update(run).values(step=1)],
        Finding("step_without_pages", "Step 1 of a run of INC-1 was taken, and nobody was paged by it.", "run 1"),
    ),
    "a delivery that went back": (
        [update(outbox).where(outbox.c.id == 2).values(reach=Reach.SENT), said("sent"), said("delivered")],
        Finding("delivery_went_back", "page/bob stands at sent, though its provider said delivered.", "outbox 2"),
    ),
    "a delivery of which a word is forgotten": (
        [update(outbox).where(outbox.c.id == 2).values(reach=None), said("queued")],
        Finding("delivery_went_back", "page/bob stands at None, though its provider said queued.", "outbox 2"),
    ),
    "a call whose key is forgotten": (
        [update(outbox).where(outbox.c.id == 2).values(reach=Reach.HUNG_UP), said("completed"), said("key 4")],
        Finding("delivery_went_back", "page/bob stands at hung up, though its provider said key 4.", "outbox 2"),
    ),
    "a move that no rule allows": (
        [moved(3, State.RESOLVED), moved(4, State.RESOLVED), update(incident).values(state=State.RESOLVED)],
        Finding("illegal_move", "INC-1 went from RESOLVED to RESOLVED, which no rule allows.", "journal 1 4"),
    ),
    "a state that nobody moved to": (
        [update(incident).values(state=State.IN_PROGRESS)],
        Finding("state_without_move", "INC-1 is IN_PROGRESS, but no move led there.", "incident 1"),
    ),
}


async def test_a_healthy_night_has_no_findings(db: SqlDatabase) -> None:
    await a_night(db)
    assert await findings(db) == []


async def test_a_page_on_its_way_when_somebody_acks_is_no_finding(db: SqlDatabase) -> None:
    await a_night(db)
    await tamper(db, ACKED, update(attempt).values(started_at=NOON + MINUTE / 12))
    assert await findings(db) == []


async def test_receipts_in_any_order_and_words_that_nobody_knows_are_no_finding(db: SqlDatabase) -> None:
    await a_night(db)
    delivered = update(outbox).where(outbox.c.id == 2).values(reach=Reach.DELIVERED)
    await tamper(db, delivered, said("delivered"), said("sent"), said("failed"), said("teleported"))
    assert await findings(db) == []


async def test_a_run_that_tells_a_position_once_waits_for_nothing(db: SqlDatabase) -> None:
    await a_night(db)
    await tamper(db, update(timer).values(state=TimerState.CANCELLED), update(run).values(kind=RunKind.NOTIFY))
    assert await findings(db) == []


async def test_an_empty_database_has_no_findings(db: SqlDatabase) -> None:
    assert await findings(db) == []


@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_promise_is_found(db: SqlDatabase, what: str) -> None:
    statements, expected = BROKEN[what]
    await a_night(db)
    await tamper(db, *statements)
    assert await findings(db) == [expected]


def test_every_check_has_a_test() -> None:
    assert {check.code for check in checks()} == {finding.code for _, finding in BROKEN.values()}


async def test_many_findings_are_read_in_slices(sqlite_db: SqlDatabase) -> None:
    event = {"source": "generic", "at": NOON, "payload": "{}"}
    await tamper(sqlite_db, insert(event_in).values([event | {"key": str(n)} for n in range(1000)]))
    assert len(await findings(sqlite_db)) == 1000
