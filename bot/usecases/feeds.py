"""Calendar feeds: a secret link is given to whoever asks, ended by them, and read by their calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.bot import Bot, Config
from bot.domain.feeds import Almanac, Feed, token_of
from bot.domain.links import hash_of
from bot.domain.oncall import Slot, of_one_person, stretches
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.spelling import nearest
from bot.ports import Tx

PATH = "/calendar/"
#: A calendar shows so much of what was; and all that is planned, which is never more than this.
PAST, FUTURE = timedelta(weeks=8), timedelta(weeks=110)


async def link(bot: Bot, schedule: str, by: Actor, now: datetime) -> str:
    """The address of a schedule's feed, or of one's own shifts (""); the same until it is revoked.

    Empty where the bot has no address for the internet. Refuses: unknown_schedule.
    """
    assert by.person is not None
    person, known = by.person, bot.posture().schedules
    if schedule and schedule not in known:
        raise Refusal("unknown_schedule", given=schedule, nearest=nearest(schedule, known) or "")
    if not _offered(bot.config):
        return ""

    async def work(tx: Tx) -> str:
        mine = [feed for feed in await tx.feeds.of(person.id) if feed.schedule == schedule]
        for feed in mine:
            token = token_of(bot.config.secret, person.id, schedule, feed.made_at)
            if hash_of(token) == feed.hash:  # else it was made with another secret, and cannot be shown again
                return token
        token = token_of(bot.config.secret, person.id, schedule, now)
        await tx.feeds.add(Feed(hash_of(token), person.id, schedule, now))
        return token

    return f"{bot.config.public_url}{PATH}{await bot.db.write(work)}.ics"


def _offered(config: Config) -> bool:
    return bool(config.public_url and config.secret)


async def revoke(bot: Bot, schedule: str | None, by: Actor, now: datetime) -> int:
    """Ends one's own links to a schedule's feed, to one's own shifts (""), or all (None); how many there were."""
    assert by.person is not None
    person = by.person

    async def work(tx: Tx) -> int:
        mine = [feed for feed in await tx.feeds.of(person.id) if schedule in (None, feed.schedule)]
        await tx.feeds.revoke(mine, now)
        return len(mine)

    return await bot.db.write(work)


async def read(bot: Bot, token: str, now: datetime) -> Almanac | None:
    """What a calendar is shown; None for a link that was never given, was revoked, or whose owner left."""

    async def work(tx: Tx) -> Almanac | None:
        feed = await tx.feeds.get(hash_of(token))
        owner = await tx.people.get(feed.person_id) if feed is not None else None
        if feed is None or owner is None or not owner.active:
            return None
        held = await _held(tx, feed, now)
        versions = {name: rota.version for name, rota in (await tx.rotas.all()).items()}
        return Almanac(feed, owner, held, await tx.people.many({slot.person_id for slot in held}), versions)

    return await bot.db.read(work)


async def _held(tx: Tx, feed: Feed, now: datetime) -> list[Slot]:
    """Whole stretches: one that is cut where the window begins would look like another every day."""
    start, end = now - PAST, now + FUTURE
    names = {feed.schedule}
    if not feed.schedule:
        names = {slot.schedule for slot in await tx.slots.of_person(feed.person_id, start, end)}
    found: list[Slot] = []
    for slots in (await tx.slots.of_all(start, end, names)).values():
        first, last = min(slot.start for slot in slots), max(slot.end for slot in slots)
        found += of_one_person(stretches(slots, first, last))
    mine = [slot for slot in found if feed.schedule or slot.person_id == feed.person_id]
    return sorted(mine, key=lambda slot: (slot.start, slot.schedule))
