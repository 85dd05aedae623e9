"""Buttons and menus, on cards, pages, reminders, lists and App Home.

A press that changes something is committed before its ack; one that opens a form is acked at once.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.people import Actor, viewer_of
from bot.usecases import reminders
from bot.views import edge as sentences
from bot.views import names
from bot.views.answers import answer
from bot.views.message import Message, say
from commands import acts, asking
from commands.asking import Asked
from commands.boundary import Boundary
from commands.opening import about
from modals import assign, cancel, declare, escalate, note, reopen, resolve, role, severity, update
from modals.modal import Modal, Opened

#: Buttons that open a form about their incident.
FORMS: dict[str, Modal[Any]] = {
    names.ESCALATE: escalate.MODAL,
    names.UPDATE: update.MODAL,
    names.RESOLVE: resolve.MODAL,
    names.REOPEN: reopen.MODAL,
    names.CANCEL: cancel.MODAL,
    names.SEVERITY: severity.MODAL,
    names.ASSIGN: assign.MODAL,
    names.ROLE: role.MODAL,
    names.NOTE: note.MODAL,
}


async def press(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.BUTTONS`."""
    action = body["actions"][0]
    return await _pressed(edge, ack, body, str(action["action_id"]), str(action.get("value") or ""))


async def menu(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """An entry of the "⋯" menu stands for one of the buttons."""
    button, value = names.read_choice(str(body["actions"][0]["selected_option"]["value"]))
    return await _pressed(edge, ack, body, button, value)


async def snooze(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """A reminder is put off, or stopped."""
    chosen = str(body["actions"][0]["selected_option"]["value"])
    number, reminder, minutes = names.read_snooze(chosen)
    asked = asking.press(body)

    async def act(by: Actor) -> Message:
        bot, now = edge.bot, edge.bot.clock.now()
        if minutes == 0:
            return say(answer(await reminders.stop(bot, number, reminder, by, now), now))
        return say(answer(await reminders.snooze(bot, number, reminder, minutes, by, now), now))

    return await edge.press(ack, asked, chosen, act)


async def link(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """A button that only opens an address: Slack reports the press, and waits for its ack."""
    del edge, body
    return await ack()


async def _pressed(edge: Boundary, ack: AsyncAck, body: dict[str, Any], button: str, value: str) -> BoltResponse:
    asked = asking.press(body)
    if button == names.DECLARE:
        return await edge.open(ack, asked, lambda by: declare.view(edge.desk, Opened(channel=asked.channel), by))
    number, page_id = names.read_value(value)
    if button in FORMS:
        return await edge.open(ack, asked, about(edge, FORMS[button], number, asked))

    async def act(by: Actor) -> Message | None:
        return await _act(edge, asked, button, number, page_id, by)

    return await edge.press(ack, asked, f"{button} {value}", act)


async def _act(
    edge: Boundary, asked: Asked, button: str, number: int, page_id: int | None, by: Actor
) -> Message | None:
    bot, now = edge.bot, edge.bot.clock.now()
    assert by.person is not None
    if button in acts.LOOKS:
        return await acts.LOOKS[button](bot, number, viewer_of(by.person), now)
    if button == names.JOIN:
        return await acts.join(bot, number, by, now)
    given = await acts.ACTS[button](bot, number, page_id, by, now)
    return say(answer(given, now)) if acts.needs_words(given, asked, page_id) else None


async def unknown(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """A button that no listener knows."""
    edge.tell(asking.press(body), say(sentences.meaningless()))
    return await ack()
