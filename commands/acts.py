"""What both commands and buttons can do to an incident, and what both can show of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.incident import ClosedAs
from bot.domain.people import Actor, Viewer
from bot.domain.refusals import Refusal
from bot.usecases import joining, paging, pictures, responders
from bot.usecases.explaining import explained
from bot.views import edge, listing, names, postmortem, timeline, why
from bot.views.message import Message, say
from commands.asking import Asked

#: Acts that need no more words: bot, number, page, actor, now.
Act = Callable[[Bot, int, int | None, Actor, datetime], Awaitable[Answer]]
Look = Callable[[Bot, int, Viewer, datetime], Awaitable[Message]]


async def _ack(bot: Bot, number: int, _: int | None, by: Actor, now: datetime) -> Answer:
    return await responders.ack(bot, number, by, now)


async def _decline(bot: Bot, number: int, page_id: int | None, by: Actor, now: datetime) -> Answer:
    return await responders.decline(bot, number, by, now, page_id)


async def _take(bot: Bot, number: int, _: int | None, by: Actor, now: datetime) -> Answer:
    return await responders.take(bot, number, by, now)


async def _notify(bot: Bot, number: int, _: int | None, by: Actor, now: datetime) -> Answer:
    return await paging.notify_again(bot, number, by, now)


async def _volunteer(bot: Bot, number: int, _: int | None, by: Actor, now: datetime) -> Answer:
    return await responders.volunteer(bot, number, by, now)


ACTS: Mapping[str, Act] = {
    names.ACK: _ack,
    names.DECLINE: _decline,
    names.TAKE: _take,
    names.NOTIFY_AGAIN: _notify,
    names.VOLUNTEER: _volunteer,
}


async def _show(bot: Bot, number: int, viewer: Viewer, now: datetime) -> Message:
    return listing.show(await pictures.picture(bot, number, viewer), now)


async def _timeline(bot: Bot, number: int, viewer: Viewer, now: datetime) -> Message:
    return timeline.timeline(await pictures.story(bot, number, viewer), now)


async def _why(bot: Bot, number: int, viewer: Viewer, now: datetime) -> Message:
    return why.why(await explained(bot, number, viewer), now)


async def _postmortem(bot: Bot, number: int, viewer: Viewer, now: datetime) -> Message:
    story = await pictures.story(bot, number, viewer)
    incident = story.picture.incident
    if incident.drill or incident.closed_as is not ClosedAs.RESOLVED or not story.picture.severity.postmortem:
        raise Refusal("no_postmortem", number=number)
    return postmortem.summary(story, now)


LOOKS: Mapping[str, Look] = {
    names.DETAILS: _show,
    names.TIMELINE: _timeline,
    names.WHY: _why,
    names.POSTMORTEM: _postmortem,
}


async def join(bot: Bot, number: int, by: Actor, now: datetime) -> Message:
    """Invites the person to the war room."""
    return say(edge.invited(await joining.join(bot, number, by, now)))


def needs_words(given: Answer, asked: Asked, page_id: int | None = None) -> bool:
    """Whether who asked must be told what everybody sees: the war room is told of each change, and a page that was
    pressed says itself what came of it. That somebody else was first, or has it, is told all the same.
    """
    if not given.changed or given.code in ("already_acked", "page_acked"):
        return True
    in_room = bool(asked.channel) and asked.channel == given.incident.room_channel
    return not in_room and page_id is None
