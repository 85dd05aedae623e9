"""A handover while a page waits: whoever comes on call for the step is paged too (SPEC §7)."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain import plan
from bot.domain.escalation import Run, RunState
from bot.domain.meaning import schedules_of
from bot.domain.people import EVERYTHING, SYSTEM, PersonId
from bot.domain.timeline import Kind
from bot.domain.timers import Timer
from bot.ports import Tx
from bot.usecases import climb
from bot.usecases.change import Change


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """Somebody's slot begins. What was answered or moved on since is left alone."""

    async def work(tx: Tx) -> str:
        change, run = await _still_waits(bot, tx, timer.incident, timer.run_id, now)
        reason = "handed over"
        if change is None or run is None:
            reason = "nobody is waited for any more"
        elif (run.generation, run.step) != (timer.generation, timer.data["step"]):
            reason = "the run went on since"
        if not await tx.timers.finish(timer, reason):
            return "taken over"
        if reason == "handed over" and change is not None and run is not None and await _page_incoming(change, run):
            await change.finish()
        return reason

    return await bot.write(work)


async def handed_over(bot: Bot, schedule: str | None, now: datetime) -> int:
    """A schedule (None: any of them) was changed by hand or by a new posture; answers how many runs paged somebody.

    Each run is a unit of work of its own: pages go between.
    """
    runs = await bot.db.read(lambda tx: tx.runs.climbing())
    waiting = [run for run in runs if _names(bot, run, schedule)]
    return sum([await _one(bot, run, now) for run in waiting])


def _names(bot: Bot, run: Run, schedule: str | None) -> bool:
    step = plan.standing(run)
    named = schedules_of(step.targets, bot.posture()) if step else []
    return bool(named) if schedule is None else schedule in named


async def _one(bot: Bot, known: Run, now: datetime) -> bool:
    async def work(tx: Tx) -> bool:
        change, run = await _still_waits(bot, tx, known.incident_id, known.id, now)
        if change is None or run is None:
            return False
        paged = await _page_incoming(change, run)
        if paged:
            await change.finish()
        return paged

    return await bot.write(work)


async def _still_waits(
    bot: Bot, tx: Tx, number: int, run_id: int | None, now: datetime
) -> tuple[Change | None, Run | None]:
    incident = await tx.incidents.get(number, EVERYTHING)
    run = await tx.runs.get(run_id) if run_id is not None else None
    if incident is None or not incident.open or run is None or run.state is not RunState.CLIMBING:
        return None, None
    return Change(bot, tx, incident, SYSTEM, now), run


async def _page_incoming(change: Change, run: Run) -> bool:
    """Pages whom the run's step means by now and did not mean before; False where that is nobody."""
    step = plan.standing(run)
    if step is None:
        return False
    asking = plan.incoming(step, await _paged(change, run), change.now, change.bot.config.notifiers)
    people = (await climb.asked(change, asking)).people
    if people:
        await climb.add_pages(change, run, step, people, "handover")
        ids = [person.id for person in people]
        change.record(Kind.HANDOVER, person_ids=ids, tier=step.tier, cycle=step.cycle)
    await climb.arm_handover(change, run)
    return bool(people)


async def _paged(change: Change, run: Run) -> set[PersonId]:
    """Everybody whom this step has paged."""
    pages = await change.tx.pages.of(change.incident.id)
    here = (run.id, run.generation, run.step)
    return {page.person_id for page in pages if (page.run_id, page.generation, page.step) == here}
