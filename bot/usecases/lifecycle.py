"""How an incident ends, and how it comes back: resolve, cancel, reopen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane, PageState
from bot.domain.escalation import RunState
from bot.domain.incident import TEXT_LIMIT, ClosedAs, Incident, State, Status
from bot.domain.people import Actor, Viewer
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.ports import Tx
from bot.usecases import climb, drills, reminders
from bot.usecases.change import Change, closed_refusal, existing, load, require_open, room_key
from bot.usecases.declare import page_policy


async def refuse_closed(bot: Bot, number: int, viewer: Viewer) -> None:
    """Refuses what a closed incident does not take any more, before anybody fills in a form for it."""

    async def work(tx: Tx) -> None:
        incident = await existing(tx, number, viewer)
        if not incident.open:
            raise await closed_refusal(tx, incident)

    await bot.db.read(work)


async def resolve(bot: Bot, number: int, text: str, by: Actor, now: datetime) -> Answer:
    """Closes it as resolved with what fixed it; everything that still climbs, nags or waits ends with it."""
    words = text.strip()
    if len(words) > TEXT_LIMIT:
        raise Refusal("text_too_long", what="resolution", limit=TEXT_LIMIT, length=len(words))

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "resolve")
        await require_open(change)
        return Answer("resolved", await resolve_in(change, words))

    return await bot.write(work)


async def resolve_in(change: Change, words: str, *, why: str = "") -> Incident:
    """Resolves within a transaction; `why` is a code when a machine did it."""
    data = {"text": words, "why": why} if why else {"text": words}
    change.record(Kind.RESOLVED, data)
    await _close(change, ClosedAs.RESOLVED, words)
    if change.severity.postmortem and not change.incident.drill:
        key = f"postmortem/{change.incident.id}/{change.incident.generation}"
        stream = f"say/{change.incident.id}"  # the room first hears that it is over
        change.put(key, Effect.POSTMORTEM_POST, Lane.ROOM, after=room_key(change.incident), stream=stream)
    return await change.finish()


async def cancel(bot: Bot, number: int, reason: str, by: Actor, now: datetime) -> Answer:
    """A false alarm: closes it without a postmortem."""
    words = _reason(reason, "cancel")

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "cancel")
        await require_open(change)
        change.record(Kind.CANCELLED, reason=words)
        await _close(change, ClosedAs.CANCELLED, words)
        return Answer("cancelled", await change.finish())

    return await bot.write(work)


async def _close(change: Change, closed_as: ClosedAs, words: str) -> None:
    if change.incident.drill:
        await drills.score(change)
    reason = f"the incident was {closed_as.value}"
    for run in await change.tx.runs.of(change.incident.id):
        if run.state is RunState.CLIMBING:
            await climb.stop_run(change, run, RunState.ENDED, reason, PageState.ENDED)
    await change.tx.timers.cancel(change.incident.id)
    change.set(
        state=State.RESOLVED,
        status=Status.RESOLVED,
        closed_as=closed_as,
        resolution=words,
        resolved_at=change.now,
        resolved_by_id=change.by.person_id,
    )


async def reopen(bot: Bot, number: int, reason: str, by: Actor, now: datetime) -> Answer:
    """It was not over: restores the state and pages by the policy again, as the severity says."""
    words = _reason(reason, "reopen")

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "reopen")
        if change.incident.open:
            raise Refusal("not_resolved", number=number)
        change.record(Kind.REOPENED, reason=words)
        paged = await reopen_in(change)
        return Answer("reopened", await change.finish(), data={"paged": paged})

    return await bot.write(work)


async def reopen_in(change: Change) -> list[str]:
    """Restores within a transaction; answers the names of those paged."""
    change.incident = replace(
        change.incident,
        state=State.PENDING,
        status=Status.INVESTIGATING,
        closed_as=None,
        resolution="",
        resolved_at=None,
        resolved_by_id=None,
        assignee_id=None,
        generation=change.incident.generation + 1,
    )
    key = f"unarchive/{change.incident.id}/{change.incident.generation}"
    change.put(key, Effect.ROOM_UNARCHIVE, Lane.ROOM, after=room_key(change.incident))
    paged = await page_policy(change) if change.severity.pages else []
    await reminders.arm(change)
    return paged


def _reason(text: str, verb: str) -> str:
    words = text.strip()
    if not words:
        raise Refusal("reason_missing", verb=verb)
    if len(words) > TEXT_LIMIT:
        raise Refusal("text_too_long", what="reason", limit=TEXT_LIMIT, length=len(words))
    return words
