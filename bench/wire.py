"""A minimal Slack on loopback: it answers every call at once, or after a given time, and remembers when each came.

Only what the bot needs to run is here. The sandbox stands in for Slack's rules; this stands in for its wire.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs

from aiohttp import WSMsgType, web

HOST = "127.0.0.1"
TEAM = "T0BENCH"
BOT_USER = "U0TOCSIN"


@dataclass(slots=True)
class Call:
    """One call: when it came, and when it was answered (0 until then); seconds of `perf_counter`."""

    method: str
    arguments: dict[str, Any]
    came: float
    answered: float = 0.0


@dataclass
class Wire:
    """`latency` seconds pass before each answer. `people` are Slack ids."""

    people: tuple[str, ...] = ()
    latency: float = 0.0
    calls: list[Call] = field(default_factory=list)
    connected: list[float] = field(default_factory=list)
    port: int = 0
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _acks: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_get("/link", self._linked)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for socket in self._sockets:
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/api/"

    def since(self, moment: float, method: str, wanted: Callable[[Call], bool] = lambda _: True) -> list[Call]:
        """Calls of a method that came since then, in the order in which they came."""
        return [one for one in self.calls if one.came >= moment and one.method == method and wanted(one)]

    async def settle(self, seconds: float = 0.12) -> None:
        """Returns when no call came or was open for that long."""
        while True:
            busy = [one for one in self.calls[-50:] if not one.answered]
            quiet_for = perf_counter() - max((one.answered for one in self.calls[-50:]), default=0.0)
            if not busy and quiet_for > seconds + self.latency:
                return
            await asyncio.sleep(0.01)

    async def send(self, kind: str, payload: dict[str, Any]) -> tuple[float, float]:
        """Sends an envelope; answers when it went and when its ack came."""
        envelope = f"envelope-{next(self._numbers)}"
        self._acks[envelope] = asyncio.get_running_loop().create_future()
        body = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        live = [socket for socket in self._sockets if not socket.closed]
        went = perf_counter()
        await live[next(self._numbers) % len(live)].send_str(json.dumps(body))
        return went, await asyncio.wait_for(self._acks[envelope], 10)

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        call = Call(method, await _arguments(request), perf_counter())
        self.calls.append(call)
        if self.latency:
            await asyncio.sleep(self.latency)
        answer = {"ok": True, **self._answer(call)}
        call.answered = perf_counter()
        return web.json_response(answer)

    def _answer(self, call: Call) -> dict[str, Any]:
        given, number = call.arguments, next(self._numbers)
        channel = str(given.get("channel", ""))
        match call.method:
            case "auth.test":
                return {"user_id": BOT_USER, "bot_id": "B0TOCSIN", "team_id": TEAM, "team": "Bench", "url": "https://x"}
            case "apps.connections.open":
                return {"url": f"ws://{HOST}:{self.port}/link"}
            case "users.list":
                return {"members": [_user(slack_id) for slack_id in self.people]}
            case "users.info":
                return {"user": _user(str(given.get("user")))}
            case "conversations.open":
                return {"channel": {"id": "D" + str(given.get("users"))[1:]}}
            case "conversations.create":
                return {"channel": {"id": f"C0ROOM{number}", "name": given.get("name"), "creator": BOT_USER}}
            case "conversations.info":
                return {"channel": {"id": channel, "name": "room", "creator": BOT_USER, "created": 1}}
            case "conversations.list" | "users.conversations":
                names = ("incidents", "incidents-low", "p1-incidents")
                return {"channels": [{"id": f"C0NAMED{n}", "name": name} for n, name in enumerate(names)]}
            case "chat.postMessage" | "chat.update":
                return {"channel": channel, "ts": given.get("ts") or f"{1_700_000_000 + number}.000100"}
            case "bookmarks.list":
                return {"bookmarks": []}
            case _:
                return {}

    async def _linked(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0BENCH"}, "debug_info": {}}
        await socket.send_str(json.dumps(hello))
        self.connected.append(perf_counter())
        self._sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acked(json.loads(message.data))
        self._sockets.remove(socket)
        return socket

    def _acked(self, body: dict[str, Any]) -> None:
        waiting = self._acks.pop(str(body.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(perf_counter())


async def _arguments(request: web.Request) -> dict[str, Any]:
    """slack_sdk sends some by the query, some as a form and some as JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given.update(await request.json())
        return given
    return given | {name: values[0] for name, values in parse_qs(await request.text()).items()}


def _user(slack_id: str) -> dict[str, Any]:
    return {"id": slack_id, "team_id": TEAM, "name": slack_id.lower(), "profile": {"real_name": slack_id.title()}}
