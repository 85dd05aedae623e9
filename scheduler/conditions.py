"""How the loops are, for readiness: each lane with its oldest row that is due, the timers, and what pages go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.domain.condition import Condition, Probe, down, impaired, ok
from bot.domain.delivery import Lane
from bot.usecases.storms import lasting
from scheduler.engine import TIMERS, Engine

#: What may go and has not gone for this long does not go by itself.
OVERDUE = timedelta(seconds=60)


def conditions(engine: Engine) -> Mapping[str, Probe]:
    """A probe for each part that the engine runs."""
    lanes = {f"lane {lane.name.lower()}": partial(_lane, engine, lane) for lane in Lane}
    others = {
        TIMERS: partial(_timers, engine),
        "notifiers": partial(_notifiers, engine),
        "storm": partial(_storm, engine),
    }
    return {**lanes, **others}


async def _lane(engine: Engine, lane: Lane) -> Condition:
    """Only lanes of pages are vital."""
    due = await engine.bot.db.read(lambda tx: tx.outbox.next_due(lane))
    return _moving(engine, lane.name, due, down if lane <= Lane.PAGES else impaired)


async def _timers(engine: Engine) -> Condition:
    if engine.timers.trouble:
        return down(f"timers cannot be claimed: {engine.timers.trouble}")
    return _moving(engine, TIMERS, await engine.bot.db.read(lambda tx: tx.timers.next_due()), down)


def _moving(engine: Engine, loop: str, due: datetime | None, bad: Callable[[str], Condition]) -> Condition:
    """`due` is when the oldest that could go was due."""
    if loop in engine.still():
        return bad("stands still")
    waited = engine.bot.clock.now() - due if due is not None else timedelta(0)
    if waited > OVERDUE:
        return bad(f"the oldest that is due waits {_seconds(waited)}")
    return ok(f"the oldest that is due waits {_seconds(waited)}" if waited > timedelta(0) else "nothing is due")


async def _notifiers(engine: Engine) -> Condition:
    """Down where every configured notifier is in trouble: then pages reach nobody."""
    found = {name: one for name, one in engine.slack.senders.troubles().items() if name != "slack"}
    told = [f"{name} failed {one.tries} times in a row: {one.reason}" for name, one in sorted(found.items())]
    if engine.slack.away:
        told = ["Slack does not answer", *told]
    if not told:
        return ok(f"{', '.join(sorted(engine.bot.config.notifiers))}: no trouble is known")
    troubled = {*found, *({"slack"} if engine.slack.away else ())}
    bad = down if engine.bot.config.notifiers <= troubled else impaired
    return bad("; ".join(told))


async def _storm(engine: Engine) -> Condition:
    """No trouble of ours: pages go, some of them together."""
    storm = await lasting(engine.bot)
    return ok(f"a storm since {storm.began_at:%Y-%m-%dT%H:%M:%SZ}" if storm else "none")


def _seconds(waited: timedelta) -> str:
    return f"{waited / timedelta(seconds=1):,.0f} s"
