"""Claiming rows within the budgets of people: what is over them is held, and goes out together as bundles (SPEC §8).

A delivery is held in the transaction that claims it, and is let go again in the same: it waits `after` its bundle, an
outbox row without a page of its own. From the bundle's first try on nothing more is put into it, so that whatever a
look-up finds carried everything that is still in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain import budgets
from bot.domain.budgets import Paid, Spent, Subject
from bot.domain.delivery import NOTIFIER_OF, Effect, Lane, NewRow, Outcome, Row, RowState, Sent
from bot.domain.picture import Job
from bot.ports import Tx


async def claim(bot: Bot, owner: str, lane: Lane, now: datetime, limit: int) -> tuple[list[Row], bool]:
    """Rows of a lane that may go now, leased; and whether there may be more of them."""

    async def work(tx: Tx) -> tuple[list[Row], bool]:
        rows = await tx.outbox.claim(owner, lane, now, limit)
        return await _within_budgets(tx, rows, now), len(rows) == limit

    return await bot.db.write(work)


async def claim_in(tx: Tx, owner: str, lane: Lane, now: datetime, limit: int) -> list[Row]:
    """The same within a transaction, of the rows alone."""
    return await _within_budgets(tx, await tx.outbox.claim(owner, lane, now, limit), now)


def noted(job: Job, outcome: Outcome) -> Outcome:
    """What became of a bundle, with the rows that its message spoke of."""
    if not isinstance(outcome, Sent) or not job.bundle:
        return outcome
    return replace(outcome, ref={**outcome.ref, "rows": [one.row.id for one in job.bundle]})


def told_anew(rows: Sequence[Row], stamp: str, now: datetime) -> list[NewRow]:
    """Brings the messages up to date in which these pages went to somebody by Slack."""
    updates: dict[int, NewRow] = {}
    for row in rows:
        if row.bundle_id is not None and row.state is RowState.SENT and "ts" in row.result:
            place = {"channel": row.result["channel"], "ts": row.result["ts"]}
            name = f"bundle/{row.bundle_id}"
            updates[row.bundle_id] = NewRow(
                f"{name}-update/{row.incident_id}/{stamp}",
                Effect.PAGE_UPDATE,
                Lane.ANSWERS,
                now,
                incident_id=row.incident_id,
                person_id=row.person_id,
                payload={"of_bundle": row.bundle_id, **place},
                stream=name,
                coalesce=name,
            )
    return list(updates.values())


async def _within_budgets(tx: Tx, rows: Sequence[Row], now: datetime) -> list[Row]:
    """Those that go by themselves; the others are held."""
    people = {row.person_id for row in rows if row.person_id is not None and budgets.limited(row)}
    if not people:
        return list(rows)
    purse = _Purse(tx, now, await tx.bundles.spent(people))
    going = [row for row in rows if not budgets.limited(row) or await purse.pays(row)]
    await tx.bundles.spend(list(purse.changed.values()))
    return going


class _Purse:
    """The budgets of the people whose rows were claimed together."""

    def __init__(self, tx: Tx, now: datetime, spent: dict[Subject, Spent]) -> None:
        self._tx, self._now, self._spent = tx, now, spent
        self.changed: dict[Subject, Spent] = {}

    async def pays(self, row: Row) -> bool:
        """Whether this one may go alone; else it is held."""
        assert row.person_id is not None
        subject = row.person_id, row.effect, budgets.is_drill(row)
        spent = self.changed.get(subject) or self._spent.get(subject) or Spent(*subject)
        counted = budgets.lately(spent.paid, self._now)
        alone = budgets.may_go_alone(row, counted, self._now)
        if alone:
            more = () if budgets.is_paid(row, counted) else (Paid(self._now, row.id),)
            spent = replace(spent, paid=(*counted, *more))
        else:
            spent = await self._held(row, spent)
        self.changed[subject] = spent
        return alone

    async def _held(self, row: Row, spent: Spent) -> Spent:
        bundle = await self._open(spent)
        if bundle is None:
            bundle = await self._begun(row, spent)
            paid = (*budgets.lately(spent.paid, self._now), Paid(bundle.not_before, bundle.id))
            spent = replace(spent, paid=paid, bundle_id=bundle.id, bundled=0)
        await self._tx.bundles.hold(row, bundle)
        return replace(spent, bundled=spent.bundled + 1)

    async def _open(self, spent: Spent) -> Row | None:
        """The newest bundle, while it was never tried and has room."""
        if spent.bundle_id is None or spent.bundled >= budgets.LARGEST:
            return None
        return await self._tx.bundles.fresh(spent.bundle_id)

    async def _begun(self, row: Row, spent: Spent) -> Row:
        key = f"bundle/{spent.person_id}/{NOTIFIER_OF[row.effect]}/{row.id}.{row.fence}"
        due = budgets.bundle_at(row.effect, spent.paid, self._now)
        payload = {"bundle": True, "drill": True} if spent.drill else {"bundle": True}
        new = NewRow(key, row.effect, Lane.PAGES, due, person_id=spent.person_id, payload=payload)
        await self._tx.outbox.put([new])
        bundle = await self._tx.outbox.by_key(key)
        assert bundle is not None
        return bundle
