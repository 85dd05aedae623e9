"""Addresses: where an incident is found, from Slack, from a phone and from a mail."""

from __future__ import annotations

import re

from bot.domain.people import Person
from bot.domain.picture import Picture
from bot.views.words import channel, web

_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,30}", re.ASCII)


def room(picture: Picture) -> str:
    """The war room as Slack shows it, or that it is still being opened."""
    room_channel = picture.incident.room_channel
    return channel(room_channel) if room_channel else "being opened"


def address(picture: Picture, reader: Person | None = None) -> str:
    """Where the incident is answered, opening in Slack's app: its war room; before there is one, the reader's
    direct message with the bot, which holds the page; empty where there is neither."""
    return opening(picture.incident.room_channel) or opening(reader.dm_channel if reader else None)


def opening(place: str | None) -> str:
    """The address of a channel, opening in Slack's app; empty where there is none."""
    return f"https://slack.com/app_redirect?channel={place}" if place and _CHANNEL.fullmatch(place) else ""


def address_label(picture: Picture) -> str:
    """What that address is."""
    return "Open" if picture.incident.room_channel else "Your page in Slack"


def runbook(picture: Picture) -> str:
    """The service's runbook; empty where there is none, or no address of the web."""
    return web(picture.service.runbook) if picture.service else ""


def source(picture: Picture) -> str:
    """The alert or message it came from; empty where there is none."""
    return web(picture.incident.source_link)
