"""What the control API shows of the workspace: state, messages and views, as JSON."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox import wire
from sandbox.conduct import Refused, may_see
from sandbox.control.boundary import Refusal
from sandbox.control.upkeep import socket_list, switches
from sandbox.model import Channel, Message, User, View
from sandbox.parts import Parts
from sandbox.world import World

Json = dict[str, Any]

USER_FIELDS = (
    *("id", "name", "real_name", "display_name", "email", "phone", "title", "tz", "status_text", "status_emoji"),
    *("is_admin", "is_owner", "is_restricted", "is_ultra_restricted", "is_bot", "deleted"),
)


class Picture:
    """Handlers that only look."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/control/state", self.state),
            web.get("/control/messages", self.messages),
            web.get("/control/views", self.views),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        """Everything but messages, views, phones and mail."""
        return web.json_response(workspace(self._world) | self._around())

    async def messages(self, request: web.Request) -> web.Response:
        """A channel's messages, or a thread's; as one person sees them when `user` is given."""
        user = request.query.get("user", "")
        channel = self._channel(request.query.get("channel", ""), user)
        found = [*channel.messages.values(), *channel.ephemerals.values()]
        found = [m for m in found if not m.ephemeral_to or user in ("", m.ephemeral_to)]
        if thread := request.query.get("thread_ts"):
            found = [m for m in found if thread in (m.ts, m.thread_ts)]
        found.sort(key=lambda m: m.ts)
        return web.json_response({"messages": [_message(self._world, m) for m in found]})

    async def views(self, request: web.Request) -> web.Response:
        """A person's open modals and home view."""
        world, user = self._world, request.query.get("user", "")
        if user not in world.users:
            raise Refusal("user_not_found", f"There is no person {user[:40]!r}.", 404)
        stack = [world.views[i] for i in world.stacks.get(user, []) if i in world.views]
        home = world.homes.get(user)
        shown = {"stack": [_view(world, view) for view in stack]}
        return web.json_response(shown | {"home": _view(world, home) if home else None})

    def _channel(self, channel: str, user: str) -> Channel:
        try:
            found = may_see(self._world, user, channel) if user else self._world.channel(channel)
        except Refused as refused:
            raise Refusal(refused.code, refused.message, 404) from refused
        if found is None:
            raise Refusal("channel_not_found", f"There is no channel {channel[:40]!r}.", 404)
        return found

    def _around(self) -> Json:
        parts = self._parts
        clock = {"offset_seconds": parts.clock.offset_seconds, "version": parts.clock.version}
        return {
            "switches": switches(parts),
            "sockets": socket_list(parts),
            "clock": clock | {"now": parts.clock.now().isoformat()},
            "process": parts.options.process.state() if parts.options.process else None,
            "log": {"last": parts.journal.last},
        }


def workspace(world: World) -> Json:
    """Team, people, channels and what the manifest offers."""
    manifest = world.manifest
    return {
        "team": vars(world.team),
        "bot": {"user_id": world.app.bot_user, "app_id": world.app.id, "name": world.app.name},
        "app_home": {
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab,
            "messages_tab_read_only": manifest.messages_tab_read_only,
        },
        "users": [_user(user) for user in world.users.values()],
        "channels": [_channel(channel) for channel in world.channels.values()],
        "usergroups": [
            {"id": g.id, "handle": g.handle, "name": g.name, "users": g.users, "disabled": bool(g.deleted_at)}
            for g in world.usergroups.values()
        ],
        "commands": [
            {"command": c.name, "description": c.description, "usage_hint": c.usage_hint} for c in manifest.commands
        ],
        "shortcuts": [vars(shortcut) for shortcut in manifest.shortcuts],
        "emoji": world.emoji,
    }


def _user(user: User) -> Json:
    return {name: getattr(user, name) for name in USER_FIELDS}


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "is_im": channel.kind == "im",
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "creator": channel.creator,
        "created": channel.created,
        "members": list(channel.members),
        "topic": channel.topic["value"],
        "purpose": channel.purpose["value"],
        "bookmarks": [{"id": b.id, "title": b.title, "link": b.link, "emoji": b.emoji} for b in channel.bookmarks],
        "pins": [{"ts": pin.ts, "by": pin.by, "created": pin.created} for pin in channel.pins],
        "unread": {member: _unread(channel, member) for member in channel.members},
    }


def _unread(channel: Channel, member: str) -> int:
    """Messages above the last one read, one's own and replies in threads aside."""
    last, count = channel.last_read.get(member, ""), 0
    for message in reversed(channel.messages.values()):
        if message.ts <= last:
            break
        count += message.user != member and not message.is_reply
    return count


def _message(world: World, message: Message) -> Json:
    shown = wire.message(world, message, metadata=True) | {"channel": message.channel}
    return shown | {"is_ephemeral": bool(message.ephemeral_to), "ephemeral_to": message.ephemeral_to}


def _view(world: World, view: View) -> Json:
    return wire.view(world, view) | {"errors": dict(view.errors), "notice": view.notice, "user": view.user}
