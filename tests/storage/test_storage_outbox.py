"""The outbox: nothing goes twice by accident, nothing overtakes its stream, nothing is lost with a process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from storage_samples import MINUTE, NOON, climbing, declared, four, row

from bot.domain.delivery import Effect, Lane, NewRow, Row, RowState
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.outbox import ORPHANED, OVERTAKEN
from storage.transaction import SqlTx
from storage.work_tables import outbox


async def put(db: SqlDatabase, *rows: NewRow) -> None:
    await db.write(lambda tx: tx.outbox.put(rows))


async def claim(
    db: SqlDatabase, owner: str = "one", *, now: datetime = NOON, lane: Lane = Lane.ROOM, limit: int = 10
) -> list[Row]:
    return await db.write(lambda tx: tx.outbox.claim(owner, lane, now, limit))


async def settle(db: SqlDatabase, claimed: Row, state: RowState = RowState.SENT, outcome: str = "sent") -> bool:
    return await db.write(lambda tx: tx.outbox.settle(claimed, state=state, outcome=outcome))


async def by_key(db: SqlDatabase, key: str) -> Row:
    found = await db.read(lambda tx: tx.outbox.by_key(key))
    assert found is not None
    return found


async def lose_leases(db: SqlDatabase) -> None:
    """As after 15 seconds in which the claimer said nothing."""

    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        await tx.scope.run(update(outbox).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))

    await db.write(work)


def keys(rows: list[Row]) -> list[str]:
    return [claimed.key for claimed in rows]


async def test_a_row_comes_back_as_it_was_put(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> NewRow:
        alice = (await four(tx))["alice"]
        number = (await declared(tx)).id
        climb = await climbing(tx, number)
        page = await tx.pages.add(key="p", run=climb, step=0, person_id=alice.id, created_at=NOON)
        assert page is not None
        new = NewRow(
            "page/1", Effect.PAGE_SMS, Lane.PAGES, NOON, number, climb.id, page.id, alice.id,
            {"to": "+15550001", "n": 1}, "room/1", "sms/alice", None, NOON + MINUTE,
        )  # fmt: skip
        await tx.outbox.put([new])
        return new

    new = await db.write(work)
    stored = await by_key(db, "page/1")
    assert {name: getattr(stored, name) for name in NewRow.__slots__} == {
        name: getattr(new, name) for name in NewRow.__slots__
    }
    assert (stored.state, stored.fence, stored.tries, stored.doubt) == (RowState.PENDING, 0, 0, False)


async def test_a_known_key_is_left_out(db: SqlDatabase) -> None:
    await put(db, row("a", payload={"first": True}), row("a", payload={"first": False}))
    await put(db, row("a", payload={"first": False}))
    assert [one.payload for one in await claim(db)] == [{"first": True}]


async def test_due_rows_of_the_lane_go_first_due_first(db: SqlDatabase) -> None:
    rows = [
        row("late", not_before=NOON),
        row("early", not_before=NOON - MINUTE),
        row("future", not_before=NOON + MINUTE),
    ]
    await put(db, *rows, row("page", Lane.PAGES))
    assert keys(await claim(db, limit=1)) == ["early"]
    assert keys(await claim(db)) == ["late"]
    assert keys(await claim(db, lane=Lane.PAGES)) == ["page"]
    assert keys(await claim(db, now=NOON + MINUTE)) == ["future"]


async def test_a_claimed_row_is_leased_fenced_and_in_the_ledger(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await put(db, row("a", incident_id=number))
    before = datetime.now(UTC)
    (claimed,) = await claim(db)
    assert (claimed.owner, claimed.fence, claimed.tries, claimed.doubt) == ("one", 1, 1, False)
    assert claimed.lease_until is not None
    assert timedelta(seconds=14) < claimed.lease_until - before < timedelta(seconds=20)
    assert await claim(db, "two") == []
    (tried,) = await db.read(lambda tx: tx.ledger.of_incident(number))
    assert (tried.row_id, tried.number, tried.owner, tried.started_at) == (claimed.id, 1, "one", NOON)
    assert (tried.ended_at, tried.outcome) == (None, None)


async def test_no_row_is_claimed_twice_by_many_claimers_at_once(db: SqlDatabase) -> None:
    await put(db, *(row(f"row {n}") for n in range(60)))

    async def claimer(name: str) -> list[str]:
        mine: list[str] = []
        while rows := await claim(db, name, limit=3):
            mine += keys(rows)
        return mine

    claimed = [key for mine in await asyncio.gather(*(claimer(f"claimer {n}") for n in range(6))) for key in mine]
    assert sorted(claimed) == sorted(f"row {n}" for n in range(60))


async def test_settling_ends_the_row_and_closes_its_attempt(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await put(db, row("a", incident_id=number))
    (claimed,) = await claim(db)
    done = {"state": RowState.SENT, "outcome": "sent", "result": {"ts": "1.2"}}
    assert await db.write(lambda tx: tx.outbox.settle(claimed, **done)) is True
    settled = await by_key(db, "a")
    assert (settled.state, settled.result, settled.owner, settled.lease_until) == (
        RowState.SENT,
        {"ts": "1.2"},
        None,
        None,
    )
    assert settled.done_at is not None
    (tried,) = await db.read(lambda tx: tx.ledger.of_incident(number))
    assert (tried.outcome, tried.ended_at) == ("sent", settled.done_at)
    assert await claim(db, now=NOON + 60 * MINUTE) == []


async def test_a_row_put_off_goes_again_when_it_is_due(db: SqlDatabase) -> None:
    await put(db, row("a"))
    (claimed,) = await claim(db)
    off = {"state": RowState.PENDING, "outcome": "later", "reason": "ratelimited", "not_before": NOON + MINUTE}
    assert await db.write(lambda tx: tx.outbox.settle(claimed, **off)) is True
    assert await claim(db) == []
    (again,) = await claim(db, now=NOON + MINUTE)
    assert (again.fence, again.tries, again.doubt, again.reason) == (2, 2, False, "ratelimited")


async def test_a_lost_lease_is_claimed_again_in_doubt(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    await put(db, row("a", incident_id=number), row("b", incident_id=number, not_before=NOON + MINUTE))
    await claim(db, "died")
    await lose_leases(db)
    again = await claim(db, "took over", now=NOON + MINUTE)
    assert [(one.key, one.doubt, one.fence) for one in again] == [("a", True, 2), ("b", False, 1)]
    assert (await by_key(db, "a")).doubt is True
    tries = await db.read(lambda tx: tx.ledger.of_incident(number))
    assert [(one.key, one.number, one.outcome, one.reason) for one in tries] == [
        ("a", 1, "unknown", ORPHANED),
        ("a", 2, None, ""),
        ("b", 1, None, ""),
    ]


async def test_who_lost_the_lease_can_settle_no_more(db: SqlDatabase) -> None:
    await put(db, row("a"))
    (lost,) = await claim(db, "slow")
    await lose_leases(db)
    (held,) = await claim(db, "took over")
    assert await settle(db, lost) is False
    assert (await by_key(db, "a")).state is RowState.PENDING
    assert await settle(db, held) is True
    assert await settle(db, held) is False


async def test_doubt_is_never_taken_back(db: SqlDatabase) -> None:
    await put(db, row("a"))
    (first,) = await claim(db)
    unknown = {"state": RowState.PENDING, "outcome": "unknown", "doubt": True}
    assert await db.write(lambda tx: tx.outbox.settle(first, **unknown)) is True
    (second,) = await claim(db)
    assert second.doubt is True
    assert await settle(db, second) is True
    assert (await by_key(db, "a")).doubt is True


async def test_a_stream_goes_out_in_order_one_at_a_time(db: SqlDatabase) -> None:
    await put(
        db, row("1", stream="card"), row("2", stream="card", not_before=NOON - MINUTE), row("other", stream="topic")
    )
    (first, other) = await claim(db)
    assert keys([first, other]) == ["1", "other"]
    assert await claim(db) == []
    off = {"state": RowState.PENDING, "outcome": "later", "not_before": NOON + MINUTE}
    await db.write(lambda tx: tx.outbox.settle(first, **off))
    assert await claim(db) == []
    (first,) = await claim(db, now=NOON + MINUTE)
    await settle(db, first)
    assert keys(await claim(db)) == ["2"]


async def test_a_row_waits_for_the_one_it_comes_after(db: SqlDatabase) -> None:
    await put(db, row("card", after="room"), row("room"), row("topic", after="was never put"))
    (topic, room) = sorted(await claim(db), key=lambda one: one.key, reverse=True)
    assert keys([topic, room]) == ["topic", "room"]
    await settle(db, room, RowState.DEAD, "never")
    assert keys(await claim(db)) == ["card"]


async def test_a_newer_row_that_says_the_same_better_supersedes(db: SqlDatabase) -> None:
    await put(db, row("old", coalesce="card/1"), row("other", coalesce="card/2"))
    await put(db, row("new", coalesce="card/1"))
    assert keys(await claim(db)) == ["other", "new"]
    old = await by_key(db, "old")
    assert (old.state, old.reason) == (RowState.SUPERSEDED, OVERTAKEN)
    assert old.done_at is not None


async def test_a_row_under_way_is_not_superseded(db: SqlDatabase) -> None:
    await put(db, row("under way", coalesce="card/1"))
    (held,) = await claim(db)
    await put(db, row("new", coalesce="card/1"))
    assert await settle(db, held) is True
    assert keys(await claim(db)) == ["new"]


async def test_a_repeat_of_an_older_key_supersedes_nothing(db: SqlDatabase) -> None:
    await put(db, row("old", coalesce="card/1"))
    await put(db, row("new", coalesce="card/1"))
    await put(db, row("old", coalesce="card/1"))
    assert keys(await claim(db)) == ["new"]


async def test_only_waiting_rows_that_nobody_holds_are_dropped(db: SqlDatabase) -> None:
    await put(db, row("held"))
    await claim(db)
    await put(db, row("free"))
    ids = [(await by_key(db, key)).id for key in ("held", "free")]
    await db.write(lambda tx: tx.outbox.drop(ids, RowState.DROPPED, "resolved"))
    assert [(await by_key(db, key)).state for key in ("held", "free")] == [RowState.PENDING, RowState.DROPPED]
    assert (await by_key(db, "free")).reason == "resolved"


async def test_the_next_due_time_is_of_rows_that_could_go(db: SqlDatabase) -> None:
    async def due() -> datetime | None:
        return await db.read(lambda tx: tx.outbox.next_due())

    assert await due() is None
    await put(db, row("behind", stream="s", not_before=NOON), row("after", after="first", not_before=NOON))
    await put(db, row("first", Lane.COSMETIC, not_before=NOON + 2 * MINUTE))
    assert await due() == NOON
    (held,) = await claim(db)
    assert held.key == "behind"
    assert await due() == NOON + 2 * MINUTE


async def test_depth_counts_what_waits_and_what_died(db: SqlDatabase) -> None:
    await put(db, row("dead"), row("sent"), row("waits", not_before=NOON + MINUTE), row("page", Lane.PAGES))
    dead, sent = await claim(db)
    await settle(db, dead, RowState.DEAD, "never")
    await settle(db, sent)
    assert await db.read(lambda tx: tx.outbox.depth()) == {(1, "pending"): 1, (3, "pending"): 1, (3, "dead"): 1}


async def test_rows_are_found_by_incident_effect_and_page(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> tuple[int, int]:
        alice = (await four(tx))["alice"]
        number = (await declared(tx)).id
        page = await tx.pages.add(key="p", run=await climbing(tx, number), step=0, person_id=alice.id, created_at=NOON)
        assert page is not None
        sms = row("sms", Lane.PAGES, Effect.PAGE_SMS, incident_id=number, page_id=page.id)
        await tx.outbox.put([row("say", incident_id=number), sms, row("elsewhere")])
        return number, page.id

    number, page_id = await db.write(work)
    assert keys(await db.read(lambda tx: tx.outbox.of_incident(number))) == ["say", "sms"]
    assert keys(await db.read(lambda tx: tx.outbox.of_incident(number, [Effect.PAGE_SMS]))) == ["sms"]
    assert keys(await db.read(lambda tx: tx.outbox.of_page(page_id))) == ["sms"]


async def test_of_pages_that_are_due_those_put_ahead_go_first_and_none_goes_before_its_time(db: SqlDatabase) -> None:
    def page(key: str, minutes: int, *, ahead: bool = False) -> NewRow:
        return row(key, Lane.PAGES, Effect.PAGE_SMS, not_before=NOON + minutes * MINUTE, ahead=ahead)

    await put(db, page("long due", -9), page("due", 0), page("ahead", -1, ahead=True), page("later", 5, ahead=True))
    await put(db, page("ahead too", 0, ahead=True))
    assert keys(await claim(db, lane=Lane.PAGES, limit=3)) == ["ahead", "ahead too", "long due"]
    assert keys(await claim(db, lane=Lane.PAGES)) == ["due"]
    assert await db.read(lambda tx: tx.outbox.next_due(Lane.PAGES)) == NOON + 5 * MINUTE
