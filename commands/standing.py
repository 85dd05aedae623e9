"""`/oncall post`: a message in the channel where it is typed, that shows who is on call now and next."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.people import Actor
from bot.usecases import standing
from bot.views import rota
from bot.views.message import Message, say
from commands.asking import Asked
from commands.oncall_lines import Post


async def act(bot: Bot, line: Post, asked: Asked, by: Actor, now: datetime) -> Message:
    """Without a name, `off` ends every post of the channel."""
    if line.off and not line.name:
        return say(rota.changed(await standing.take_down(bot, asked.channel, None, by, now), now))
    what = standing.about(bot, line.name, team=line.team)
    change = standing.take_down if line.off else standing.put_up
    return say(rota.changed(await change(bot, asked.channel, what, by, now), now))
