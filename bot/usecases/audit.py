"""The auditor: re-derives what should have been armed and sent, repairs what is missing, and says so loudly.

Everything it finds is a bug or a damaged database: the rows of a step are written in one transaction. It looks all
the same, for a page that nobody knows is missing is the one that is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.delivery import NOTIFIER_OF, Page, PageState
from bot.domain.escalation import Run, RunKind, RunState
from bot.domain.people import EVERYTHING, SYSTEM, Standing
from bot.domain.timers import TimerKind
from bot.ports import Tx
from bot.usecases import climb
from bot.usecases.change import Change
from bot.usecases.notices import dm

#: Work that may go and has not gone for this long: a loop stands still.
OVERDUE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Trouble:
    """`code`: unarmed, unsent, left_climbing (all repaired), outbox_overdue, timers_overdue (the loops are woken)."""

    code: str
    incident_id: int | None = None
    run_id: int | None = None


async def audit(bot: Bot, now: datetime) -> list[Trouble]:
    """Everything that was wrong; what belongs to a run is repaired before this returns."""
    found = await bot.db.read(lambda tx: _overdue(tx, now))
    for run in await bot.db.read(lambda tx: tx.runs.climbing()):
        if await bot.db.read(lambda tx, one=run: _wrong(tx, one)):  # type: ignore[misc]  # bound now
            found += await _repair(bot, run.id, now)
    if found:
        bot.wake()
    return found


async def _overdue(tx: Tx, now: datetime) -> list[Trouble]:
    rows, timers = await tx.outbox.next_due(), await tx.timers.next_due()
    late = [("outbox_overdue", rows), ("timers_overdue", timers)]
    return [Trouble(code) for code, due in late if due is not None and due < now - OVERDUE]


async def _wrong(tx: Tx, run: Run) -> list[str]:
    """What is wrong with a run that climbs."""
    if run.state is not RunState.CLIMBING:
        return []
    incident = await tx.incidents.get(run.incident_id, EVERYTHING)
    if incident is None or not incident.open:
        return ["left_climbing"]
    found = []
    armed = {t.run_id for t in await tx.timers.pending(run.incident_id) if t.kind is TimerKind.ESCALATE}
    if run.kind is not RunKind.NOTIFY and run.id not in armed:
        found.append("unarmed")
    if await _unsent(tx, run):
        found.append("unsent")
    return found


async def _unsent(tx: Tx, run: Run) -> list[Page]:
    """Open pages that have no delivery at all."""
    pages = [p for p in await tx.pages.of(run.incident_id) if p.run_id == run.id and p.state is PageState.OPEN]
    return [page for page in pages if not any(r.effect in NOTIFIER_OF for r in await tx.outbox.of_page(page.id))]


async def _repair(bot: Bot, run_id: int, now: datetime) -> list[Trouble]:
    async def work(tx: Tx) -> list[Trouble]:
        run = await tx.runs.get(run_id)
        incident = await tx.incidents.get(run.incident_id, EVERYTHING)
        wrong = await _wrong(tx, run)
        if incident is None or not wrong:
            return []
        change = Change(bot, tx, incident, SYSTEM, now)
        await _mend(change, run, wrong)
        await _shout(change, run, wrong)
        await change.finish()
        return [Trouble(code, incident.id, run.id) for code in wrong]

    return await bot.write(work)


async def _mend(change: Change, run: Run, wrong: Sequence[str]) -> None:
    if "left_climbing" in wrong:
        await climb.stop_run(change, run, RunState.ENDED, "the incident is closed", PageState.ENDED)
    if "unsent" in wrong:
        for page in await _unsent(change.tx, run):
            person = await change.tx.people.get(page.person_id)
            climb.send(change, run, page, climb.at_once(climb.addresses(person) & change.bot.config.notifiers))
    if "unarmed" in wrong:
        due = max(run.next_due or change.now, change.now)
        await climb.rearm(change, await change.tx.runs.save(replace(run, next_due=due)))


async def _shout(change: Change, run: Run, wrong: Sequence[str]) -> None:
    for person in await change.tx.people.all():
        if person.standing is Standing.ADMIN and person.active and person.slack_id:
            dm(change, person, "repaired", f"{run.id}/{run.version}", what=list(wrong))
