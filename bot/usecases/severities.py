"""A severity changes within a change: the new rules apply at once (SPEC §6)."""

from __future__ import annotations

from bot.domain.delivery import Lane, PageState
from bot.domain.escalation import RunState
from bot.domain.timeline import Kind
from bot.usecases import climb, reminders
from bot.usecases.change import Change
from bot.usecases.declare import announce, page_policy, page_positions, positions_told


async def severity_in(change: Change, name: str, reason: str) -> list[str]:
    """Sets the severity and does what it demands beyond the one before; answers the names of those paged.

    A lower one pages nobody, and takes no page back: who was woken may still answer.
    """
    raised = change.posture.severities[name].rank < change.severity.rank
    change.record(Kind.SEVERITY, {"from": change.incident.severity, "to": name, "reason": reason})
    change.set(severity=name)
    announce(change)
    await reminders.arm(change)
    if raised and climb.lane_of(change) is Lane.SEV1:
        await change.tx.outbox.hurry(change.incident.id, change.now)
    if not change.severity.pages or not raised:
        return []
    run = await climb.main_run(change)
    if run is None or run.state is RunState.ENDED:
        return await page_policy(change)
    waiting = {p.person_id for p in await change.tx.pages.of(change.incident.id) if p.state is PageState.OPEN}
    people = list((await change.tx.people.many(waiting)).values())
    return climb.names(await page_positions(change, people, await positions_told(change)))
