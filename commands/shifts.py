"""Buttons about shifts: forms of a schedule, an override's removal, and the answers to requests to swap or cover."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.bot import Bot
from bot.domain.delivery import Sent
from bot.domain.people import Actor
from bot.domain.rota import Changed
from bot.usecases import shifts, swaps
from bot.views import names, rota
from bot.views.message import Message, say
from commands import asking
from commands.boundary import Boundary
from commands.rota import opening
from modals import cover, handoff, override, part, swap
from modals.modal import Modal

log = logging.getLogger(__name__)

FORMS: dict[str, Modal[Any]] = {
    names.SHIFT_OVERRIDE: override.MODAL,
    names.SHIFT_HANDOFF: handoff.MODAL,
    names.SHIFT_SWAP: swap.MODAL,
    names.SHIFT_COVER: cover.MODAL,
}

ANSWERS: dict[str, Callable[[Bot, int, Actor, datetime], Awaitable[Changed]]] = {
    names.SWAP_ACCEPT: swaps.accept,
    names.SWAP_DECLINE: swaps.decline,
    names.SWAP_WITHDRAW: swaps.withdraw,
}


async def press(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.SHIFTS`: its form, for the schedule that is its value."""
    action, asked = body["actions"][0], asking.press(body)
    modal = FORMS[str(action["action_id"])]
    return await edge.open(ack, asked, opening(edge, modal, str(action.get("value") or ""), asked))


async def remove(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """The menu of overrides: the one that is chosen ends."""
    chosen, asked = str(body["actions"][0]["selected_option"]["value"]), asking.press(body)

    async def act(by: Actor) -> Message:
        now = edge.bot.clock.now()
        return say(rota.changed(await shifts.remove_override(edge.bot, int(chosen), by, now), now))

    return await edge.press(ack, asked, f"{names.SHIFT_REMOVE} {chosen}", act)


async def answer(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.SWAPS`. The message that asked then says what came of it, and asks no more."""
    action, value = str(body["actions"][0]["action_id"]), str(body["actions"][0]["value"])
    asked = asking.press(body)
    if action == names.SWAP_PART:
        return await edge.open(ack, asked, opening(edge, part.MODAL, "", asked, int(value)))

    async def act(by: Actor) -> Message | None:
        now = edge.bot.clock.now()
        said = rota.changed(await ANSWERS[action](edge.bot, int(value), by, now), now)
        if asked.at_home or not body.get("message"):
            return say(said)
        edge.tasks.spawn(_settled(edge, body, said))
        return None

    return await edge.press(ack, asked, f"{action} {value}", act)


async def _settled(edge: Boundary, body: dict[str, Any], said: str) -> None:
    shown = rota.answered(str(body["message"].get("text") or ""), said)
    channel, ts = str(body["channel"]["id"]), str(body["message"]["ts"])
    outcome = await edge.slack.messages.update(channel, ts, shown.text, shown.blocks)
    if not isinstance(outcome, Sent):
        log.info("an answered request still shows its buttons: %s", outcome, extra={"channel": channel})
