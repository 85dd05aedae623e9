"""Who is on it: decline, take, assign, and the roles people hold; `acks` holds ack and its undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Page, PageState
from bot.domain.escalation import Policy, Run, RunKind, RunState, Target, TargetKind, Tier
from bot.domain.incident import Role, State
from bot.domain.people import EVERYTHING, SYSTEM, Actor, PersonId
from bot.domain.permissions import check_fit
from bot.domain.refusals import Refusal
from bot.domain.timeline import Kind
from bot.ports import Tx
from bot.usecases import climb, reminders
from bot.usecases.acks import ack, closed, resumed, take_in, unack
from bot.usecases.change import Change, load, require_open
from bot.usecases.declare import policy_of
from bot.usecases.notices import dm

__all__ = [
    "ack", "assign", "decline", "drop_role", "give_role", "joined_room", "left_room", "resumed", "step_down", "take",
    "unack", "volunteer",
]  # fmt: skip


async def decline(bot: Bot, number: int, by: Actor, now: datetime, page_id: int | None = None) -> Answer:
    """ "Not me": where nobody else of the step is still paged, the next target is paged at once."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "decline")
        if not change.incident.open:
            return closed(change)
        pages = [p for p in await tx.pages.of(number) if p.state is PageState.OPEN]
        mine = [p for p in pages if p.person_id == by.person_id and page_id in (None, p.id)]
        if not mine:
            raise Refusal("not_paged", number=number)
        await tx.pages.close([p.id for p in mine], PageState.DECLINED, now, by.source.value)
        await climb.unplan(change, mine, "the page was declined before it was sent")
        change.record(Kind.DECLINED, source=by.source.value)
        others = [p for p in pages if p not in mine]
        people = await _pass_on(change, mine, others)
        return Answer("declined", await change.finish(), data={"next": people, "others": bool(others)})

    return await bot.write(work)


async def _pass_on(change: Change, declined: list[Page], others: list[Page]) -> list[str]:
    """The next target of each run whose step nobody else is still paged by; the names of those paged."""
    paged: list[str] = []
    main = await climb.main_run(change)
    for run in await change.tx.runs.of(change.incident.id):
        by_hand = run.kind is RunKind.PAGE
        if run.state is not RunState.CLIMBING or run.id not in {p.run_id for p in declined}:
            continue
        if (run == main or by_hand) and not any((p.run_id, p.step) == (run.id, run.step) for p in others):
            names = await _next_of(change, run)
            paged += names
            if by_hand and not names:
                await climb.stop_run(change, run, RunState.ENDED, "declined", PageState.ENDED)
            elif not names and not others:
                change.set(state=State.PENDING)
    return paged


async def _next_of(change: Change, run: Run) -> list[str]:
    newest = {page.person_id: page for page in await change.tx.pages.of(change.incident.id) if page.run_id == run.id}
    no = {person for person, page in newest.items() if page.state is PageState.DECLINED}
    return climb.names((await climb.climb(change, run, "declined", besides=no)).people)


async def take(bot: Bot, number: int, by: Actor, now: datetime) -> Answer:
    """Assigns and acks oneself."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "take")
        await require_open(change)
        if not await take_in(change):
            return Answer("taken", change.incident, False)
        change.record(Kind.TAKEN)
        return Answer("taken", await change.finish())

    return await bot.write(work)


async def assign(bot: Bot, number: int, person_id: PersonId, by: Actor, now: datetime) -> Answer:
    """Transfers to somebody and pages them; if they do not answer, the policy follows."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "assign")
        await require_open(change)
        person = await tx.people.get(person_id)
        check_fit(person)
        if not climb.addresses(person) & bot.config.notifiers:
            raise Refusal("nobody_to_page", person=person.name)
        if change.incident.state is State.IN_PROGRESS and change.incident.assignee_id == person_id:
            return Answer("assigned", change.incident, False, {"person": person.name})
        for run in await tx.runs.of(number):
            if run.state is RunState.CLIMBING and run.kind is not RunKind.PAGE:
                reason = f"assigned to {person.name}"
                await climb.stop_run(change, run, RunState.ENDED, reason, PageState.ENDED)
        change.record(Kind.ASSIGNED, person_id=person_id)
        change.set(assignee_id=person_id, state=State.ASSIGNED)
        await change.join(person_id)
        await climb.start(change, RunKind.PERSON, _person_first(change, person.handle or f"#{person.id}"))
        return Answer("assigned", await change.finish(), data={"person": person.name})

    return await bot.write(work)


def _person_first(change: Change, handle: str) -> Policy:
    """That person, then the service's policy: a page to one person alone could be lost."""
    policy = policy_of(change)
    timeout = policy.tiers[0].timeout if policy and policy.tiers else change.bot.config.escalation_delay
    first = Tier((Target(TargetKind.PERSON, handle),), min(timeout, timedelta(minutes=15)))
    if policy is None:
        return Policy(f"{handle}, then nobody", (first,))
    return replace(policy, name=f"{handle}, then {policy.name}", tiers=(first, *policy.tiers))


async def volunteer(bot: Bot, number: int, by: Actor, now: datetime) -> Answer:
    """Takes command, where nobody else has it."""
    assert by.person_id is not None
    return await _give(bot, number, Role.COMMANDER.value, by.person_id, by, now, keep_holder=True)


async def give_role(bot: Bot, number: int, role: str, person_id: PersonId, by: Actor, now: datetime) -> Answer:
    """Gives a role to somebody, in place of whoever held it."""
    return await _give(bot, number, role, person_id, by, now, keep_holder=False)


async def _give(
    bot: Bot, number: int, role: str, person_id: PersonId, by: Actor, now: datetime, *, keep_holder: bool
) -> Answer:
    name = _role(role)

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "role")
        await require_open(change)
        holder = await _holder(change, name)
        person = await tx.people.get(person_id)
        check_fit(person, name)
        before = await tx.people.get(holder) if holder is not None else None
        data = {"role": name, "person": person.name, "before": before.name if before else ""}
        if holder == person_id:
            return Answer("role_given", change.incident, False, data)
        if before is not None and before.active and keep_holder:
            raise Refusal("role_taken", role=name, holder=before.name)
        await _move_role(change, name, holder, person_id)
        dm(change, person, "role", f"{name}/{change.incident.version}", role=name)
        return Answer("role_given", await change.finish(), data=data)

    return await bot.write(work)


async def _move_role(change: Change, role: str, holder: PersonId | None, person_id: PersonId) -> None:
    if holder is not None:
        await _take_off(change, role, holder)
    await change.join(person_id, role=role)
    change.record(Kind.ROLE_GIVEN, role=role, person_id=person_id)
    if role == Role.COMMANDER.value:
        change.set(commander_id=person_id)
        await change.tx.timers.cancel(change.incident.id, prefix="remind.commander/")


async def drop_role(
    bot: Bot, number: int, role: str, by: Actor, now: datetime, person_id: PersonId | None = None
) -> Answer:
    """Steps down (or, named, takes the role off somebody); an incident that needs a commander is told so again."""
    name = _role(role)
    whose = person_id if person_id is not None else by.person_id

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "role")
        await require_open(change)
        if whose is None or await _holder(change, name) != whose:
            raise Refusal("role_not_held", role=name)
        return await _drop(change, name, whose)

    return await bot.write(work)


async def _drop(change: Change, role: str, whose: PersonId) -> Answer:
    await _take_off(change, role, whose)
    change.record(Kind.ROLE_DROPPED, role=role, person_id=whose)
    if role == Role.COMMANDER.value:
        await vacate_command(change)
    return Answer("role_dropped", await change.finish(), data={"role": role})


async def step_down(bot: Bot, number: int, by: Actor, now: datetime) -> Answer | None:
    """Gives up command, where one has it; otherwise nothing happens (a reaction removed later than the role)."""

    async def work(tx: Tx) -> Answer | None:
        incident = await tx.incidents.get(number, EVERYTHING)
        commander = incident.commander_id if incident is not None and incident.open else None
        if commander is None or commander != by.person_id:
            return None
        return await _drop(await load(bot, tx, number, by, now, "role"), Role.COMMANDER.value, commander)

    return await bot.write(work)


async def vacate_command(change: Change) -> None:
    """Nobody commands now; the reminder is armed again."""
    change.set(commander_id=None)
    await reminders.arm(change)


async def _take_off(change: Change, role: str, person_id: PersonId) -> None:
    row = await change.tx.responders.get(change.incident.id, person_id)
    if row is not None:
        await change.tx.responders.put(replace(row, roles=row.roles - {role}))


async def _holder(change: Change, role: str) -> PersonId | None:
    rows = await change.tx.responders.of(change.incident.id)
    return next((row.person_id for row in rows if role in row.roles), None)


def _role(text: str) -> str:
    """A role that one person holds; `responder` is what everybody on the incident is."""
    known = [role.value for role in Role if role is not Role.RESPONDER]
    name = {"ic": "commander", "lead": "commander"}.get(text.strip().lower(), text.strip().lower())
    if name not in known:
        raise Refusal("unknown_role", given=text, known=known)
    return name


async def joined_room(bot: Bot, channel: str, person_id: PersonId) -> None:
    """Somebody is in the war room now: a private incident is theirs to see."""

    async def work(tx: Tx) -> None:
        incident = await tx.incidents.by_channel(channel, EVERYTHING)
        if incident is not None:
            await tx.responders.join_room(incident.id, person_id)

    await bot.db.write(work)


async def left_room(bot: Bot, channel: str, person_id: PersonId, now: datetime) -> None:
    """Somebody left the war room; a commander who leaves is asked to hand over."""

    async def work(tx: Tx) -> None:
        incident = await tx.incidents.by_channel(channel, EVERYTHING)
        if incident is None:
            return
        await tx.responders.leave_room(incident.id, person_id)
        if incident.open and incident.commander_id == person_id:
            change = Change(bot, tx, incident, SYSTEM, now)
            person = await tx.people.get(person_id)
            dm(change, person, "commander_left", str(int(now.timestamp())))
            await change.finish()

    await bot.write(work)
