"""Reads: the pictures that views show, for a viewer, each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.delivery import NOTIFIER_OF, Effect, Page, Row, Surface
from bot.domain.escalation import BESIDE, Run, RunState
from bot.domain.incident import Incident
from bot.domain.oncall import OnCall
from bot.domain.people import EVERYTHING, Person, PersonId, Viewer, viewer_of
from bot.domain.picture import Home, Paged, Picture, RunPicture, Story
from bot.domain.posture import PostmortemRules
from bot.domain.reminders import ahead
from bot.domain.timeline import Event
from bot.domain.timers import Timer, TimerKind
from bot.ports import Tx
from bot.usecases.change import existing, severity_of
from bot.usecases.forecasts import call_decides, handover_of, next_of
from bot.usecases.rota_pictures import gaps_led_by, requests_for
from bot.usecases.rotas import shifts_in
from bot.usecases.rules import ways_in
from bot.usecases.schedules import AHEAD, on_call_now

#: How far App Home looks ahead.
SHIFTS_AHEAD = timedelta(days=14)


async def picture(bot: Bot, number: int, viewer: Viewer) -> Picture:
    """The incident as it stands; refuses one that the viewer may not see."""

    async def work(tx: Tx) -> Picture:
        return await picture_in(bot, tx, await existing(tx, number, viewer))

    return await bot.db.read(work)


async def story(bot: Bot, number: int, viewer: Viewer) -> Story:
    """The incident with its whole log."""

    async def work(tx: Tx) -> Story:
        return await story_in(bot, tx, await existing(tx, number, viewer))

    return await bot.db.read(work)


async def story_in(bot: Bot, tx: Tx, incident: Incident) -> Story:
    events = await tx.timeline.of(incident.id)
    shown = await picture_in(bot, tx, incident, events)
    rules = bot.posture().postmortem
    return Story(shown, tuple(events), rules, await _reviewers(bot, tx, rules))


async def _reviewers(bot: Bot, tx: Tx, rules: PostmortemRules) -> dict[str, tuple[Person, ...]]:
    handles = {position: bot.posture().positions.get(position, ()) for position in rules.reviewers}
    people = await tx.people.by_handles({one for several in handles.values() for one in several}) if handles else {}
    return {position: tuple(people[one] for one in several if one in people) for position, several in handles.items()}


async def picture_in(bot: Bot, tx: Tx, incident: Incident, events: Sequence[Event] = ()) -> Picture:
    """Everything a view of this incident may need, in a dozen statements."""
    posture = bot.posture()
    timers = await tx.timers.pending(incident.id)
    rows = await tx.outbox.of_incident(incident.id, {*NOTIFIER_OF, Effect.ROOM_INVITE})
    runs = await _runs(bot, tx, incident, timers, rows)
    responders = await tx.responders.of(incident.id)
    ids = {incident.reporter_id, incident.assignee_id, incident.commander_id, incident.resolved_by_id}
    ids |= {responder.person_id for responder in responders}
    ids |= {one for run in runs for one in (run.run.acked_by_id, run.run.asked_by_id)}
    people = {paged.person.id: paged.person for run in runs for paged in run.paged}
    people |= await tx.people.many({one for one in ids if one is not None} - set(people))
    severity = severity_of(posture, incident)
    reminders = [timer for timer in timers if timer.kind is TimerKind.REMIND]
    shown = Picture(
        incident=incident,
        severity=severity,
        service=posture.services.get(incident.service),
        people=people,
        responders=tuple(responders),
        runs=runs,
        alerts=tuple(await tx.alerts.of(incident.id)),
        reminders=ahead(reminders, incident, severity, posture.reminders_for(severity)),
        failed=(*await tx.outbox.failed(incident.id), *(row for row in rows if _left_out(row))),
        surfaces=tuple(await tx.surfaces.of(incident.id)),
        nobody=any(run.run.state is RunState.CLIMBING and not run.waiting_for and _main(run.run) for run in runs),
        emoji=posture.emoji,
        public_url=bot.config.public_url,
    )
    return await with_named(tx, shown, events)


async def with_named(tx: Tx, shown: Picture, events: Sequence[Event]) -> Picture:
    """The same picture with everybody whom these facts name."""
    strange = {person for event in events for person in _named(event)} - set(shown.people)
    return replace(shown, people={**shown.people, **await tx.people.many(strange)}) if strange else shown


def _main(run: Run) -> bool:
    return run.kind not in BESIDE


def _named(event: Event) -> set[PersonId]:
    """Everybody a fact names."""
    named = {event.actor_id} if event.actor_id is not None else set()
    for field in ("person_id", "by"):
        if isinstance(value := event.data.get(field), int):
            named.add(value)
    if isinstance(several := event.data.get("person_ids"), list):
        named.update(several)
    return named


def _left_out(row: Row) -> bool:
    """An invite that some people could not be part of."""
    return row.effect is Effect.ROOM_INVITE and bool(row.result.get("failed"))


async def _runs(
    bot: Bot, tx: Tx, incident: Incident, timers: Sequence[Timer], rows: Sequence[Row]
) -> tuple[RunPicture, ...]:
    runs = await tx.runs.of(incident.id)
    pages = await tx.pages.of(incident.id)
    deliveries: dict[int, list[Row]] = {}
    for row in rows:
        deliveries.setdefault(row.page_id or 0, []).append(row)
    people = await tx.people.many({page.person_id for page in pages})
    shown = []
    for run in runs:
        paged = _paged(run, pages, people, deliveries)
        handover = await handover_of(bot, tx, run, pages, timers)
        shown.append(RunPicture(run, paged, await next_of(bot, tx, run), handover, call_decides(bot, run, paged)))
    return tuple(shown)


def _paged(
    run: Run, pages: Sequence[Page], people: dict[PersonId, Person], rows: dict[int, list[Row]]
) -> tuple[Paged, ...]:
    mine = [page for page in pages if page.run_id == run.id]
    return tuple(Paged(page, people[page.person_id], tuple(rows.get(page.id, ()))) for page in mine)


async def in_channel(bot: Bot, channel: str, viewer: Viewer) -> Incident | None:
    """The incident whose war room this channel is."""

    async def work(tx: Tx) -> Incident | None:
        return await tx.incidents.by_channel(channel, viewer)

    return await bot.db.read(work)


async def open_incidents(bot: Bot, viewer: Viewer) -> list[Incident]:
    """Worst first."""

    async def work(tx: Tx) -> list[Incident]:
        return await tx.incidents.open(viewer)

    return await bot.db.read(work)


async def holders(bot: Bot, incidents: Sequence[Incident]) -> dict[PersonId, Person]:
    """Whoever has one of these."""

    async def work(tx: Tx) -> dict[PersonId, Person]:
        return await tx.people.many({one.assignee_id for one in incidents if one.assignee_id is not None})

    return await bot.db.read(work)


async def recent(bot: Bot, viewer: Viewer, limit: int = 20) -> list[Incident]:
    """Newest first, of any state."""

    async def work(tx: Tx) -> list[Incident]:
        return await tx.incidents.recent(viewer, limit)

    return await bot.db.read(work)


async def on_call(bot: Bot, now: datetime) -> tuple[list[OnCall], dict[PersonId, Person]]:
    """Who is on call for every schedule, with the people named."""

    async def work(tx: Tx) -> tuple[list[OnCall], dict[PersonId, Person]]:
        return await _on_call(bot, tx, now)

    return await bot.db.read(work)


async def _on_call(bot: Bot, tx: Tx, now: datetime) -> tuple[list[OnCall], dict[PersonId, Person]]:
    answers = await on_call_now(tx, bot.posture(), now)
    slots = [slot for one in answers for slot in (one.slot, one.following) if slot is not None]
    return answers, await tx.people.many({slot.person_id for slot in slots})


async def home(bot: Bot, person: Person, now: datetime) -> Home:
    """App Home of one person."""

    async def work(tx: Tx) -> Home:
        return await home_in(bot, tx, person, now)

    return await bot.db.read(work)


async def home_in(bot: Bot, tx: Tx, person: Person, now: datetime) -> Home:
    """Within a transaction: one that reads must never wait for another that reads."""
    answers, people = await _on_call(bot, tx, now)
    pages = await tx.pages.open_of_person(person.id)
    incidents = [one for one in await tx.incidents.open(viewer_of(person)) if not one.drill]
    paged = {incident.id: incident for incident in incidents}
    for number in {page.incident_id for page in pages} - set(paged):  # one who is paged sees it, whatever else
        found = await tx.incidents.get(number, EVERYTHING)
        paged |= {number: found} if found is not None else {}
    on_it = {one for i in incidents for one in (i.commander_id, i.assignee_id)}
    near = await shifts_in(tx, person, now - AHEAD, now + AHEAD)
    mine = [slot for slot in near if slot.end > now and slot.start < now + SHIFTS_AHEAD]
    gaps = await gaps_led_by(bot, tx, person, now)
    requests = await requests_for(bot, tx, person, now)
    on_it |= {gap.person_id for gap in gaps}
    on_it |= {one for asked in requests for one in (asked.asked_by_id, asked.asked_of_id)}
    return Home(
        person=person,
        pages=tuple((page, paged[page.incident_id]) for page in pages if page.incident_id in paged),
        incidents=tuple(incidents),
        severities=bot.posture().severities,
        on_call=tuple(answers),
        people=people | await tx.people.many({one for one in on_it if one is not None}),
        shifts=tuple((slot.schedule, slot.start, slot.end) for slot in mine),
        ways=await ways_in(bot, tx, person, now),
        storm=await tx.storms.lasting(),
        gaps=gaps,
        requests=requests,
        absences=tuple(await tx.absences.coming(now, person.id)),
    )


async def surface(bot: Bot, channel: str, ts: str) -> Surface | None:
    """What a posted message stands for."""

    async def work(tx: Tx) -> Surface | None:
        return await tx.surfaces.find(channel, ts)

    return await bot.db.read(work)
