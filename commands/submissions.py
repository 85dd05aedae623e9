"""Forms that are sent: what is wrong stands beside its input, in the ack itself; what is saved closes the form."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from bot.domain.answers import Answer
from bot.domain.own import Done
from bot.domain.people import Actor
from bot.domain.refusals import Refusal
from bot.domain.rota import Changed
from bot.views import rota
from bot.views.answers import answer
from bot.views.message import Message, say
from bot.views.own import done
from bot.views.refusals import refusal_text
from commands import acts, asking
from commands.boundary import Boundary, Ending, Told
from modals import declare
from modals.fields import field_of, inputs_of
from modals.modal import Modal, Opened, Values, View, read_opened
from modals.registry import MODALS


async def submit(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """One of `names.FORMS`."""
    view = body["view"]
    modal = MODALS[view["callback_id"]]
    opened = read_opened(view["private_metadata"])
    form = modal.read(Values(view["state"]))
    if isinstance(form, dict):
        return await _errors(ack, {block: refusal_text(no) for block, no in form.items()})
    asked = asking.submit(body, opened.channel)
    following: list[View] = []
    told = await edge.settle(asked, partial(_act, edge, modal, opened, form, str(view["id"]), asked, following))
    if told.ending is Ending.DONE:
        if following:
            return await ack(response_action="update", view=following[0])
        if told.message is not None:
            edge.tell(asked, told.message)
        return await ack()
    return await _errors(ack, _beside(told, view))


async def _act(
    edge: Boundary,
    modal: Modal[Any],
    opened: Opened,
    form: Any,
    view_id: str,
    asked: asking.Asked,
    following: list[View],
    by: Actor,
) -> Message | None:
    """What to say of it; nothing where a form that follows says it, which is put into `following`."""
    given: Answer | Done | Changed
    if modal is declare.MODAL:
        given = await declare.submit(edge.desk, opened, form, by, key=view_id)
    else:
        given = await modal.submit(edge.desk, opened, form, by)
    if isinstance(given, Changed):
        return say(rota.changed(given, edge.bot.clock.now()))
    if isinstance(given, Done):
        following += [view for view in [modal.then(opened, given)] if view is not None]
        return None if following else say(done(given))
    return say(answer(given, edge.bot.clock.now())) if acts.needs_words(given, asked) else None


def _beside(told: Told, view: dict[str, Any]) -> dict[str, str]:
    """The sentence beside the input it is about; every other trouble beside the first input."""
    if isinstance(told.refusal, Refusal):
        return {field_of(told.refusal, view): refusal_text(told.refusal)}
    return {inputs_of(view)[0]: told.message.text if told.message else ""}


async def _errors(ack: AsyncAck, errors: dict[str, str]) -> BoltResponse:
    return await ack(response_action="errors", errors=errors)


async def unknown(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """A form that no listener knows closes."""
    del edge, body
    return await ack()
