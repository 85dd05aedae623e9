"""One change of one incident: loaded under its lock, written with its facts and effects, committed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.bot import Bot
from bot.domain import timeline
from bot.domain.delivery import Effect, Lane, NewRow, RowState, Surface, SurfaceKind
from bot.domain.incident import Incident, Responder, Role
from bot.domain.people import EVERYTHING, Actor, Person, PersonId, Viewer, viewer_of
from bot.domain.permissions import check
from bot.domain.posture import Posture
from bot.domain.refusals import Refusal
from bot.domain.severity import Severity
from bot.domain.timeline import Event, Kind
from bot.ports import Tx
from bot.usecases.bundles import told_anew
from bot.usecases.mirror import mirrored

#: What pages in bundles are told of: there, each has buttons that must go.
ANSWERED = frozenset(
    {Kind.ACKED, Kind.PAGE_ACKED, Kind.UNACKED, Kind.DECLINED, Kind.TAKEN, Kind.RESOLVED, Kind.CANCELLED, Kind.REOPENED}
)
#: Verbs that answer a page.
ANSWERS = frozenset({"ack", "decline"})


@dataclass(slots=True)
class Change:
    """What one unit of work is about to write. `finish` writes it; until then nothing but reads went out.

    `fresh`: it declares the incident, of which nothing was posted yet.
    """

    bot: Bot
    tx: Tx
    incident: Incident
    by: Actor
    now: datetime
    events: list[Event] = field(default_factory=list)
    rows: list[NewRow] = field(default_factory=list)
    fresh: bool = False

    @property
    def posture(self) -> Posture:
        return self.bot.posture()

    @property
    def severity(self) -> Severity:
        return severity_of(self.posture, self.incident)

    def set(self, **changes: Any) -> None:
        """Changes fields of the incident."""
        self.incident = replace(self.incident, **changes)

    def record(
        self, kind: Kind, data: Mapping[str, object] | None = None, *, key: str | None = None, **more: object
    ) -> None:
        """Adds a fact by the actor; its data is given as a mapping, by name, or both."""
        label = "" if self.by.person else self.by.label
        event = Event(self.incident.id, self.now, kind, self.by.person_id, label, {**(data or {}), **more}, key)
        self.events.append(event)

    def put(self, key: str, effect: Effect, lane: Lane, **fields: Any) -> None:
        """Adds an outbound call that may go at once."""
        fields.setdefault("not_before", self.now)
        self.rows.append(NewRow(key=key, effect=effect, lane=lane, incident_id=self.incident.id, **fields))

    async def join(self, person_id: PersonId, *, ack_source: str | None = None, role: str | None = None) -> None:
        """Makes somebody a responder, or adds what they now are to what they were."""
        before = await self.tx.responders.get(self.incident.id, person_id)
        row = before or Responder(self.incident.id, person_id, self.now)
        if before is None:
            self.record(Kind.JOINED, person_id=person_id)
            await self.invite([person_id])
        if ack_source is not None:
            row = replace(row, ack_source=ack_source, acked_at=self.now)
        if role is not None:
            row = replace(row, roles=row.roles | {role, Role.RESPONDER.value})
        await self.tx.responders.put(row)

    async def invite(self, people: list[PersonId]) -> None:
        """Invites those who are not in the room yet; from here on they may see a private incident."""
        inside = await self.tx.responders.members(self.incident.id)
        wanted = sorted(set(people) - inside)
        for person_id in wanted:
            await self.tx.responders.join_room(self.incident.id, person_id)
        if wanted:
            key = f"invite/{self.incident.id}/{self.incident.version}/" + ".".join(map(str, wanted))
            self.put(key, Effect.ROOM_INVITE, Lane.ROOM, payload={"person_ids": wanted}, after=room_key(self.incident))

    async def finish(self) -> Incident:
        """Writes incident, facts and effects. Every change refreshes the card and what mirrors it."""
        self.incident = await self.tx.incidents.save(self.incident)
        recorded = await self.tx.timeline.add(self.events)
        self.rows = [say(event, self.now) for event in told(recorded)] + self.rows
        stamp = str(self.incident.version)
        self.rows += headline(self.incident, stamp, self.now)
        if not self.fresh:
            self.rows += await echoes(self.tx, self.incident, stamp, self.now)
        if ANSWERED & {event.kind for event in recorded}:
            pages = await self.tx.outbox.of_incident(self.incident.id, [Effect.PAGE_SLACK])
            self.rows += told_anew(pages, stamp, self.now)
        self.rows += await mirrored(self, recorded)
        await self.tx.outbox.put(self.rows)
        return self.incident


def told(recorded: Sequence[Event]) -> list[Event]:
    """The facts of one change that the room hears of; an update says the new status itself, who takes it has it."""
    kinds = {event.kind for event in recorded}
    silent = {quiet for loud, quiet in ((Kind.UPDATE, Kind.STATUS), (Kind.TAKEN, Kind.ACKED)) if loud in kinds}
    return [event for event in recorded if event.kind in timeline.TOLD - silent]


def severity_of(posture: Posture, incident: Incident) -> Severity:
    """The rules in force for its service; an old incident may bear a severity that the posture has dropped since."""
    rules = posture.severity_for(incident.severity, incident.service)
    return rules or posture.severities[posture.default_severity]


def room_key(incident: Incident) -> str:
    """The outbox key of the row that creates the war room."""
    return f"room/{incident.id}"


def card_key(incident: Incident) -> str:
    return f"card/{incident.id}"


def say(event: Event, now: datetime) -> NewRow:
    """A fact told in the room, in order with the others."""
    return NewRow(
        key=f"say/{event.incident_id}/{event.id}",
        effect=Effect.ROOM_SAY,
        lane=Lane.ROOM,
        not_before=now,
        incident_id=event.incident_id,
        payload={"event_id": event.id},
        after=f"room/{event.incident_id}",
        stream=f"say/{event.incident_id}",
    )


async def refresh(tx: Tx, incident: Incident, stamp: str, now: datetime) -> list[NewRow]:
    """Rows that bring every message about the incident up to date; only the newest of each is ever sent."""
    return headline(incident, stamp, now) + await echoes(tx, incident, stamp, now)


def headline(incident: Incident, stamp: str, now: datetime) -> list[NewRow]:
    """The card and the topic, which every incident has."""
    topic = _update(incident, stamp, now, "topic", Effect.ROOM_TOPIC, Lane.COSMETIC, room_key(incident))
    return [card_update(incident, stamp, now), topic]


async def echoes(tx: Tx, incident: Incident, stamp: str, now: datetime) -> list[NewRow]:
    """What was posted elsewhere: announcements and pages."""
    rows: list[NewRow] = []
    posts = await tx.outbox.of_incident(incident.id, [Effect.ANNOUNCE_POST])  # before surfaces: none falls between
    surfaces = await tx.surfaces.of(incident.id)
    for surface in surfaces:
        if surface.kind is SurfaceKind.ANNOUNCEMENT:
            name, place = f"announce-{surface.channel}", {"channel": surface.channel, "ts": surface.ts}
            row = _update(incident, stamp, now, name, Effect.ANNOUNCE_UPDATE, Lane.COSMETIC, card_key(incident))
            rows.append(replace(row, payload=place))
    for post in posts:
        if post.state is RowState.PENDING:  # perhaps on its way, with what was true before
            row = _update(incident, stamp, now, post.key, Effect.ANNOUNCE_UPDATE, Lane.COSMETIC, post.key)
            rows.append(replace(row, payload={"post": post.key}))
    return rows + [page_update(incident, one, stamp, now) for one in await _pages_to_update(tx, surfaces, now)]


async def _pages_to_update(tx: Tx, surfaces: Sequence[Surface], now: datetime) -> list[Surface]:
    """The newest page of each person, and those that ended with this change; older ones have said their last."""
    pages = sorted((one for one in surfaces if one.kind is SurfaceKind.PAGE), key=lambda one: one.page_id or 0)
    if not pages:
        return []
    newest = {one.person_id: one.page_id for one in pages}
    ended = {page.id for page in await tx.pages.of(pages[0].incident_id) if page.answered_at == now}
    return [one for one in pages if one.page_id in ended or one.page_id == newest[one.person_id]]


def _update(
    incident: Incident, stamp: str, now: datetime, name: str, effect: Effect, lane: Lane, after: str | None
) -> NewRow:
    return NewRow(
        key=f"{name}-update/{incident.id}/{stamp}",
        effect=effect,
        lane=lane,
        not_before=now,
        incident_id=incident.id,
        after=after,
        stream=f"{name}/{incident.id}",
        coalesce=f"{name}/{incident.id}",
    )


def card_update(incident: Incident, stamp: str, now: datetime) -> NewRow:
    """Brings the card up to date."""
    return _update(incident, stamp, now, "card", Effect.CARD_UPDATE, Lane.ROOM, card_key(incident))


def page_update(incident: Incident, page: Surface, stamp: str, now: datetime) -> NewRow:
    """Brings the direct message of a page up to date."""
    name = f"page-{page.channel}-{page.ts}"
    row = _update(incident, stamp, now, name, Effect.PAGE_UPDATE, Lane.ANSWERS, None)
    place = {"channel": page.channel, "ts": page.ts}
    return replace(row, payload=place, page_id=page.page_id, person_id=page.person_id)


async def load(bot: Bot, tx: Tx, number: int, by: Actor, now: datetime, verb: str) -> Change:
    """The change of an existing incident, after the actor was found to see it and to be allowed.

    Whoever is paged may answer: also a guest whom the posture put on call, also from outside a private room. What had
    to wait (for the incident, in a process that stood still) bears the time at which it has it: what others did in
    between came before.
    """
    if verb in ANSWERS and by.person is not None and by.person.active and await _is_paged(tx, number, by.person):
        incident = await existing(tx, number, EVERYTHING)
        return Change(bot, tx, incident, by, max(now, bot.clock.now()))
    viewer = viewer_of(by.person) if by.person else EVERYTHING
    incident = await existing(tx, number, viewer)
    people = {responder.person_id for responder in await tx.responders.of(number)}
    check(verb, by, incident, people, bot.posture())
    return Change(bot, tx, incident, by, max(now, bot.clock.now()))


async def _is_paged(tx: Tx, number: int, person: Person) -> bool:
    return any(page.incident_id == number for page in await tx.pages.open_of_person(person.id))


async def existing(tx: Tx, number: int, viewer: Viewer) -> Incident:
    """The incident, or the refusal that is also given for one the viewer may not see."""
    incident = await tx.incidents.get(number, viewer)
    if incident is None:
        raise Refusal("no_such_incident", number=number)
    return incident


async def require_open(change: Change) -> None:
    """Refuses what only an open incident can take."""
    if not change.incident.open:
        raise await closed_refusal(change.tx, change.incident)


async def closed_refusal(tx: Tx, incident: Incident) -> Refusal:
    """Says that it is closed, as what and by whom."""
    who = incident.resolved_by_id
    name = (await tx.people.get(who)).name if who is not None else ""
    closed_as = incident.closed_as.value if incident.closed_as else ""
    return Refusal("already_resolved", number=incident.id, closed_as=closed_as, by=name)
