"""A run moves: by its timer, or by a person who escalates or pages again; `steering` moves it by receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import NOTIFIER_OF, Page, Row
from bot.domain.escalation import Run, RunState, policy_steps, step_of_tier
from bot.domain.people import EVERYTHING, SYSTEM, Actor
from bot.domain.refusals import Refusal
from bot.domain.timers import Timer
from bot.ports import Tx
from bot.usecases import climb
from bot.usecases.change import Change, load, require_open
from bot.usecases.declare import policy_of
from bot.usecases.responders import resumed


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """A run's step is due. Timer, pages, timeline and the next timer change together; a stale one says why."""

    async def work(tx: Tx) -> str:
        incident = await tx.incidents.get(timer.incident, EVERYTHING)
        run = await tx.runs.get(timer.run_id) if timer.run_id is not None else None
        reason = "escalated"
        if incident is None or run is None or not incident.open:
            reason = "the incident is closed"
        elif run.state is not RunState.CLIMBING:
            reason = f"the run is {run.state.value}"
        elif run.generation != timer.generation:
            reason = "the run was resumed since"
        if not await tx.timers.finish(timer, reason):
            return "taken over"
        if reason == "escalated" and incident is not None and run is not None:
            change = Change(bot, tx, incident, SYSTEM, now)
            await climb.climb(change, run, "timeout")
            await change.finish()
        return reason

    return await bot.write(work)


async def escalate(bot: Bot, number: int, by: Actor, now: datetime, tier: int | None = None) -> Answer:
    """The next tier, or a chosen one (1-based), at once; an acknowledged run climbs again."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "escalate")
        await require_open(change)
        run = await climb.main_run(change)
        if run is None or run.state is RunState.ENDED:
            run = await _fresh(change)
        elif run.state is not RunState.CLIMBING:
            run = resumed(run)
        if tier is not None and not 1 <= tier <= len(run.policy.tiers):
            raise Refusal("no_such_tier", given=tier, tiers=len(run.policy.tiers))
        run, step = _at_tier(run, tier) if tier is not None else (run, None)
        climbed = await climb.climb(change, run, "by_hand", step=step)
        data = {"people": climb.names(climbed.people), "tier": climbed.tier}
        return Answer("escalated", await change.finish(), data=data)

    return await bot.write(work)


async def _fresh(change: Change) -> Run:
    policy = policy_of(change)
    if policy is None:
        raise Refusal("no_run", number=change.incident.id)
    return await change.tx.runs.add(change.incident.id, climb.kind_of(change.incident), policy, change.now)


def _at_tier(run: Run, tier: int) -> tuple[Run, int]:
    """The next step that means this tier; once the cycles are over, that of the last one under new keys."""
    step, end = step_of_tier(run, tier), policy_steps(run.policy)
    if step < end:
        return run, step
    return replace(run, generation=run.generation + 1), end - len(run.policy.tiers) + tier - 1


async def notify_again(bot: Bot, number: int, by: Actor, now: datetime) -> Answer:
    """Pages the people of the current step once more, by every notifier, under a new generation."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "notify")
        await require_open(change)
        run = await climb.main_run(change)
        if run is None or run.state is not RunState.CLIMBING:
            raise Refusal("no_run", number=number)
        again = replace(run, generation=run.generation + 1)
        climbed = await climb.climb(change, again, "notified_again", step=max(run.step, 0))
        return Answer("notified_again", await change.finish(), data={"people": climb.names(climbed.people)})

    return await bot.write(work)


async def page_and_run(tx: Tx, row: Row) -> tuple[Page, Run] | None:
    """The page a delivery belongs to, with its run; None for rows that are no page."""
    if row.page_id is None or row.effect not in NOTIFIER_OF:
        return None
    page = await tx.pages.get(row.page_id)
    return page, await tx.runs.get(page.run_id)
