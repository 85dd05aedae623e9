"""Which events the app hears, and how often they are sent again.

An event is delivered when the manifest subscribes to it, grants its scope, and the app may see where it happened.
One that is not acked in three seconds is sent again at once, after one minute and after five, both on the sandbox's
clock, so that moving the clock brings them.
"""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.manifest import Manifest
from sandbox.model import Json

if TYPE_CHECKING:
    from sandbox.world import SlackEvent, World

RETRY_AFTER = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))

SCOPE_OF_EVENT = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_archive": "channels:read",
    "channel_created": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "channel_shared": "channels:read",
    "channel_unarchive": "channels:read",
    "dnd_updated_user": "dnd:read",
    "emoji_changed": "emoji:read",
    "file_created": "files:read",
    "file_deleted": "files:read",
    "file_shared": "files:read",
    "function_executed": "",
    "group_archive": "groups:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "im_created": "im:read",
    "link_shared": "links:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.app_home": "",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "message_metadata_posted": "metadata.message:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "subteam_created": "usergroups:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "team_domain_change": "team:read",
    "team_join": "users:read",
    "team_rename": "team:read",
    "tokens_revoked": "",
    "user_change": "users:read",
    "user_profile_changed": "users.profile:read",
    "user_status_changed": "users:read",
}

MEMBERS_ONLY = frozenset(
    {
        "app_mention",
        "file_shared",
        "member_joined_channel",
        "member_left_channel",
        "message",
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
    }
)
"""Heard only where the app is a member; the others concern public channels or the whole workspace."""

_MESSAGES = {
    "public_channel": "message.channels",
    "private_channel": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


@dataclass(frozen=True)
class Unheard:
    """Why the app does not hear an event, for the log and for tests."""

    reason: str


def problems(manifest: Manifest) -> list[str]:
    """What Slack would refuse in the manifest's events: unknown names, and events without their scope."""
    found = [f"unknown event {e}" for e in sorted(manifest.events - set(SCOPE_OF_EVENT))]
    for event in sorted(manifest.events & set(SCOPE_OF_EVENT)):
        scope = SCOPE_OF_EVENT[event]
        if scope and scope not in manifest.bot_scopes:
            found.append(f"{event} needs {scope}")
    return found


def unheard(world: "World", event: "SlackEvent") -> Unheard | None:
    """None when the app hears this event."""
    kind = str(event.payload["type"])
    channel = event.channel
    name = _MESSAGES[channel.kind] if kind == "message" and channel else kind
    if name not in world.manifest.events:
        return Unheard(f"{name} is not subscribed")
    scope = SCOPE_OF_EVENT.get(name, "")
    if name.startswith("member_") and channel and channel.is_private:
        scope = "groups:read"
    if scope and scope not in world.manifest.bot_scopes:
        return Unheard(f"{name} needs {scope}")
    if channel and kind in MEMBERS_ONLY and world.app.bot_user not in channel.members:
        return Unheard("the app is not in the channel")
    if channel and channel.is_private and not _saw(world, event):
        return Unheard("the app cannot see the private channel")
    return None


def _saw(world: "World", event: "SlackEvent") -> bool:
    assert event.channel is not None
    return event.payload["type"] == "group_left" or world.app.bot_user in event.channel.members


class Events:
    """Sends events to the app over its sockets, and again where they were not acked."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.last: Json | None = None

    def hear(self, event: "SlackEvent") -> None:
        """Take note of what happened in the workspace, and tell the app if it hears such events."""
        if self._world.switches.events_disabled or unheard(self._world, event):
            return
        self.last = self.wrap(event.payload)
        self._world.sockets.spawn(self.deliver(self.last))

    def duplicate(self) -> bool:
        """Send the newest event once more, with the same event_id; False when there was none."""
        if self.last is not None:
            self._world.sockets.spawn(self.deliver(self.last))
        return self.last is not None

    async def deliver(self, payload: Json) -> bool:
        """Send until acked, at most four times. False when it never was."""
        world = self._world
        first, generation = world.now(), world.generation
        for attempt in range(len(RETRY_AFTER) + 1):
            reason = "timeout" if attempt else ""
            if attempt:
                await world.clock.sleep_until(first + RETRY_AFTER[attempt - 1])
            if world.generation != generation:
                return False
            ack = await world.sockets.ask("events_api", payload, accepts_payload=False, attempt=attempt, reason=reason)
            if ack is not None:
                return True
        return False

    def wrap(self, event: Json) -> Json:
        """The event_callback around an event."""
        world = self._world
        bot: Json = {"enterprise_id": None, "team_id": world.team.id, "user_id": world.app.bot_user}
        bot |= {"is_bot": True, "is_enterprise_install": False}
        context = json.dumps({"et": event["type"], "tid": world.team.id, "aid": world.app.id})
        return {
            "token": "sandbox-verification-token",
            "team_id": world.team.id,
            "context_team_id": world.team.id,
            "context_enterprise_id": None,
            "api_app_id": world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": world.new_id("Ev"),
            "event_time": world.epoch(),
            "authorizations": [bot],
            "is_ext_shared_channel": False,
            "event_context": "4-" + base64.b64encode(context.encode()).decode().rstrip("="),
        }
