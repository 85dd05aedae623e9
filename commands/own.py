"""Buttons about oneself, in App Home, under `/oncall me` and on notes: `names.OWN`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.bot import Bot
from bot.domain.contacts import ContactKind
from bot.domain.own import Done
from bot.domain.people import Actor
from bot.domain.permissions import check_member
from bot.usecases import contacts, rules
from bot.views import names
from bot.views import own as views
from bot.views.message import Message, say
from commands import asking
from commands.asking import Asked
from commands.boundary import Boundary, Build
from modals import code, contact
from modals import rules as rules_form
from modals.modal import Modal, Opened, View

FORMS: dict[str, Modal[Any]] = {
    names.OWN_RULES: rules_form.MODAL,
    names.OWN_CONTACT: contact.MODAL,
    names.OWN_CODE: code.MODAL,
}


async def _remove_phone(bot: Bot, by: Actor, now: datetime) -> Done:
    return await contacts.remove(bot, ContactKind.PHONE, by, now)


async def _remove_email(bot: Bot, by: Actor, now: datetime) -> Done:
    return await contacts.remove(bot, ContactKind.EMAIL, by, now)


ACTS: dict[str, Callable[[Bot, Actor, datetime], Awaitable[Done]]] = {
    names.OWN_TEST: rules.send_test,
    names.OWN_REMOVE_PHONE: _remove_phone,
    names.OWN_REMOVE_EMAIL: _remove_email,
}


async def press(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.OWN`."""
    action, asked = str(body["actions"][0]["action_id"]), asking.press(body)
    if action in FORMS:
        return await edge.open(ack, asked, form(edge, FORMS[action], asked))

    async def act(by: Actor) -> Message:
        return say(views.done(await ACTS[action](edge.bot, by, edge.bot.clock.now())))

    return await edge.press(ack, asked, action, act)


def form(edge: Boundary, modal: Modal[Any], asked: Asked) -> Build:
    """One of the forms, for a member of the workspace."""

    async def build(by: Actor) -> View:
        assert by.person is not None
        check_member(by.person)
        return await modal.view(edge.desk, Opened(channel=asked.channel), by)

    return build


async def shown(edge: Boundary, by: Actor) -> Message:
    """How pages reach the person who asks."""
    assert by.person is not None
    now = edge.bot.clock.now()
    return views.ways(await rules.ways(edge.bot, by.person, now), now)
