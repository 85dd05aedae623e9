"""People met in Slack before the directory was read, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Person, PersonId
from bot.ports import Tx
from bot.usecases.schedules import DirectoryEntry, sync_directory


async def known(bot: Bot, slack_id: str) -> Person | None:
    """The person with this Slack id, if we have met."""

    async def work(tx: Tx) -> Person | None:
        return await tx.people.by_slack(slack_id)

    return await bot.db.read(work)


async def many(bot: Bot, ids: Iterable[PersonId | None]) -> dict[PersonId, Person]:
    """The people with these ids; one that is None is nobody."""
    wanted = {one for one in ids if one is not None}
    return await bot.db.read(lambda tx: tx.people.many(wanted))


async def by_handles(bot: Bot, handles: Iterable[str]) -> dict[str, Person]:
    """The people whom the posture calls so."""
    wanted = set(handles)
    return await bot.db.read(lambda tx: tx.people.by_handles(wanted))


async def meet(bot: Bot, entry: DirectoryEntry, now: datetime) -> Person:
    """Writes down what Slack's directory says of somebody; answers the person."""
    await sync_directory(bot, [entry], now)
    person = await known(bot, entry.slack_id)
    assert person is not None
    return person


async def keep_dm(bot: Bot, person: Person, channel: str) -> None:
    """Stores the bot's direct message with somebody, before the first page needs it."""

    async def work(tx: Tx) -> None:
        current = await tx.people.get(person.id)
        await tx.people.save(replace(current, dm_channel=channel))

    await bot.db.write(work)
