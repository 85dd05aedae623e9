"""Slack, whole: one session, its limits, and the calls by noun.

Calls for the outbox answer an Outcome and never raise; calls that somebody waits for raise SlackFailed.
"""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.delivery import Never, Outcome, Row, Sent
from clients.faults import harmless
from clients.slack_files import Files
from clients.slack_groups import Groups
from clients.slack_limits import Pace
from clients.slack_messages import Blocks, Messages
from clients.slack_people import Directory
from clients.slack_rooms import Rooms
from clients.slack_wire import SlackFailed, Wire

__all__ = ["Slack", "SlackFailed"]


class Slack:
    """Build it inside the running loop, and close it. `paced`: no channel gets more messages than Slack takes."""

    def __init__(self, token: str, base_url: str, *, paced: bool = False) -> None:
        self._wire = Wire(token, base_url, pace=Pace() if paced else None)
        self.messages = Messages(self._wire)
        self.rooms = Rooms(self._wire)
        self.people = Directory(self._wire)
        self.groups = Groups(self._wire)
        self.files = Files(self._wire)

    @property
    def web(self) -> AsyncWebClient:
        """For Bolt, which copies its address, session, time-out and (absent) retries for each request."""
        return self._wire.web

    async def tell(self, row: Row, slack_id: str, dm_channel: str | None, text: str, blocks: Blocks) -> Outcome:
        """Posts once in our direct message with somebody; it is opened where it is unknown, or gone since.

        Sent.ref: channel, ts, dm_channel.
        """
        outcome: Outcome = Never("channel_not_found")
        if dm_channel is not None:
            outcome = await self.messages.post_once(row, dm_channel, text, blocks)
        if outcome == Never("channel_not_found"):
            opened = await self.people.open_dm(slack_id)
            if not isinstance(opened, str):
                return harmless(opened)
            dm_channel = opened
            outcome = await self.messages.post_once(row, dm_channel, text, blocks)
        if not isinstance(outcome, Sent):
            return outcome
        return Sent({**outcome.ref, "dm_channel": dm_channel}, found=outcome.found)

    async def close(self) -> None:
        await self._wire.close()
