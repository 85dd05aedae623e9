"""Declaring an incident: the incident, its facts, its first run, every effect and timer, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain import severity as sev
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane
from bot.domain.escalation import Policy, RunKind, Target, TargetKind, Tier
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT, Incident, Responder, State, Status
from bot.domain.people import EVERYTHING, Actor, Person, PersonId
from bot.domain.permissions import check_member
from bot.domain.posture import Posture
from bot.domain.refusals import Refusal
from bot.domain.timeline import Event, Kind
from bot.ports import Conflict, Tx
from bot.usecases import climb, reminders
from bot.usecases.change import Change, card_key, room_key


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody, or something, declares. Absent fields take the posture's defaults.

    `key` (source, key) makes a repeat answer the same incident for ever (an Idempotency-Key, a trigger id);
    `dedup_key` joins the incident of that source and key while it is open.
    """

    title: str
    severity: str | None = None
    service: str | None = None
    description: str = ""
    private: bool = False
    page: bool | None = None  # None: the severity's rule
    detected_by: str = ""
    source_link: str = ""
    key: tuple[str, str] | None = None
    dedup_key: tuple[str, str] | None = None
    message: str = ""  # permalink of the message it was declared from
    message_text: str = ""
    message_author_id: PersonId | None = None
    message_at: datetime | None = None
    drill: bool = False


async def declare(bot: Bot, form: Declaration, by: Actor, now: datetime) -> Answer:
    """Declares, or answers the incident that the same key declared before."""
    form = validated(bot.posture(), form)
    if by.person is not None:
        check_member(by.person)

    async def work(tx: Tx) -> Answer:
        before = await _declared_before(tx, form, now)
        if before is not None:
            if form.key:
                await tx.inbox.set_answer(*form.key, str(before.id))
            return Answer("joined", before, changed=False)
        change, paged = await declare_in(bot, tx, form, by, now)
        if await _open_by_dedup_key(tx, form) is not None:
            # Whoever declares waits for the one before, so that by now what they declared can be seen.
            raise Conflict("the same key was declared at the same moment")
        for source, key in _keys(form):
            await tx.inbox.set_answer(source, key, str(change.incident.id))
        return Answer("declared", change.incident, data={"paged": paged})

    return await bot.write(work)


def validated(posture: Posture, form: Declaration) -> Declaration:
    """The form with canonical severity and service and the defaults filled in; refuses what it cannot read."""
    title = " ".join(form.title.split())
    if not title:
        raise Refusal("title_missing")
    if len(title) > TITLE_LIMIT:
        raise Refusal("title_too_long", limit=TITLE_LIMIT, length=len(title))
    if len(form.description) > TEXT_LIMIT:
        raise Refusal("text_too_long", what="description", limit=TEXT_LIMIT, length=len(form.description))
    severity = read_severity(posture, form.severity or posture.default_severity)
    service = form.service or posture.default_service
    if service and service not in posture.services:
        raise Refusal("unknown_service", given=service, known=sorted(posture.services))
    fields = {name: getattr(form, name) for name in Declaration.__slots__}
    return Declaration(**{**fields, "title": title, "severity": severity, "service": service})


def read_severity(posture: Posture, given: str) -> str:
    """`p1` → `SEV1`; refuses one that the posture does not have."""
    name = sev.canonical(given)
    if name is None or name not in posture.severities:
        raise Refusal("unknown_severity", given=given, known=sorted(posture.severities))
    return name


async def declare_in(bot: Bot, tx: Tx, form: Declaration, by: Actor, now: datetime) -> tuple[Change, list[str]]:
    """Declares within a transaction; `form` is validated. Returns the names of those paged at once."""
    change, paged = await begin(bot, tx, form, by, now)
    await change.finish()
    return change, paged


async def begin(bot: Bot, tx: Tx, form: Declaration, by: Actor, now: datetime) -> tuple[Change, list[str]]:
    """The same, for whoever adds to the change and finishes it."""
    incident = _new(await tx.incidents.next_id(), form, by, now)
    await tx.incidents.add(incident)
    change = Change(bot, tx, incident, by, now, fresh=True)
    pages = change.severity.pages if form.page is None else form.page
    change.record(Kind.DECLARED, severity=incident.severity, service=incident.service, page=pages)
    _quote(change, form)
    _open_room(change)
    if by.person_id is not None:
        await tx.responders.put(Responder(incident.id, by.person_id, now))
        await change.invite([by.person_id])
    paged = await page_policy(change) if pages else []
    await reminders.arm(change)
    return change, paged


async def page_policy(change: Change) -> list[str]:
    """Starts the service's run, and pages the positions that the severity names. Answers the names paged."""
    policy = policy_of(change)
    if policy is None:
        policy = Policy("nobody is declared", ())
    climbed = await climb.start(change, climb.kind_of(change.incident), policy)
    return climb.names([*climbed.people, *await page_positions(change, list(climbed.people))])


async def positions_told(change: Change) -> set[str]:
    """The positions that were paged since the incident was declared, or reopened."""
    reopened = await change.tx.timeline.last(change.incident.id, Kind.REOPENED)
    since = reopened.at if reopened is not None else change.incident.declared_at
    runs = await change.tx.runs.of(change.incident.id)
    return {run.policy.name for run in runs if run.kind is RunKind.NOTIFY and run.started_at >= since}


async def page_positions(change: Change, paged: list[Person], told: Collection[str] = ()) -> list[Person]:
    """Pages the positions that the severity names; those `told` already and people `paged` already are left out."""
    notified: list[Person] = []
    for position in change.severity.notify_positions:
        if position in told or position not in change.posture.positions:
            continue
        target = Target(TargetKind.POSITION, position, notifiers=change.severity.notifiers_of(position))
        tier = Tier((target,), change.bot.config.escalation_delay)
        notified += await climb.notify_once(change, Policy(position, (tier,), repeat_cycles=0), [*paged, *notified])
    return notified


def policy_of(change: Change) -> Policy | None:
    """The policy that pages for the incident's service at its severity."""
    incident = change.incident
    return change.posture.policy_for(incident.service, change.bot.config.escalation_delay, incident.severity)


def _new(number: int, form: Declaration, by: Actor, now: datetime) -> Incident:
    service = form.service or ""
    return Incident(
        id=number,
        title=form.title,
        severity=form.severity or "",
        service=service,
        services=(service,) if service else (),
        state=State.PENDING,
        status=Status.INVESTIGATING,
        detected_by=form.detected_by or (by.person.name if by.person else by.label),
        declared_at=now,
        description=form.description,
        private=form.private,
        drill=form.drill,
        source_link=form.source_link or form.message,
        reporter_id=by.person_id,
    )


def _quote(change: Change, form: Declaration) -> None:
    """The message an incident was declared from becomes its first fact after the declaration."""
    if form.message:
        event = Event(
            change.incident.id,
            form.message_at or change.now,
            Kind.PINNED,
            form.message_author_id,
            data={"text": form.message_text, "permalink": form.message},
        )
        change.events.append(event)


def _open_room(change: Change) -> None:
    """The room first; then all that needs only the room goes out side by side."""
    incident, room = change.incident, room_key(change.incident)
    pattern = {"pattern": change.posture.room_pattern}
    change.put(room, Effect.ROOM_CREATE, Lane.ROOM, payload=pattern)
    card = card_key(incident)
    change.put(card, Effect.CARD_POST, Lane.ROOM, after=room, stream=card)
    change.put(f"pin/{incident.id}", Effect.CARD_PIN, Lane.ROOM, after=card)
    change.put(f"bookmarks/{incident.id}", Effect.ROOM_BOOKMARKS, Lane.COSMETIC, after=room)
    announce(change)


def announce(change: Change) -> None:
    """Announces in the severity's channels, once each; a private incident and a drill nowhere."""
    incident = change.incident
    if incident.private or incident.drill:
        return
    for channel in change.severity.notify_channels:
        key = f"announce/{incident.id}/{channel}"
        change.put(key, Effect.ANNOUNCE_POST, Lane.ROOM, payload={"channel": channel}, after=room_key(incident))


def _keys(form: Declaration) -> list[tuple[str, str]]:
    keys = [form.key] if form.key else []
    return [*keys, _of_dedup(form.dedup_key)] if form.dedup_key else keys


def _of_dedup(key: tuple[str, str]) -> tuple[str, str]:
    """A dedup key as the inbox knows it, apart from idempotency keys of the same source."""
    return f"dedup:{key[0]}", key[1]


async def _declared_before(tx: Tx, form: Declaration, now: datetime) -> Incident | None:
    if form.key and not await tx.inbox.first(*form.key, now):
        answer = await tx.inbox.answer(*form.key)
        if answer is not None:
            return await tx.incidents.get(int(answer), EVERYTHING)
    if form.dedup_key:
        await tx.inbox.first(*_of_dedup(form.dedup_key), now)
    return await _open_by_dedup_key(tx, form)


async def _open_by_dedup_key(tx: Tx, form: Declaration) -> Incident | None:
    """The open incident that was declared with the same dedup key."""
    if form.dedup_key is None:
        return None
    answer = await tx.inbox.answer(*_of_dedup(form.dedup_key))
    incident = await tx.incidents.get(int(answer), EVERYTHING) if answer is not None else None
    return incident if incident is not None and incident.open else None
