"""Sentences for the edge: doubts about a save, forms that came too late, buttons that mean nothing, invitations."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.views.words import channel


def unconfirmed() -> str:
    """The change took too long: it may be saved or not."""
    return "I could not confirm that this was saved. Look at the incident before you repeat it."


def settled() -> str:
    """After a doubt."""
    return "It is saved after all."


def too_late() -> str:
    """Slack lets a form open for three seconds only."""
    return "The form could not be opened in time. Nothing was changed; please try again."


def meaningless() -> str:
    """A press that no listener knows: an old message, or an older version of the bot."""
    return "That button does nothing any more, and nothing was changed. `/incident help` lists what you can do."


def invited(incident: Incident) -> str:
    """Somebody asked to join."""
    if incident.room_channel is None:
        return f"{incident.name} has no war room yet. You are invited as soon as it is there."
    return f"You are invited to {channel(incident.room_channel)}, the war room of {incident.name}."
