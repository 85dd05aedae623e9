"""The sandbox's Slack on a free port, with slack_sdk's own clients to drive it and to live in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import webapi
from sandbox.manifest import Manifest, parse
from sandbox.seed import BOT_TOKEN, new_world
from sandbox.world import World

FULL = """
display_information: {name: Tocsin}
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false}
  bot_user: {display_name: tocsin}
  shortcuts:
    - {name: Declare, type: global, callback_id: declare, description: a}
    - {name: Add, type: message, callback_id: add, description: b}
  slash_commands:
    - {command: /incident, description: c, usage_hint: declare, should_escape: true}
    - {command: /raw, description: d}
oauth_config:
  scopes:
    bot: [app_mentions:read, bookmarks:read, bookmarks:write, canvases:write, channels:history, channels:join,
      channels:manage, channels:read, chat:write, commands, dnd:read, emoji:read, files:read, files:write,
      groups:history, groups:read, groups:write, im:history, im:read, im:write, mpim:history, mpim:read, mpim:write,
      pins:read, pins:write, reactions:read, reactions:write, team:read, usergroups:read, usergroups:write,
      users:read, users:read.email]
settings:
  event_subscriptions:
    bot_events: [app_home_opened, app_mention, channel_archive, channel_created, channel_rename, file_shared,
      group_archive, group_left, channel_left, member_joined_channel, member_left_channel, message.channels,
      message.groups, message.im, pin_added, pin_removed, reaction_added, reaction_removed, subteam_updated,
      user_change]
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
"""

EVERYTHING = parse(FULL)


class Town:
    """One workspace that serves, with the app's Web API client."""

    def __init__(self, world: World, http: aiohttp.ClientSession) -> None:
        self.world, self.http = world, http
        self.slack = self.client(BOT_TOKEN)

    @property
    def api(self) -> str:
        return f"{self.world.base_url}/api/"

    def client(self, token: str) -> AsyncWebClient:
        return AsyncWebClient(token, base_url=self.api, session=self.http, retry_handlers=[])

    async def refused(self, call: Any) -> str:
        """The error code with which Slack refuses."""
        try:
            answer = await call
        except SlackApiError as error:
            return str(error.response["error"])
        raise AssertionError(f"Slack took it: {answer}")

    async def answer(self, call: Any) -> Any:
        """The whole answer of a refusal."""
        try:
            await call
        except SlackApiError as error:
            return error.response
        raise AssertionError("Slack took it.")

    async def room(self, name: str = "room", *, is_private: bool = False) -> str:
        made = await self.slack.conversations_create(name=name, is_private=is_private)
        return str(made["channel"]["id"])


@asynccontextmanager
async def a_town(manifest: Manifest = EVERYTHING) -> AsyncIterator[Town]:
    world = new_world(manifest=manifest)
    app = web.Application()
    app.add_routes(webapi.routes(world))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            yield Town(world, http)
    finally:
        world.clock.close()
        await world.sockets.close()
        await runner.cleanup()


async def until(wanted: Callable[[], Any], seconds: float = 5.0) -> Any:
    """The first true value of `wanted`; AssertionError when none comes in time."""
    for _ in range(int(seconds / 0.01)):
        if found := wanted():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("It never came.")
