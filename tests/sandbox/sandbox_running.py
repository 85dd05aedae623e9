"""A sandbox that serves on free ports, an HTTP client of its control API, and a stand-in for the bot's addresses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from sandbox.manifest import Manifest
from sandbox.parts import BotProcess, Options, Parts
from sandbox.seed import new_world
from sandbox.server import Running

ALICE, BOB = "+15550100001", "+15550100002"
BOT = "+15550100000"
MANIFEST = Manifest(name="tocsin", socket_mode=True, interactivity=True)


@dataclass
class Bot:
    """What the sandbox sent to the bot's addresses; `answer` makes the TwiML."""

    url: str = ""
    requests: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    answer: Callable[[str, dict[str, str]], str] = lambda _path, _form: "<Response/>"

    def forms(self, path: str) -> list[dict[str, str]]:
        """The forms sent to one address, in order."""
        return [form for at, form, _signature in self.requests if at == path]


@dataclass
class Sandbox:
    """One sandbox with a client of its control API."""

    running: Running
    http: aiohttp.ClientSession

    @property
    def parts(self) -> Parts:
        return self.running.parts

    @property
    def base(self) -> str:
        return self.running.world.base_url

    async def get(self, path: str, **query: Any) -> Any:
        async with self.http.get(f"{self.base}/control/{path}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        async with self.http.post(f"{self.base}/control/{path}", json=body or {}) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def delete(self, path: str) -> Any:
        async with self.http.delete(f"{self.base}/control/{path}") as answer:
            return await answer.json()

    async def phone(self, number: str) -> Any:
        found = await self.get("phones")
        return next(phone for phone in found["phones"] if phone["number"] == number)

    def twilio(self, token: str = "sandbox-twilio-token") -> Client:
        transport = Transport(self.http, self.base)
        return Client("AC00000000000000000000000000000000", token, http_client=transport)


class Transport(AsyncHttpClient):
    """Sends what the twilio library asks for to the sandbox."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        super().__init__(logging.getLogger("twilio"), True, 5)
        self._session, self._base = session, base

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        *_more: Any,
        **_named: Any,
    ) -> Response:
        sent = {**(headers or {}), "Authorization": aiohttp.encode_basic_auth(*auth)}
        to = url.replace("https://api.twilio.com", self._base)
        async with self._session.request(method, to, params=params, data=data, headers=sent) as r:
            return Response(r.status, await r.text(), r.headers)


@asynccontextmanager
async def a_sandbox(
    *, inbound_sms: str = "", inbound_voice: str = "", process: BotProcess | None = None
) -> AsyncIterator[Sandbox]:
    running = Running(new_world(manifest=MANIFEST), Options(0, inbound_sms, inbound_voice, process))
    await running.start(0)
    running.parts.phones.switches.sms_ms = running.parts.phones.switches.ring_ms = 1
    timeout = aiohttp.ClientTimeout(total=10)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as http:
            yield Sandbox(running, http)
    finally:
        await running.stop()


@asynccontextmanager
async def a_bot() -> AsyncIterator[Bot]:
    bot = Bot()

    async def take(request: web.Request) -> web.Response:
        form = {k: str(v) for k, v in (await request.post()).items()}
        bot.requests.append((request.path, form, request.headers.get("X-Twilio-Signature", "")))
        return web.Response(text=bot.answer(request.path, form), content_type="text/xml")

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bot
    finally:
        await runner.cleanup()


async def until(wanted: Callable[[], Any], seconds: float = 5.0) -> Any:
    """The first true value of `wanted`; AssertionError when none comes in time."""
    for _ in range(int(seconds / 0.01)):
        if found := wanted():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("It never came.")
