"""Slack, whole: one session, its limits, and the calls by noun.

Calls for the outbox answer an Outcome and never raise; calls that somebody waits for raise SlackFailed.
"""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from clients.slack_files import Files
from clients.slack_messages import Messages
from clients.slack_people import Directory
from clients.slack_rooms import Rooms
from clients.slack_wire import SlackFailed, Wire

__all__ = ["Slack", "SlackFailed"]


class Slack:
    """Build it inside the running loop, and close it."""

    def __init__(self, token: str, base_url: str) -> None:
        self._wire = Wire(token, base_url)
        self.messages = Messages(self._wire)
        self.rooms = Rooms(self._wire)
        self.people = Directory(self._wire)
        self.files = Files(self._wire)

    @property
    def web(self) -> AsyncWebClient:
        """For Bolt, which copies its address, session, time-out and (absent) retries for each request."""
        return self._wire.web

    async def close(self) -> None:
        await self._wire.close()
