"""What is over is pruned when its time has come, in slices; what an open incident may need never is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from night import Night
from sqlalchemy import func, select

from bot.domain import retention
from bot.domain.contacts import Contact, ContactKind
from bot.domain.delivery import Effect, Lane, NewRow, Sent
from bot.domain.receipts import Report
from bot.domain.retention import KEPT_FOR, Kept
from bot.ports import Tx
from bot.usecases import lifecycle, pruning, receipts
from bot.usecases.pruning import prune
from storage.tables import answer_link
from storage.transaction import SqlTx
from storage.verify import findings
from storage.work_tables import attempt, event_in, outbox, reaction, receipt, timer

DAY = timedelta(days=1)
TABLES = {"links": answer_link, "rows": outbox, "tries": attempt, "receipts": receipt, "timers": timer}


async def counts(night: Night) -> dict[str, int]:
    async def work(tx: Tx) -> dict[str, int]:
        assert isinstance(tx, SqlTx)
        return {
            name: int(await tx.scope.scalar(select(func.count()).select_from(table))) for name, table in TABLES.items()
        }

    return await night.bot.db.read(work)


async def a_closed_night(night: Night) -> None:
    """Declared, paged, a receipt heard, climbed, resolved."""
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Sent({"sid": f"SM{job.row.id}"})
    await night.declare(severity="sev2")
    [row] = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_SMS]))
    await receipts.keep(night.bot, row.id, Report("SM1", "delivered"), night.now)
    await night.pass_minutes(6)
    await lifecycle.resolve(night.bot, 1, "it passed", night.by("alice"), night.now)
    await night.deliver()


async def later(night: Night, days: float) -> dict[Kept, int]:
    night.clock.time += days * DAY
    return dict(await prune(night.bot, night.now, pause=0))


async def test_a_closed_incident_loses_its_rows_after_ninety_days_and_keeps_its_story(night: Night) -> None:
    await a_closed_night(night)
    before, story = await counts(night), await night.events()
    assert min(before.values()) > 0
    assert set(await later(night, 6)) == set()
    assert set(await later(night, 2)) == {Kept.LINKS}
    assert set(await later(night, 81)) <= {Kept.LOOSE_ROWS}
    assert set(await later(night, 2)) == {Kept.ROWS, Kept.TIMERS}
    assert await counts(night) == dict.fromkeys(TABLES, 0)
    assert await night.events() == story
    assert [paged.person.name for paged in (await night.picture()).runs[0].paged] == ["Alice Chen", "Bob Okafor"]


async def test_of_an_open_incident_nothing_is_ever_pruned(night: Night) -> None:
    await night.declare(severity="sev2")
    before = await counts(night)
    assert await later(night, 365) == {}
    assert await counts(night) == before


async def test_what_was_pruned_breaks_no_promise(night: Night) -> None:
    await a_closed_night(night)
    await later(night, 100)
    assert await findings(night.bot.db) == []  # type: ignore[arg-type]  # the night's database is the real one


async def test_a_closed_incident_can_be_opened_again_after_its_rows_have_gone(night: Night) -> None:
    await a_closed_night(night)
    await later(night, 100)
    await lifecycle.reopen(night.bot, 1, "it is back", night.by("alice"), night.now)
    await night.deliver()
    assert (await night.incident()).open
    assert night.outside.paged()[-3:] == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]


async def add(night: Night, kind: Kept, at: datetime) -> None:
    """One thing of this kind that was over at that time."""
    alice = night.people["alice"].id

    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        match kind:
            case Kept.EVENTS:
                await tx.inbox.first("sms", "SM1", at)
            case Kept.REACTIONS:
                await tx.reactions.newest("C1", "1.0", "U0ALICE", "eyes", True, f"{at.timestamp():.6f}")
            case Kept.CODES:
                await tx.contacts.put(Contact(alice, ContactKind.PHONE, True, "+15550109999", nonce="n", expires_at=at))
            case _:
                new = NewRow("home/1", Effect.HOME_PUBLISH, Lane.COSMETIC, at, person_id=alice)
                await tx.outbox.put([new])
                await tx.scope.run(outbox.update().values(state="sent", done_at=at))

    await night.bot.db.write(work)


@pytest.mark.parametrize("kind", [Kept.EVENTS, Kept.REACTIONS, Kept.CODES, Kept.LOOSE_ROWS])
async def test_each_kind_is_kept_for_its_time(night: Night, kind: Kept) -> None:
    await add(night, kind, night.now)
    assert await later(night, KEPT_FOR[kind] / DAY - 0.01) == {}
    assert await later(night, 0.02) == {kind: 1}
    assert await later(night, 0) == {}


async def test_many_go_in_slices(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "SLICE", 3)

    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        rows = [{"source": "slack", "key": str(n), "at": night.now, "payload": ""} for n in range(10)]
        await tx.scope.run(event_in.insert(), rows)
        reactions = [
            {"channel": "C1", "ts": str(n), "slack_user": "U1", "emoji": "eyes", "present": True, "event_ts": "1.0"}
            for n in range(4)
        ]
        await tx.scope.run(reaction.insert(), reactions)

    await night.bot.db.write(work)
    assert await later(night, 31) == {Kept.EVENTS: 10, Kept.REACTIONS: 4}


def test_the_document_says_how_long_everything_is_kept() -> None:
    document = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert retention.__doc__ is not None
    rows = [line for line in retention.__doc__.splitlines() if line.startswith("|")]
    assert len(rows) == len(Kept) + 2
    assert "\n".join(rows) in document
