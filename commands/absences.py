"""`/oncall away …`: time off told, shown and taken back; and the buttons that do it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.people import Actor
from bot.usecases import absences
from bot.views import absences as views
from bot.views import names, rota
from bot.views.message import Message, say
from commands import asking
from commands.boundary import Boundary
from commands.oncall_lines import Away
from commands.rota import opening
from commands.times import resolve_span
from modals import away


async def act(edge: Boundary, line: Away, by: Actor) -> Message:
    """What the line says: without times the list, from which a single time is taken back at once."""
    bot, now = edge.bot, edge.bot.clock.now()
    assert by.person is not None
    person = await edge.person(line.slack_id) if line.slack_id else by.person
    if line.span is not None:
        zone = ZoneInfo(by.person.zone)
        return say(rota.changed(await absences.away(bot, person.id, *resolve_span(line.span, zone, now), by, now), now))
    found = await absences.of(bot, person.id, now)
    running = [one for one in found if one.since <= now]
    if line.back and (len(found) == 1 or len(running) == 1):
        return say(rota.changed(await absences.back(bot, (running or found)[0].id, by, now), now))
    return views.listed(person, found, now, own=person.id == by.person.id)


async def press(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.AWAY`: the form, or what is taken back."""
    action, asked = body["actions"][0], asking.press(body)
    if action["action_id"] == names.AWAY_TELL:
        return await edge.open(ack, asked, opening(edge, away.MODAL, "", asked))
    chosen = str(action["value"])

    async def act(by: Actor) -> Message:
        now = edge.bot.clock.now()
        return say(rota.changed(await absences.back(edge.bot, int(chosen), by, now), now))

    return await edge.press(ack, asked, f"{names.AWAY_BACK} {chosen}", act)
