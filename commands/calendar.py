"""`/oncall calendar`: a link by which a calendar shows shifts, and its end."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Actor
from bot.usecases import feeds
from bot.views import calendar_links
from bot.views.message import Message, say
from commands.oncall_lines import Calendar


async def act(bot: Bot, line: Calendar, by: Actor, now: datetime) -> Message:
    """The answer is for whoever asks alone: the link is a secret."""
    by_name = {name.casefold(): name for name in bot.posture().schedules}
    schedule = by_name.get(line.schedule.casefold(), line.schedule)
    if line.revoke:
        return say(calendar_links.revoked(await feeds.revoke(bot, schedule or None, by, now), schedule))
    return say(calendar_links.given(await feeds.link(bot, schedule, by, now), schedule))
