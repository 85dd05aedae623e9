"""A run climbs: the step is decided, people are found, pages, deliveries and the next timer are written.

Everything here happens inside a `Change`, in one transaction: a page without its timer cannot exist.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import plan, rules
from bot.domain.delivery import EFFECT_OF, Lane, Page, PageState, RowState
from bot.domain.escalation import BESIDE, Decision, Policy, Run, RunKind, RunState, Target, step_at, taken
from bot.domain.incident import Incident, State
from bot.domain.people import Person, PersonId, Standing
from bot.domain.plan import Choice, Question, Reply, Skipped
from bot.domain.rules import Rule
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, TimerKind
from bot.usecases import links
from bot.usecases.change import Change
from bot.usecases.finding import change_before
from bot.usecases.forecasts import answered
from bot.usecases.hanging_up import hang_up, rings
from bot.usecases.notices import dm


@dataclass(frozen=True, slots=True)
class Climbed:
    """A step as taken: the run after it and the people who were paged (empty: nobody anywhere)."""

    run: Run
    people: tuple[Person, ...]
    tier: int


def kind_of(incident: Incident) -> RunKind:
    """What the run of an incident's policy is."""
    return RunKind.DRILL if incident.drill else RunKind.DECLARE


async def start(change: Change, kind: RunKind, policy: Policy) -> Climbed:
    """Starts a run and takes its first step."""
    run = await change.tx.runs.add(change.incident.id, kind, policy, change.now)
    return await climb(change, run, "declared")


async def notify_once(change: Change, policy: Policy, told: Sequence[Person]) -> tuple[Person, ...]:
    """Pages a single tier once, without climbing; those already paged are left out, nobody is no alarm."""
    decision, known = step_at(policy, 0, change.now), {person.id for person in told}
    choice = await asked(change, plan.incoming(decision, known, change.now, change.bot.config.notifiers))
    if not choice.people:
        return ()
    run = await change.tx.runs.add(change.incident.id, RunKind.NOTIFY, policy, change.now)
    return (await _page(change, taken(run, decision), decision, choice.people, "severity")).people


async def climb(
    change: Change, run: Run, reason: str, step: int | None = None, besides: Collection[PersonId] = ()
) -> Climbed:
    """Takes a step (the next one unless named). Tiers that resolve to nobody are told and skipped at once.

    `besides` have just said no: where only they are left, nothing is done and the run keeps its timer.
    A run that started while nobody was declared takes up the policy that is declared by now.
    """
    if not run.policy.tiers:
        declared = change.posture.policy_for(
            change.incident.service, change.bot.config.escalation_delay, change.incident.severity
        )
        run = replace(run, policy=declared or run.policy)
    first = run.step + 1 if step is None else step
    choice = await asked(change, plan.choose(run.policy, first, change.now, change.bot.config.notifiers, besides))
    for skipped in choice.skipped:
        _skip(change, run, skipped)
    if choice.decision is not None:
        return await _page(change, taken(run, choice.decision), choice.decision, choice.people, reason)
    return Climbed(run, (), 0) if besides else await _nobody(change, run)


async def asked(change: Change, asking: Generator[Question, Reply, Choice]) -> Choice:
    """What a planner chooses, as things stand in this transaction."""
    return await answered(change.tx, change.posture, asking)


def addresses(person: Person) -> frozenset[str]:
    """The notifiers that have an address to reach this person by."""
    return rules.usable(person, rules.PERSONAL)


def ways_to(change: Change, person: Person, target: Target, own: Sequence[Rule] = ()) -> tuple[Rule, ...]:
    """How this person is paged for this incident."""
    return plan.ways(person, target, change.severity.urgency, change.bot.config.notifiers, own)


def at_once(notifiers: Collection[str]) -> tuple[Rule, ...]:
    """All of them now."""
    return rules.plan((), notifiers)


async def _page(change: Change, run: Run, decision: Decision, people: Mapping[Person, Target], reason: str) -> Climbed:
    if run.kind is RunKind.NOTIFY:
        run = replace(run, next_due=None)
    run = await change.tx.runs.save(run)
    await add_pages(change, run, decision, people, reason)
    _tell(change, run, decision, tuple(people), reason)
    await rearm(change, run)
    if change.incident.state is not State.IN_PROGRESS or run.kind not in BESIDE:
        change.set(state=State.ASSIGNED)
    return Climbed(run, tuple(people), decision.tier)


async def add_pages(change: Change, run: Run, decision: Decision, people: Mapping[Person, Target], reason: str) -> None:
    """Pages people within a step; whoever it paged before is left alone."""
    open_pages = [p for p in await change.tx.pages.of(change.incident.id) if p.run_id == run.id]
    own = await change.tx.rules.many((person.id for person in people), change.severity.urgency)
    ahead = reason == "declared" and await _first_of_service(change, run)
    for person, target in people.items():
        ways = ways_to(change, person, target, own.get(person.id, ()))
        page = await _page_one(change, run, decision, person, ways, open_pages, reason)
        if page is not None:
            send(change, run, page, ways, ahead=ahead)
    await change.invite([person.id for person in people])


async def _first_of_service(change: Change, run: Run) -> bool:
    """Whether nothing else of the service pages at this moment: then nobody knows yet that it is broken."""
    if run.kind is not RunKind.DECLARE or lane_of(change) is Lane.SEV1:
        return False
    paging = [severity.name for severity in change.posture.severities.values() if severity.pages]
    return await change.tx.incidents.first_of_service(change.incident, paging)


def lane_of(change: Change) -> Lane:
    """Where pages of this incident wait; a drill never stands in the way of the real thing."""
    worst = change.posture.most_urgent(change.severity) and not change.incident.drill
    return Lane.SEV1 if worst else Lane.PAGES


async def _page_one(
    change: Change, run: Run, decision: Decision, person: Person, ways: Sequence[Rule], pages: list[Page], reason: str
) -> Page | None:
    number = change.incident.id
    key = f"page/{number}/{run.id}/{run.generation}/{decision.step}/{person.id}"
    page = await change.tx.pages.add(key=key, run=run, step=decision.step, person_id=person.id, created_at=change.now)
    if page is None:
        return None
    older = [p for p in pages if p.person_id == person.id and p.state is PageState.OPEN]
    await supersede(change, older)
    change.record(
        Kind.PAGED,
        person_id=person.id,
        tier=decision.tier,
        cycle=decision.cycle,
        reason=reason,
        notifiers=[way.notifier for way in ways if not way.delay],
        later={way.notifier: int(way.delay.total_seconds()) for way in ways if way.delay},
    )
    await links.offer(change, person, page)
    return page


async def supersede(change: Change, pages: Sequence[Page]) -> None:
    """Older pages give way in the transaction that writes their replacement."""
    await change.tx.pages.close([p.id for p in pages], PageState.SUPERSEDED, change.now, None)
    for page in pages:
        rows = [row.id for row in await change.tx.outbox.of_page(page.id) if row.state is RowState.PENDING]
        await change.tx.outbox.drop(rows, RowState.SUPERSEDED, "a newer page to the same person replaced it")


def send(change: Change, run: Run, page: Page, ways: Sequence[Rule], *, ahead: bool = False) -> None:
    """Writes one delivery for each notifier, due at its time: who has answered by then is not sent it any more.

    `ahead`: before the pages of others that wait.
    """
    lane = lane_of(change)
    for way in ways:
        change.put(
            f"{page.key}/{way.notifier}",
            EFFECT_OF[way.notifier],
            lane,
            not_before=change.now + way.delay,
            ahead=ahead,
            run_id=run.id,
            page_id=page.id,
            person_id=page.person_id,
            payload={"drill": True} if change.incident.drill else {},
        )


async def rearm(change: Change, run: Run) -> None:
    """The timers of a run. Their keys hold the run's version: the key of a cancelled one would arm nothing."""
    await change.tx.timers.cancel(change.incident.id, run_id=run.id)
    if run.next_due is None:
        return
    key = f"escalate/{change.incident.id}/{run.id}/{run.generation}/{run.step + 1}/{run.version}"
    timer = NewTimer(key, TimerKind.ESCALATE, run.next_due, change.incident.id, run.id, run.generation)
    await change.tx.timers.arm(timer)
    await arm_handover(change, run)


async def arm_handover(change: Change, run: Run) -> None:
    """A timer for whoever comes on call for the run's step before its next one; arming it again changes nothing."""
    step = plan.standing(run)
    if step is None:
        return
    due = await change_before(change.tx, change.posture, step.targets, change.now, step.next_due)
    if due is not None:
        key = f"handover/{change.incident.id}/{run.id}/{run.version}/{int(due.timestamp())}"
        data = {"step": run.step}
        timer = NewTimer(key, TimerKind.HANDOVER, due, change.incident.id, run.id, run.generation, data)
        await change.tx.timers.arm(timer)


def _tell(change: Change, run: Run, decision: Decision, people: tuple[Person, ...], reason: str) -> None:
    """The first step is on the card; from the second on the room hears of it."""
    if decision.step == 0 and reason in ("declared", "severity"):
        return
    ids = [person.id for person in people]
    if run.kind is RunKind.PAGE:
        change.record(Kind.ASKED, person_ids=ids, reason=reason)
    elif decision.tier == 0:
        led = decision.targets == (run.policy.executive,)
        change.record(Kind.FALLBACK, person_ids=ids, reason=reason, executive=led)
    else:
        change.record(Kind.ESCALATED, tier=decision.tier, cycle=decision.cycle, person_ids=ids, reason=reason)


def _skip(change: Change, run: Run, skipped: Skipped) -> None:
    """Told once for each tier and generation; a run that finds nobody asks again every minute."""
    decision = skipped.decision
    targets = [one.target for one in skipped.found]
    if decision.tier == 0 and targets != [run.policy.executive]:
        return  # everybody of tiers that were told already
    key = f"skip/{run.id}/{run.generation}/{decision.step}"
    names, reason = [target.name for target in targets], ", ".join(skipped.reasons)
    change.record(Kind.TIER_SKIPPED, key=key, tier=decision.tier, targets=names, reason=reason)


async def _nobody(change: Change, run: Run) -> Climbed:
    """Nobody anywhere: said loudly, and asked again, so that whoever becomes reachable first is paged."""
    run = await change.tx.runs.save(replace(run, next_due=change.now + plan.NOBODY_RETRY))
    await rearm(change, run)
    if run.kind is RunKind.PAGE:
        return Climbed(run, (), 0)  # the incident itself does not hang on it
    key = f"nobody/{run.id}/{run.generation}"
    first = all(event.key != key for event in await change.tx.timeline.of(change.incident.id))
    others = any(page.state is PageState.OPEN for page in await change.tx.pages.of(change.incident.id))
    if change.incident.state is not State.IN_PROGRESS and not others:
        change.set(state=State.ERROR if change.bot.config.fail_on_no_assignee else State.PENDING)
    if first:
        change.record(Kind.NOBODY, key=key)
        for person in await change.tx.people.all():
            if person.standing is Standing.ADMIN and person.active and person.slack_id:
                dm(change, person, "nobody_to_page", key)
    return Climbed(run, (), 0)


async def stop_run(change: Change, run: Run, state: RunState, reason: str, page_state: PageState) -> None:
    """Ends a run: its timers are cancelled, its open pages take `page_state`, unsent deliveries go no more."""
    by = change.by.person_id if state is RunState.ACKED else run.acked_by_id
    acked_at = change.now if state is RunState.ACKED else run.acked_at
    ended = replace(run, state=state, next_due=None, acked_by_id=by, acked_at=acked_at, ended_reason=reason)
    await change.tx.runs.save(ended)
    await change.tx.timers.cancel(change.incident.id, run_id=run.id)
    pages = [p for p in await change.tx.pages.of(change.incident.id) if p.run_id == run.id]
    waiting = [p.id for p in pages if p.state is PageState.OPEN]
    await change.tx.pages.close(waiting, page_state, change.now, change.by.source.value)
    await unplan(change, pages, "acknowledged before it was sent" if state is RunState.ACKED else reason)


async def unplan(change: Change, pages: Sequence[Page], reason: str) -> None:
    """What waits for its time goes no more: nobody is shown a call that will never come. What rings is hung up."""
    for page in pages:
        rows = await change.tx.outbox.of_page(page.id)
        waiting = [row.id for row in rows if row.state is RowState.PENDING]
        await change.tx.outbox.drop(waiting, RowState.DROPPED, reason)
        change.rows += [hang_up(row, row.result["sid"], change.now) for row in rows if rings(row)]


async def main_run(change: Change) -> Run | None:
    """The run that climbs the policy: the newest that does not page beside it."""
    runs = [run for run in await change.tx.runs.of(change.incident.id) if run.kind not in BESIDE]
    return runs[-1] if runs else None


def names(people: Sequence[Person]) -> list[str]:
    return [person.name for person in people]
