"""Answers for the planner, from the database: what a run does next, after that, and tier by tier."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.bot import Bot
from bot.domain.delivery import NOTIFIER_OF, Effect, Page, PageState, Row, RowState
from bot.domain.escalation import Policy, Run, RunState, step_at
from bot.domain.picture import NextStep, Paged
from bot.domain.plan import Planned, Question, Reply, Who, choose, incoming, standing
from bot.domain.posture import Posture
from bot.domain.receipts import FINAL
from bot.domain.rules import usable
from bot.domain.timers import Timer, TimerKind
from bot.ports import Tx
from bot.usecases.finding import change_before, find_people

T = TypeVar("T")


async def answered(tx: Tx, posture: Posture, asking: Generator[Question, Reply, T]) -> T:
    """What a planner comes to, as things stand."""
    try:
        question = next(asking)
        while True:
            question = asking.send(await _answer(tx, posture, question))
    except StopIteration as done:
        result: T = done.value
        return result


async def _answer(tx: Tx, posture: Posture, question: Question) -> Reply:
    if isinstance(question, Who):
        return await find_people(tx, posture, question.targets, question.at)
    return await change_before(tx, posture, question.targets, question.at, question.before)


async def next_of(bot: Bot, tx: Tx, run: Run) -> NextStep | None:
    """The step that fires if nobody answers, with the people who would be paged then; empty tiers are passed over."""
    if run.state is not RunState.CLIMBING or run.next_due is None:
        return None
    choice = await answered(tx, bot.posture(), choose(run.policy, run.step + 1, run.next_due, bot.config.notifiers))
    if choice.decision is None:
        choice = replace(choice, decision=step_at(run.policy, run.step + 1, run.next_due))
    return next_step(run.policy, Planned(run.next_due, choice))


def next_step(policy: Policy, planned: Planned) -> NextStep:
    """What is planned, as views show it; a plan that finds nobody has no tier."""
    decision, people = planned.choice.decision, tuple(planned.choice.people)
    if decision is None:
        return NextStep(planned.at, 0, 0, people)
    everybody = decision.tier == 0 and decision.targets != (policy.executive,)
    return NextStep(planned.at, decision.tier, decision.cycle, people, everybody, planned.handover)


def call_decides(bot: Bot, run: Run, paged: Sequence[Paged]) -> bool:
    """Whether a call that is planned or rings brings the next step at once where nobody answers it, as `steering` does:
    it is the last way to the only person whom the step still asks, and the first cycle has a tier left.
    """
    asked = [one for one in paged if one.page.state is PageState.OPEN and one.page.step == run.step]
    if run.state is not RunState.CLIMBING or run.step + 1 >= len(run.policy.tiers) or len(asked) != 1:
        return False
    rows = [row for row in asked[0].deliveries if row.effect in NOTIFIER_OF]
    calls = [row for row in rows if row.effect is Effect.PAGE_VOICE and _may_ring(row)]
    if not calls:
        return False
    after = any(row.state is RowState.PENDING and row.not_before > calls[-1].not_before for row in rows)
    untried = usable(asked[0].person, bot.config.notifiers) - {NOTIFIER_OF[row.effect] for row in rows}
    return not after and not untried


def _may_ring(row: Row) -> bool:
    return row.state in (RowState.PENDING, RowState.SENT) and row.reach not in FINAL


async def handover_of(bot: Bot, tx: Tx, run: Run, pages: Sequence[Page], timers: Sequence[Timer]) -> NextStep | None:
    """Who comes on call for the run's step before its next one, by the timer that waits for them."""
    timer = next((one for one in timers if one.kind is TimerKind.HANDOVER and one.run_id == run.id), None)
    step = standing(run) if run.state is RunState.CLIMBING else None
    if timer is None or step is None:
        return None
    here = (run.id, run.generation, run.step)
    paged = {page.person_id for page in pages if (page.run_id, page.generation, page.step) == here}
    choice = await answered(tx, bot.posture(), incoming(step, paged, timer.due_at, bot.config.notifiers))
    return next_step(run.policy, Planned(timer.due_at, choice, handover=True)) if choice.people else None
