"""Drills: a real run for practice, marked on every notifier, announced nowhere, scored when it ends (SPEC §7)."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import NOTIFIER_OF
from bot.domain.people import Actor
from bot.domain.timeline import Kind
from bot.usecases.change import Change
from bot.usecases.declare import Declaration, declare


async def drill(
    bot: Bot, service: str | None, severity: str | None, by: Actor, now: datetime, key: tuple[str, str] | None = None
) -> Answer:
    """Pages on call of a service as an incident of this severity would; of the posture's defaults, where none is named.

    It is paged for whether or not the severity pages by itself.
    """
    named = service or bot.posture().default_service
    form = Declaration(
        title=f"Drill of {named}" if named else "Drill",
        severity=severity,
        service=service,
        description="A drill: nothing is broken. Answer it as if it were real.",
        page=True,
        drill=True,
        key=key,
    )
    given = await declare(bot, form, by, now)
    return Answer("drilled" if given.code == "declared" else given.code, given.incident, given.changed, given.data)


async def score(change: Change) -> None:
    """How long each hop took, recorded as the drill ends: declared, first page out, delivered, acked (seconds)."""
    number, declared = change.incident.id, change.incident.declared_at
    tries = [one.started_at for one in await change.tx.ledger.of_incident(number) if one.effect in NOTIFIER_OF]
    arrived = [event.at for event in await change.tx.timeline.of(number) if event.kind is Kind.PAGE_DELIVERED]
    pages = await change.tx.pages.of(number)
    acker = next((run.acked_by_id for run in await change.tx.runs.of(number) if run.acked_by_id is not None), None)
    change.record(
        Kind.DRILL_SCORED,
        out=_seconds(declared, min(tries, default=None)),
        delivered=_seconds(declared, min(arrived, default=None)),
        acked=_seconds(declared, change.incident.acked_at),
        person_id=acker,
        people=len({page.person_id for page in pages}),
    )


def _seconds(start: datetime, at: datetime | None) -> float | None:
    return None if at is None else (at - start).total_seconds()
