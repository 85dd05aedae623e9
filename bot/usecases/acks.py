"""Acks: somebody has it, a page asked for by hand is answered, an ack is given back, or times out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import PageState
from bot.domain.escalation import BESIDE, Run, RunKind, RunState
from bot.domain.incident import State
from bot.domain.people import EVERYTHING, SYSTEM, Actor
from bot.domain.plan import ack_due
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Tx
from bot.usecases import climb
from bot.usecases.change import Change, load, require_open


async def ack(bot: Bot, number: int, by: Actor, now: datetime) -> Answer:
    """Takes the incident on: its runs stop, everybody sees who has it. Acking twice changes nothing.

    Who is paged by hand alone answers that page, and the incident only where nobody else has it or is asked.
    """

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "ack")
        if not change.incident.open:
            return closed(change)
        policy, asked = await _mine(change)
        elsewhere = change.incident.state is State.IN_PROGRESS or any(run.kind not in BESIDE for run in policy)
        if asked and elsewhere and not await _paged_by(change, policy):
            return await _answer_page(change, asked)
        if not policy and not asked and change.incident.state is State.IN_PROGRESS:
            return await _second_ack(change)
        await acknowledge(change, [*policy, *asked])
        return Answer("acked", await change.finish(), data={"runs": len(policy)})

    return await bot.write(work)


async def _mine(change: Change) -> tuple[list[Run], list[Run]]:
    """The runs that an ack by this person stops: every one of the policy, and those beside it that ask for them.

    While somebody has it, a position that the severity names is asked beside the policy: its ack takes nothing over.
    """
    climbing = [run for run in await change.tx.runs.of(change.incident.id) if run.state is RunState.CLIMBING]
    kinds = BESIDE if change.incident.state is State.IN_PROGRESS else {RunKind.PAGE}
    beside = [run for run in climbing if run.kind in kinds]
    mine = await _open_runs(change)
    return [run for run in climbing if run not in beside], [run for run in beside if run.id in mine]


async def _open_runs(change: Change) -> set[int]:
    """The runs in which the actor has an open page."""
    pages = await change.tx.pages.of(change.incident.id)
    return {p.run_id for p in pages if p.person_id == change.by.person_id and p.state is PageState.OPEN}


async def _paged_by(change: Change, runs: Collection[Run]) -> bool:
    return bool(await _open_runs(change) & {run.id for run in runs})


def closed(change: Change) -> Answer:
    """A polite no-op."""
    closed_as = change.incident.closed_as
    return Answer("closed", change.incident, False, {"closed_as": closed_as.value if closed_as else ""})


async def acknowledge(change: Change, climbing: Sequence[Run]) -> None:
    """The actor has it: these runs stop. In another system it may be somebody who is nobody to us."""
    who = change.by.person_id
    await _stop(change, climbing)
    change.set(state=State.IN_PROGRESS, acked_at=change.incident.acked_at or change.now, assignee_id=who)
    change.record(Kind.ACKED, source=change.by.source.value)
    if who is not None:
        await change.join(who, ack_source=change.by.source.value)


async def take_in(change: Change) -> bool:
    """Assigns and acks the actor, what they are paged for by hand with it; False where they have it already."""
    policy, asked = await _mine(change)
    has_it = change.incident.state is State.IN_PROGRESS and change.incident.assignee_id == change.by.person_id
    if has_it and not policy and not asked:
        return False
    await acknowledge(change, [*policy, *asked])
    return True


async def _stop(change: Change, climbing: Sequence[Run]) -> None:
    pages = await change.tx.pages.of(change.incident.id)
    mine = [p.id for p in pages if p.person_id == change.by.person_id and p.state is PageState.OPEN]
    await change.tx.pages.close(mine, PageState.ACKED, change.now, change.by.source.value)
    for run in climbing:
        await climb.stop_run(change, run, RunState.ACKED, "acknowledged", PageState.ENDED)
        if run.kind not in BESIDE and run.policy.ack_timeout is not None:
            await _arm(change, run, change.now + run.policy.ack_timeout)


async def _answer_page(change: Change, asked: Sequence[Run]) -> Answer:
    """A page by hand is answered: its person is on it, and whoever has or is asked for the incident stays so."""
    assert change.by.person_id is not None
    await _stop(change, asked)
    change.record(Kind.PAGE_ACKED, source=change.by.source.value)
    await change.join(change.by.person_id, ack_source=change.by.source.value)
    return Answer("page_acked", await change.finish(), data={"by": await _holder(change)})


async def _holder(change: Change) -> str:
    """The name of who has it; empty while nobody does."""
    who = change.incident.assignee_id
    if who is None or change.incident.state is not State.IN_PROGRESS:
        return ""
    return (await change.tx.people.get(who)).name


async def _second_ack(change: Change) -> Answer:
    """Somebody has it already; who else acks now becomes a responder all the same."""
    if change.by.person_id is None:
        return Answer("already_acked", change.incident, False, {"by": await _holder(change)})
    if change.incident.assignee_id == change.by.person_id:
        await change.join(change.by.person_id, ack_source=change.by.source.value)  # a sign: no ack time-out yet
        return Answer("acked", change.incident, False, {"runs": 0})
    known = await change.tx.responders.get(change.incident.id, change.by.person_id)
    changed = known is None or known.acked_at is None
    incident = change.incident
    if changed:
        await change.join(change.by.person_id, ack_source=change.by.source.value)
        incident = await change.finish()
    return Answer("already_acked", incident, changed, {"by": await _holder(change)})


async def unack(bot: Bot, number: int, by: Actor, now: datetime, reason: str = "") -> Answer:
    """ "I lost it": the run resumes at its step under a new generation, so that somebody is paged again."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "unack")
        await require_open(change)
        if change.incident.state is not State.IN_PROGRESS:
            raise Refusal("nothing_acked", number=number)
        whose = change.incident.assignee_id
        others = whose if whose != by.person_id else None
        change.record(Kind.UNACKED, {"person_id": others} if others is not None else {}, reason=reason)
        person = (await tx.people.get(others)).name if others is not None else ""
        await _give_back(change, await climb.main_run(change))
        return Answer("unacked", await change.finish(), data={"person": person})

    return await bot.write(work)


async def _give_back(change: Change, run: Run | None) -> None:
    change.set(state=State.PENDING, assignee_id=None)
    if run is not None and run.state is not RunState.ENDED:
        await climb.climb(change, resumed(run), "unacked", step=max(run.step, 0))


def resumed(run: Run) -> Run:
    """The run climbing again, with keys of its own from here on."""
    return replace(
        run,
        state=RunState.CLIMBING,
        generation=run.generation + 1,
        acked_by_id=None,
        acked_at=None,
        ended_reason="",
    )


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """An ack may have timed out: without an update or another ack since, the run resumes as by unack."""

    async def work(tx: Tx) -> str:
        incident = await tx.incidents.get(timer.incident, EVERYTHING)
        if incident is None or not incident.open:
            return await _finish(tx, timer, "the incident is closed")
        change = Change(bot, tx, incident, SYSTEM, now)
        run = await climb.main_run(change)
        if run is None or (run.id, run.generation, run.state) != (timer.run_id, timer.generation, RunState.ACKED):
            return await _finish(tx, timer, "that ack stands no more")
        due = ack_due(run, incident, await tx.responders.of(incident.id))
        if due is None or due > now:
            if due is not None:
                await _arm(change, run, due)
            return await _finish(tx, timer, "there was a sign since")
        ended = await _finish(tx, timer, "timed out")
        if ended == "timed out":
            change.record(Kind.UNACKED, why="ack_timeout", person_id=incident.assignee_id)
            await _give_back(change, run)
            await change.finish()
        return ended

    return await bot.write(work)


async def _finish(tx: Tx, timer: Timer, reason: str) -> str:
    return reason if await tx.timers.finish(timer, reason) else "taken over"


async def _arm(change: Change, run: Run, due: datetime) -> None:
    key = f"ack/{change.incident.id}/{run.id}/{run.generation}/{int(due.timestamp())}"
    timer = NewTimer(key, TimerKind.ACK_TIMEOUT, due, change.incident.id, run.id, run.generation)
    await change.tx.timers.arm(timer)
