"""The outbox's near end: rows are made ready just before their calls, by a last look at what they are about.

A page that was answered meanwhile is not sent. Rows that were claimed together share one look: what is said of one
incident in a war room, by mail and by SMS at the same moment is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.budgets import is_bundle
from bot.domain.delivery import ON_PHONES, Effect, PageState, Row, RowState, Surface, SurfaceKind
from bot.domain.escalation import RunState
from bot.domain.incident import Incident
from bot.domain.people import EVERYTHING
from bot.domain.picture import Carried, Job, Picture
from bot.domain.timeline import Event
from bot.ports import Tx
from bot.usecases import boards, contacts, links, paging, pictures, standing
from bot.usecases.delivery import Drop
from bot.usecases.mirrored_sheet import roll_in

#: A page to the same person that is older cannot pass for one in doubt.
LOOKED_BACK = timedelta(days=1)

#: Effects that need the war room; without one they are dropped, and the room's own failure is shown.
_NEEDS_ROOM = frozenset(
    {
        Effect.ROOM_INVITE, Effect.ROOM_TOPIC, Effect.ROOM_BOOKMARKS, Effect.ROOM_ARCHIVE, Effect.ROOM_UNARCHIVE,
        Effect.ROOM_SAY, Effect.CARD_POST, Effect.REMIND, Effect.POSTMORTEM_POST,
    }
)  # fmt: skip
_SHOWS = frozenset({*standing.EFFECTS, Effect.GROUP_FILL})
_UPDATES = frozenset({Effect.CARD_UPDATE, Effect.CARD_PIN, Effect.ANNOUNCE_UPDATE, Effect.PAGE_UPDATE})


async def prepare(bot: Bot, row: Row, now: datetime) -> Job | Drop:
    """What the handler of a row needs, read now; or the reason why the row is no longer wanted."""
    return (await prepare_all(bot, [row], now))[0]


async def prepare_all(bot: Bot, rows: Sequence[Row], now: datetime) -> list[Job | Drop]:
    """The same for several rows, by one look; in their order."""

    async def work(tx: Tx) -> list[Job | Drop]:
        look = _Look(bot, tx, now)
        return [await look.at(row) for row in rows]

    return await bot.db.read(work)


@dataclass(slots=True)
class _Look:
    """One look at the database. What rows share is read once."""

    bot: Bot
    tx: Tx
    now: datetime
    incidents: dict[int, Incident | None] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)

    async def at(self, row: Row) -> Job | Drop:
        """Of one row."""
        if row.expires_at is not None and row.expires_at <= self.now:
            return Drop("expired before it could be sent")
        if is_bundle(row):
            return await self._bundle(row)
        if "of_bundle" in row.payload:
            return await self._told(row, int(str(row.payload["of_bundle"])))
        if row.effect in _SHOWS:
            return await self._shows(row)
        if row.effect is Effect.SHEET_WRITE:
            return Job(row, roll=await roll_in(self.tx))
        stale = await _stale(self.tx, row)
        if stale:
            return Drop(stale)
        incident = await self._incident(row.incident_id) if row.incident_id is not None else None
        if incident is not None and row.effect in _NEEDS_ROOM and incident.room_channel is None:
            return Drop("there is no war room")
        if incident is not None and row.effect is Effect.REMIND and not incident.open:
            return Drop("the incident was closed before it was sent")
        return await self._job(row, incident)

    async def _bundle(self, row: Row) -> Job | Drop:
        """Of the pages that wait for it, those that still ask for an answer."""
        rows = await (self.tx.bundles.held(row.id) if row.state is RowState.PENDING else self.tx.bundles.of(row.id))
        wanted = [one for one in rows if not await _stale(self.tx, one)]
        if not wanted:
            return Drop("every page in it was answered before it was sent")
        assert row.person_id is not None
        job = Job(row, person=await self.tx.people.get(row.person_id), data=row.payload)
        carried = [await self._carried(one) for one in wanted]
        worst_first = sorted(carried, key=lambda one: (one.incident.severity, one.page.id))
        if row.doubt:
            job = replace(
                job, others=await _others(self.tx, row), data={**row.payload, "doubts": await _doubts(self.tx, row)}
            )
        return replace(job, bundle=tuple(worst_first))

    async def _told(self, row: Row, bundle_id: int) -> Job:
        """Of a bundle that was sent: every page that it told of, as it stands now."""
        rows = [one for one in await self.tx.bundles.of(bundle_id) if one.state is RowState.SENT]
        carried = [await self._carried(one) for one in rows]
        worst_first = sorted(carried, key=lambda one: (one.incident.severity, one.page.id))
        return Job(row, data=row.payload, bundle=tuple(worst_first))

    async def _carried(self, row: Row) -> Carried:
        assert row.incident_id is not None and row.page_id is not None
        incident, page = await self._incident(row.incident_id), await self.tx.pages.get(row.page_id)
        assert incident is not None
        return Carried(row, page, incident, links.addresses(self.bot.config, page))

    async def _shows(self, row: Row) -> Job | Drop:
        """Of what shows who is on call: a standing post, or a user group."""
        job = Job(row, data=row.payload)
        if row.effect is Effect.STANDING_END:
            return job
        if row.effect is Effect.GROUP_FILL:
            wish = await boards.wish_in(self.bot, self.tx, str(row.payload["group"]), self.now)
            if wish is None:
                return Drop("no schedule names the group any more")
            if not wish.members and wish.known is None and not await self.tx.user_groups.all():
                return Drop("Slack's user groups were not read yet")  # who is on call may not be known in Slack yet
            return replace(job, wish=wish)
        post = await self.tx.standing.get(int(str(row.payload["post"])))
        if post is None or (post.ts is None and row.effect is Effect.STANDING_UPDATE):
            return Drop("the post has ended, or was never posted")
        return replace(job, board=await boards.board_in(self.bot, self.tx, post, self.now))

    async def _incident(self, number: int) -> Incident | None:
        if number not in self.incidents:
            self.incidents[number] = await self.tx.incidents.get(number, EVERYTHING)
        return self.incidents[number]

    async def _picture(self, incident: Incident, events: Sequence[Event]) -> Picture:
        if incident.id not in self.pictures:
            self.pictures[incident.id] = await pictures.picture_in(self.bot, self.tx, incident)
        return await pictures.with_named(self.tx, self.pictures[incident.id], events)

    async def _job(self, row: Row, incident: Incident | None) -> Job | Drop:
        bot, tx = self.bot, self.tx
        person = await tx.people.get(row.person_id) if row.person_id is not None else None
        job = Job(row, person=person, data=row.payload)
        if row.payload.get("message") == contacts.CODE:
            return await _coded(bot, tx, job)
        if incident is None:
            home = (
                await pictures.home_in(bot, tx, person, self.now)
                if person and row.effect is Effect.HOME_PUBLISH
                else None
            )
            return replace(job, home=home)
        if row.effect is Effect.POSTMORTEM_POST:
            story = await pictures.story_in(bot, tx, incident)
            job = replace(job, story=story, picture=story.picture)
        else:
            event = await tx.timeline.get(int(str(row.payload["event_id"]))) if "event_id" in row.payload else None
            events = [event] if event is not None else []
            job = replace(job, picture=await self._picture(incident, events), event=event)
        if row.page_id is not None:
            job = _paging(bot, replace(job, page=await tx.pages.get(row.page_id)))
        if row.doubt and row.effect is Effect.PAGE_EMAIL:
            job = replace(job, data={**row.payload, "doubts": await _doubts(tx, row)})
        if row.doubt and row.effect in ON_PHONES and row.person_id is not None:
            job = replace(job, others=await _others(tx, row))
        if row.effect in _UPDATES:
            surface = await _surface(tx, row, incident)
            return replace(job, surface=surface) if surface else Drop("the message was never posted")
        if row.effect is Effect.ROOM_INVITE:
            ids = row.payload["person_ids"]
            assert isinstance(ids, list)
            invited = await tx.people.many(ids)
            job = replace(job, data={"slack_ids": [p.slack_id for p in invited.values() if p.slack_id]})
        return job


async def _stale(tx: Tx, row: Row) -> str:
    """Why a page should not be sent any more; empty while it should."""
    both = await paging.page_and_run(tx, row)
    if both is None:
        return ""
    page, run = both
    if run.state is RunState.ACKED:
        return "acknowledged before it was sent"
    if run.state is RunState.ENDED:
        return run.ended_reason or "the run ended"
    if page.state is not PageState.OPEN:
        return f"the page was {page.state.value} before it was sent"
    return ""


async def _doubts(tx: Tx, row: Row) -> int:
    """How many tries of a row may have gone out."""
    return sum(one.outcome == "unknown" for one in await tx.ledger.of_row(row.id))


async def _others(tx: Tx, row: Row) -> tuple[Row, ...]:
    """What else the person was sent by the same notifier, that could pass for this."""
    assert row.person_id is not None
    others = await tx.outbox.of_person(row.person_id, row.effect, row.created_at - LOOKED_BACK)
    return tuple(other for other in others if other.id != row.id)


async def _coded(bot: Bot, tx: Tx, job: Job) -> Job | Drop:
    """A code is made only now: neither the row nor its address's may hold it."""
    code = await contacts.code_for(bot, tx, job.row)
    if code is None:
        return Drop("a newer code was asked for, or it was used")
    return replace(job, data={**job.data, "data": {"code": code}})


def _paging(bot: Bot, job: Job) -> Job:
    """A mail bears the links that answer it."""
    if job.row.effect is not Effect.PAGE_EMAIL or job.page is None:
        return job
    return replace(job, data={**job.data, "links": links.addresses(bot.config, job.page)})


async def _surface(tx: Tx, row: Row, incident: Incident) -> Surface | None:
    if "ts" in row.payload:
        return await tx.surfaces.find(str(row.payload["channel"]), str(row.payload["ts"]))
    if "post" in row.payload:
        posted = await tx.outbox.by_key(str(row.payload["post"]))
        ref = posted.result if posted is not None else {}
        return await tx.surfaces.find(str(ref["channel"]), str(ref["ts"])) if "ts" in ref else None
    cards = await tx.surfaces.of(incident.id, SurfaceKind.CARD)
    return cards[-1] if cards else None
