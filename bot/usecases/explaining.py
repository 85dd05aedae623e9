"""`why`: an incident's story with all that is to come if nobody answers, from the planner that real runs use."""

from __future__ import annotations

from dataclasses import replace

from bot.bot import Bot
from bot.domain.escalation import BESIDE, RunState
from bot.domain.people import Viewer
from bot.domain.picture import Story
from bot.domain.plan import ahead
from bot.ports import Tx
from bot.usecases.change import existing
from bot.usecases.forecasts import answered, next_step
from bot.usecases.pictures import story_in

#: Events ahead that are shown at most; after them the same goes on.
MOST = 12


async def explained(bot: Bot, number: int, viewer: Viewer) -> Story:
    """The story of the incident with what follows after its next step."""

    async def work(tx: Tx) -> Story:
        told = await story_in(bot, tx, await existing(tx, number, viewer))
        return await _with_plan(bot, tx, told)

    return await bot.db.read(work)


async def _with_plan(bot: Bot, tx: Tx, told: Story) -> Story:
    runs = [one.run for one in told.picture.runs if one.run.kind not in BESIDE]
    run = runs[-1] if runs else None
    if run is None or run.state is not RunState.CLIMBING or run.next_due is None:
        return told
    planned = await answered(
        tx, bot.posture(), ahead(run.policy, run.step + 1, run.next_due, bot.config.notifiers, MOST + 1)
    )
    steps = tuple(next_step(run.policy, one) for one in planned[1:])
    last = planned[-1].choice.decision if planned else None
    repeats = last is not None and last.tier == 0 and len(planned) <= MOST
    return replace(told, ahead=steps, again=run.policy.tiers[-1].timeout if repeats else None)
