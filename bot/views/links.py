"""Addresses: where an incident is found, from Slack, from a phone and from a mail."""

from __future__ import annotations

import re

from bot.domain.picture import Picture
from bot.views.words import channel, web

_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}", re.ASCII)


def room(picture: Picture) -> str:
    """The war room as Slack shows it, or that it is still being opened."""
    room_channel = picture.incident.room_channel
    return channel(room_channel) if room_channel else "being opened"


def address(picture: Picture) -> str:
    """The incident's web address: its war room, which opens in Slack's app; before there is one, its page on
    the dashboard; empty where there is neither."""
    room_channel = picture.incident.room_channel
    if room_channel and _CHANNEL.fullmatch(room_channel):
        return f"https://slack.com/app_redirect?channel={room_channel}"
    base = web(picture.public_url).rstrip("/")
    return f"{base}/incidents/{picture.incident.id}" if base else ""


def runbook(picture: Picture) -> str:
    """The service's runbook; empty where there is none, or no address of the web."""
    return web(picture.service.runbook) if picture.service else ""


def source(picture: Picture) -> str:
    """The alert or message it came from; empty where there is none."""
    return web(picture.incident.source_link)
