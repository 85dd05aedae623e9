"""`/incident …`: a line is read, then acted on, shown or answered with the form that asks for the rest."""

from __future__ import annotations

from functools import partial
from typing import Any, assert_never

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.answers import Answer
from bot.domain.people import Actor, viewer_of
from bot.usecases import asks, incidents, lifecycle, paging, pictures, responders, storms
from bot.usecases.drills import drill
from bot.usecases.incidents import Declaration
from bot.views import helptext, listing, names
from bot.views.answers import answer
from bot.views.message import Message, say
from commands import acts, asking, lines
from commands.asking import Asked
from commands.boundary import Boundary, Build
from commands.lines import Line, Verb
from commands.opening import about, named_or_here
from commands.parser import Misread, parse
from modals import assign, cancel, declare, escalate, note, reopen, resolve, role, severity, update
from modals.modal import Modal, Opened

_LOOKS = {
    Verb.SHOW: names.DETAILS,
    Verb.TIMELINE: names.TIMELINE,
    Verb.WHY: names.WHY,
    Verb.POSTMORTEM: names.POSTMORTEM,
}
_ACTS = {Verb.ACK: names.ACK, Verb.TAKE: names.TAKE, Verb.DECLINE: names.DECLINE, Verb.NOTIFY: names.NOTIFY_AGAIN}
_SAYS: dict[Verb, Modal[Any]] = {
    Verb.RESOLVE: resolve.MODAL,
    Verb.REOPEN: reopen.MODAL,
    Verb.CANCEL: cancel.MODAL,
    Verb.NOTE: note.MODAL,
}


async def slash(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One line. The answer rides in the ack, for the person alone."""
    asked = asking.slash(body)
    try:
        line = parse(str(body.get("text") or ""), edge.bot.posture().services)
    except Misread as no:
        return await ack(helptext.misread(no.code, no.data))
    form = _form(edge, line, asked)
    if form is not None:
        return await edge.open(ack, asked, form)
    told = await edge.settle(asked, partial(_act, edge, line, asked))
    if told.message is None:
        return await ack()
    return await ack(text=told.message.text, blocks=told.message.blocks)


def _form(edge: Boundary, line: Line, asked: Asked) -> Build | None:
    """The form that asks for what the line leaves out; None where it says everything."""
    match line:
        case lines.Declare(title="") as given:
            opened = Opened(channel=asked.channel)
            return lambda by: declare.view(edge.desk, opened, by, severity=given.severity, service=given.service)
        case lines.Say(text="") if line.verb in _SAYS:
            return about(edge, _SAYS[line.verb], line.number, asked)
        case lines.Update(text="", status=None):
            return about(edge, update.MODAL, line.number, asked)
        case lines.Severity(severity=None):
            return about(edge, severity.MODAL, line.number, asked)
        case lines.Role(role=None):
            return about(edge, role.MODAL, line.number, asked)
        case lines.Assign(slack_id=None):
            return about(edge, assign.MODAL, line.number, asked)
        case lines.Escalate(tier=None):
            return about(edge, escalate.MODAL, line.number, asked)
    return None


async def _act(edge: Boundary, line: Line, asked: Asked, by: Actor) -> Message | None:
    """What the line says, done, and what there is to show or say about it; nothing where the room is told of it."""
    bot, now = edge.bot, edge.bot.clock.now()
    assert by.person is not None
    viewer = viewer_of(by.person)
    match line:
        case lines.Help():
            return say(helptext.usage(line.topic.value)) if line.topic else helptext.help_message()
        case lines.List():
            found = await pictures.open_incidents(bot, viewer)
            people = await pictures.holders(bot, found)
            return listing.incidents(found, bot.posture().severities, now, await storms.lasting(bot), people)
        case lines.Look():
            number = await named_or_here(edge, line.number, asked, by)
            return await acts.LOOKS[_LOOKS[line.verb]](bot, number, viewer, now)
        case lines.Declare():
            form = Declaration(line.title, line.severity, line.service, key=("slack", asked.trigger_id))
            given = await incidents.declare(bot, form, by, now)
        case lines.Drill():
            given = await drill(bot, line.service, line.severity, by, now, ("slack", asked.trigger_id))
        case _:
            given = await _change(edge, line, await named_or_here(edge, line.number, asked, by), by)
    return say(answer(given, now)) if acts.needs_words(given, asked) else None


async def _change(edge: Boundary, line: lines.Change, number: int, by: Actor) -> Answer:
    bot, now = edge.bot, edge.bot.clock.now()
    match line:
        case lines.Act():
            return await acts.ACTS[_ACTS[line.verb]](bot, number, None, by, now)
        case lines.Say():
            return await _say(edge, line, number, by)
        case lines.Update(text=""):
            return await incidents.set_status(bot, number, line.status or "", by, now)
        case lines.Update():
            return await incidents.update(bot, number, line.text, by, now, line.status)
        case lines.Severity():
            return await incidents.set_severity(bot, number, line.severity or "", by, now, line.reason)
        case lines.Role():
            return await _role(edge, line, number, by)
        case lines.Assign():
            person = await edge.person(line.slack_id or "")
            return await responders.assign(bot, number, person.id, by, now)
        case lines.Escalate():
            return await paging.escalate(bot, number, by, now, line.tier)
        case lines.Page():
            asked = await edge.person(line.slack_id) if line.slack_id else None
            return await asks.page(bot, number, asks.Whom(line.name, line.kind, asked), by, now)
        case _:
            assert_never(line)


async def _say(edge: Boundary, line: lines.Say, number: int, by: Actor) -> Answer:
    bot, now = edge.bot, edge.bot.clock.now()
    match line.verb:
        case Verb.UNACK:
            return await responders.unack(bot, number, by, now, line.text)
        case Verb.RESOLVE:
            return await lifecycle.resolve(bot, number, line.text, by, now)
        case Verb.REOPEN:
            return await lifecycle.reopen(bot, number, line.text, by, now)
        case Verb.CANCEL:
            return await lifecycle.cancel(bot, number, line.text, by, now)
        case _:
            return await incidents.note(bot, number, line.text, by, now)


async def _role(edge: Boundary, line: lines.Role, number: int, by: Actor) -> Answer:
    bot, now, role_name = edge.bot, edge.bot.clock.now(), line.role or ""
    if line.drop:
        return await responders.drop_role(bot, number, role_name, by, now)
    assert by.person is not None
    person = await edge.person(line.slack_id) if line.slack_id else by.person
    return await responders.give_role(bot, number, role_name, person.id, by, now)
