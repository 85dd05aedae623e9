"""App Home: published when somebody opens it."""

from __future__ import annotations

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from commands import asking
from commands.boundary import Boundary


async def opened(edge: Boundary, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
    """`app_home_opened`; the messages tab sends it too."""
    event = body["event"]
    if event.get("tab", "home") == "home":
        edge.refresh_home(asking.event(body, event["user"], ""))
    return await ack()
