"""Receipts and refusals steer: where a delivery cannot reach somebody, the next way goes out at once (SPEC §7).

First the person's next notifier, then those that their rules leave out, then the next target. At once within the
first cycle only: where every way fails, the cycles keep their timeouts.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.delivery import NOTIFIER_OF, ON_PHONES, Effect, Page, PageState, Row, RowState
from bot.domain.escalation import Run, RunState
from bot.domain.receipts import FAILED
from bot.domain.timeline import Kind
from bot.usecases import climb
from bot.usecases.change import Change


async def undelivered(change: Change, row: Row, reason: str) -> None:
    """A delivery failed for good: it is told, and the page moves on, if it still asks for an answer."""
    assert row.page_id is not None
    page = await change.tx.pages.get(row.page_id)
    change.record(
        Kind.PAGE_FAILED,
        key=f"failed/{row.key}",
        person_id=page.person_id,
        notifier=NOTIFIER_OF[row.effect],
        reason=reason,
    )
    run = await change.tx.runs.get(page.run_id)
    if page.state is PageState.OPEN and run.state is RunState.CLIMBING:
        await _move_on(change, run, page, row)


async def _move_on(change: Change, run: Run, page: Page, failed: Row) -> None:
    """A phone that fails is loud: it does not wait for a quieter way that may have arrived."""
    rows = await _rows(change, page, failed)
    ahead = [row for row in rows if _ahead(change, row)]
    heard = any(_alive(row) for row in rows if row not in ahead)
    if heard and failed.effect not in ON_PHONES:
        return
    if ahead:
        soonest = min(row.not_before for row in ahead)
        await change.tx.outbox.hasten([row.id for row in ahead if row.not_before == soonest], change.now)
        return
    person = await change.tx.people.get(page.person_id)
    tried = {NOTIFIER_OF[row.effect] for row in [failed, *rows]}
    untried = (climb.addresses(person) & change.bot.config.notifiers) - tried
    if untried:
        climb.send(change, run, page, climb.at_once(untried))
    elif run.step + 1 < len(run.policy.tiers) and not await _others_may_answer(change, run, page, failed):
        called = failed.effect is Effect.PAGE_VOICE
        await climb.climb(change, run, "unanswered_call" if called else "undelivered")


async def _others_may_answer(change: Change, run: Run, page: Page, failed: Row) -> bool:
    """Whether anything of the run's current step may still be answered.

    A call comes last and is the loudest: who does not answer it is not waited for, whatever else they were sent.
    """
    pages = [
        one
        for one in await change.tx.pages.of(change.incident.id)
        if one.run_id == run.id and one.step == run.step and one.state is PageState.OPEN
    ]
    if failed.effect is Effect.PAGE_VOICE:
        pages = [one for one in pages if one.id != page.id]
    for one in pages:
        if any(_alive(row) for row in await _rows(change, one, failed)):
            return True
    return False


async def _rows(change: Change, page: Page, failed: Row) -> Sequence[Row]:
    """The other deliveries of a page."""
    rows = await change.tx.outbox.of_page(page.id)
    return [row for row in rows if row.effect in NOTIFIER_OF and row.id != failed.id]


def _alive(row: Row) -> bool:
    """Went out and did not fail, or still may go out."""
    return row.state is RowState.PENDING or (row.state is RowState.SENT and row.reach not in FAILED)


def _ahead(change: Change, row: Row) -> bool:
    """Waits for its time, and was never tried."""
    return row.state is RowState.PENDING and row.tries == 0 and row.not_before > change.now
