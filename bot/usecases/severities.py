"""A severity changes within a change: the new rules apply at once (SPEC §6)."""

from __future__ import annotations

from bot.domain import plan
from bot.domain.delivery import NOTIFIER_OF, Lane, Page, PageState
from bot.domain.escalation import Policy, Run, RunState, Target, TargetKind
from bot.domain.people import Person
from bot.domain.severity import Severity, Urgency
from bot.domain.timeline import Kind
from bot.usecases import climb, reminders
from bot.usecases.change import Change
from bot.usecases.declare import announce, page_policy, page_positions, policy_of, positions_told


async def severity_in(change: Change, name: str, reason: str) -> list[str]:
    """Sets the severity and does what it demands beyond the one before; answers the names of those paged.

    A lower one pages nobody, and takes no page back: who was woken may still answer.
    """
    before, policy = change.severity, policy_of(change)
    change.record(Kind.SEVERITY, {"from": change.incident.severity, "to": name, "reason": reason})
    change.set(severity=name)
    raised = change.severity.rank < before.rank
    announce(change)
    await _remind(change, before)
    if raised and climb.lane_of(change) is Lane.SEV1:
        await change.tx.outbox.hurry(change.incident.id, change.now)
    if not change.severity.pages or not raised:
        return []
    run = await climb.main_run(change)
    if run is None or run.state is RunState.ENDED:
        return await page_policy(change)
    return await _page_more(change, run, before, policy)


async def _remind(change: Change, before: Severity) -> None:
    """What the severity asks for; where it nudges at other times than the one before, all of them begin anew."""
    rules = change.posture.reminders_for
    if rules(change.severity) != rules(before):
        await change.tx.timers.cancel(change.incident.id, prefix="remind.")
    await reminders.arm(change)


async def _page_more(change: Change, run: Run, before: Severity, policy: Policy | None) -> list[str]:
    """While a run stands: the policy of the worse severity, where that is another; louder ways; its positions."""
    after = policy_of(change)
    if after is not None and after != policy and run.state is RunState.CLIMBING:
        await climb.stop_run(change, run, RunState.ENDED, "the worse severity has a policy of its own", PageState.ENDED)
        return await page_policy(change)
    if before.urgency is Urgency.LOW and change.severity.urgency is Urgency.HIGH:
        await _louder(change)
    told = await _waiting(change)
    paged: tuple[Person, ...] = ()
    if after is not None and after != policy and after.tiers:  # somebody has it: no second climb
        paged = await climb.notify_once(change, Policy(after.name, after.tiers[:1], repeat_cycles=0), told)
    return climb.names([*paged, *await page_positions(change, [*told, *paged], await positions_told(change))])


async def _waiting(change: Change) -> list[Person]:
    """Everybody whose answer is awaited."""
    pages = await change.tx.pages.of(change.incident.id)
    waiting = {page.person_id for page in pages if page.state is PageState.OPEN}
    return list((await change.tx.people.many(waiting)).values())


async def _louder(change: Change) -> None:
    """Whoever was paged quietly and has not answered is paged by what the urgency asks for now, as well."""
    pages = [page for page in await change.tx.pages.of(change.incident.id) if page.state is PageState.OPEN]
    people = await change.tx.people.many({page.person_id for page in pages})
    own = await change.tx.rules.many(people, change.severity.urgency)
    for run in await change.tx.runs.of(change.incident.id):
        mine = [page for page in pages if page.run_id == run.id] if run.state is RunState.CLIMBING else []
        meant = await _meant(change, run) if mine else {}
        for page in mine:
            person = people[page.person_id]
            target = meant.get(person.id) or Target(TargetKind.PERSON, person.handle or f"#{person.id}")
            ways = climb.ways_to(change, person, target, own.get(person.id, ()))
            used = await _used(change, page)
            climb.send(change, run, page, [way for way in ways if way.notifier not in used])


async def _meant(change: Change, run: Run) -> dict[int, Target]:
    """By which target the step that a run waits in means each person."""
    step = plan.standing(run)
    if step is None:
        return {}
    choice = await climb.asked(change, plan.incoming(step, (), change.now, change.bot.config.notifiers))
    return {person.id: target for person, target in choice.people.items()}


async def _used(change: Change, page: Page) -> set[str]:
    rows = await change.tx.outbox.of_page(page.id)
    return {NOTIFIER_OF[row.effect] for row in rows if row.effect in NOTIFIER_OF}
