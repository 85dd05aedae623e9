"""`/oncall …`: schedules, and what people settle for themselves. A line is acted on, shown or answered with a form."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.contacts import kind_of
from bot.domain.people import Actor
from bot.usecases import contacts
from bot.views import oncall_help
from bot.views.message import Message, say
from bot.views.own import done
from commands import absences, asking, calendar, own, rota, standing
from commands.asking import Asked
from commands.boundary import Boundary
from commands.oncall_lines import (
    AddContact,
    Away,
    Calendar,
    Me,
    OncallHelp,
    OncallLine,
    OwnLine,
    Post,
    ProveContact,
    RemoveContact,
)
from commands.oncall_parser import parse
from commands.parser import Misread
from modals import contact


async def slash(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One line. The answer rides in the ack, for the person alone."""
    asked = asking.slash(body)
    try:
        line = parse(str(body.get("text") or ""))
    except Misread as no:
        return await ack(oncall_help.misread(no.code, no.data))
    if line == AddContact():
        return await edge.open(ack, asked, own.form(edge, contact.MODAL, asked))
    form = None if isinstance(line, OwnLine) else rota.form(edge, line, asked)
    if form is not None:
        return await edge.open(ack, asked, form)
    told = await edge.settle(asked, partial(_act, edge, line, asked))
    if told.message is None:
        return await ack()
    return await ack(text=told.message.text, blocks=told.message.blocks)


async def _act(edge: Boundary, line: OncallLine, asked: Asked, by: Actor) -> Message:
    if isinstance(line, Away):
        return await absences.act(edge, line, by)
    if not isinstance(line, OwnLine):
        return await rota.act(edge, line, by)
    bot, now = edge.bot, edge.bot.clock.now()
    match line:
        case OncallHelp(topic=None):
            return oncall_help.help_message()
        case OncallHelp(topic=topic):
            return say(oncall_help.usage(topic.value if topic else ""))
        case Me():
            return await own.shown(edge, by)
        case Calendar():
            return await calendar.act(bot, line, by, now)
        case Post():
            return await standing.act(bot, line, asked, by, now)
        case AddContact(address=address):
            return say(done(await contacts.ask(bot, kind_of(address), address, by, now)))
        case ProveContact(code=code):
            return say(done(await contacts.prove(bot, code, by, now)))
        case RemoveContact(kind=kind):
            return say(done(await contacts.remove(bot, kind, by, now)))
