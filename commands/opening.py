"""Opening a form about an incident, from a command or a button."""

from __future__ import annotations

from typing import Any

from bot.domain.people import Actor, viewer_of
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.usecases import lifecycle, pictures
from commands.asking import Asked
from commands.boundary import Boundary, Build
from modals import note, reopen
from modals.modal import Modal, Opened, View

#: Forms of what can be done to a closed incident too.
_ALSO_CLOSED: tuple[Modal[Any], ...] = (note.MODAL, reopen.MODAL)


def about(edge: Boundary, modal: Modal[Any], number: int | None, asked: Asked) -> Build:
    """The form of the incident that was named, else of this war room's; what would be refused once it is filled in is
    refused before: guests, and changes of a closed incident.
    """

    async def build(by: Actor) -> View:
        assert by.person is not None
        check_member(by.person)
        named = await named_or_here(edge, number, asked, by)
        if modal not in _ALSO_CLOSED:
            await lifecycle.refuse_closed(edge.bot, named, viewer_of(by.person))
        return await modal.view(edge.desk, Opened(named, asked.channel), by)

    return build


async def named_or_here(edge: Boundary, number: int | None, asked: Asked, by: Actor) -> int:
    """The incident that was named, else the one of this war room."""
    if number is not None:
        return number
    assert by.person is not None
    incident = await pictures.in_channel(edge.bot, asked.channel, viewer_of(by.person))
    if incident is None:
        raise Refusal("no_incident_here")
    return incident.id
