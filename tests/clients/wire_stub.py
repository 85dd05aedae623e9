"""A server that answers each path as it is told to, remembers what it was asked, and can break its connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Stub:
    """`answers` maps the last part of the path; a list is used up one by one, its last entry for ever."""

    url: str = ""
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # what was asked, with names given several times

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]

    def of(self, name: str) -> list[dict[str, str]]:
        return [form for asked, form in self.asked if asked == name]

    def every(self, name: str, given: str) -> list[str]:
        """All values of one field, of all requests."""
        return [value for asked, key, value in self.fields if (asked, key) == (name, given)]

    async def take(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rsplit("/", 1)[-1]
        posted = await request.post()
        form = {key: str(value) for key, value in posted.items()}
        self.fields += [(name, key, str(value)) for key, value in posted.items()]
        if request.content_type == "application/json":
            form = {"json": await request.text()}
        self.asked.append((name, {**request.query, **form}))
        found = self.answers.get(name, says({"ok": True}))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return await found(request)


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    """Answers JSON."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def raw(text: str, content_type: str = "text/html", status: int = 200) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type, status=status)

    return answer


def resets() -> Answer:
    """Takes the request and drops the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.abort()
        return web.Response()

    return answer


def hangs() -> Answer:
    """Takes the request and says nothing; the end of the server ends it."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    return answer


def half() -> Answer:
    """Begins an answer and drops the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"ok":')
        assert isinstance(request.transport, asyncio.Transport)
        with contextlib.suppress(ConnectionError):
            request.transport.abort()
        return response

    return answer


@asynccontextmanager
async def a_stub() -> AsyncIterator[Stub]:
    stub = Stub()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", stub.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


def dead_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
