"""The dead man's switch is asked by one GET; what it does not take is told without the address, which is a secret."""

from __future__ import annotations

import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from clients.heartbeat import Switch


async def pinged(status: int) -> tuple[str, list[str]]:
    """What is told of an answer, and what was asked."""
    asked: list[str] = []

    async def check(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {request.path} {await request.text()}".strip())
        return web.Response(status=status, headers={"Location": "http://169.254.169.254/"})

    app = web.Application()
    app.router.add_route("*", "/canary", check)
    async with TestServer(app, host="127.0.0.1") as server:
        switch = Switch(str(server.make_url("/canary")), allow_private=True)
        said = await switch.ping()
        await switch.close()
    return said, asked


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, ""), (204, ""), (302, "it answered 302"), (404, "it answered 404"), (500, "it answered 500")],
)
async def test_every_answer_means_one_thing_and_no_redirect_is_followed(status: int, said: str) -> None:
    assert await pinged(status) == (said, ["GET /canary"])


async def test_a_private_host_is_refused_unless_it_is_allowed() -> None:
    switch = Switch("http://127.0.0.1:9/canary")
    assert await switch.ping() == "127.0.0.1 is not a public address"
    await switch.close()


async def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    switch = Switch(f"http://127.0.0.1:{port}/canary", allow_private=True)
    assert await switch.ping() == "no connection (ClientConnectorError)"
    await switch.close()
