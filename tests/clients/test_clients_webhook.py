"""The outgoing webhook: signed so that a receiver can check it, and every answer means one thing."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Later, Never, Outcome, Sent, Unknown
from clients import http
from clients.webhook import Webhook

SECRET = "canary-webhook-secret"
NOON = 1_795_000_000.9


@dataclass
class Receiver:
    """A system that gets pages; `answer` is what it says next."""

    url: str = ""
    answer: Callable[[], Awaitable[web.StreamResponse]] | None = None
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def hook(self, request: web.Request) -> web.StreamResponse:
        self.got.append((dict(request.headers), await request.read()))
        return await self.answer() if self.answer else web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = web.Application()
    app.router.add_post("/hook", found.hook)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    found.url = str(server.make_url("/hook"))
    yield found
    await server.close()


async def send(url: str, *, allow_private: bool = True) -> Outcome:
    client = Webhook(url, SECRET, allow_private=allow_private, clock=lambda: NOON)
    try:
        return await client.send("page/1/slack", "page", {"a": "ä"})
    finally:
        await client.close()


async def test_a_receiver_can_check_who_sent_it_and_know_a_repeat(receiver: Receiver) -> None:
    assert [await send(receiver.url), await send(receiver.url)] == [Sent({"status": 204})] * 2
    (first, body), (second, _) = receiver.got
    signed = first["X-Tocsin-Timestamp"].encode() + b"." + body
    assert first["X-Tocsin-Signature"] == f"v1={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}"
    assert (first["X-Tocsin-Timestamp"], json.loads(body)) == ("1795000000", {"a": "ä"})
    assert (first["Idempotency-Key"], second["Idempotency-Key"]) == ("page/1/slack", "page/1/slack")
    assert (first["X-Tocsin-Event"], first["Content-Type"], first["User-Agent"]) == (
        "page",
        "application/json",
        "tocsin",
    )


def says(status: int, **headers: str) -> Callable[[], Awaitable[web.StreamResponse]]:
    async def answer() -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return answer


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, {}, Sent({"status": 200})),
        (202, {}, Sent({"status": 202})),
        (302, {"Location": "/elsewhere"}, Never("the webhook answered 302, a redirect, which is not followed")),
        (400, {}, Never("the webhook answered 400")),
        (401, {}, Never("the webhook answered 401")),
        (404, {}, Never("the webhook answered 404")),
        (410, {}, Never("the webhook answered 410")),
        (408, {}, Later(reason="the webhook answered 408")),
        (429, {"Retry-After": "9"}, Later(timedelta(seconds=9), "the webhook answered 429")),
        (429, {}, Later(reason="the webhook answered 429")),
        (500, {}, Unknown("the webhook answered 500")),
        (502, {}, Unknown("the webhook answered 502")),
        (503, {"Retry-After": "1"}, Later(timedelta(seconds=1), "the webhook answered 503")),
        (504, {}, Unknown("the webhook answered 504")),
    ],
)
async def test_every_answer_means_one_thing(
    receiver: Receiver, status: int, headers: dict[str, str], outcome: Outcome
) -> None:
    receiver.answer = says(status, **headers)
    assert await send(receiver.url) == outcome


async def test_silence_leaves_a_doubt(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    async def never() -> web.StreamResponse:
        await asyncio.sleep(2)
        return web.Response()

    receiver.answer = never
    assert await send(receiver.url) == Unknown("no answer in time")


async def test_a_private_host_is_refused_unless_it_is_allowed(receiver: Receiver) -> None:
    assert await send(receiver.url, allow_private=False) == Never("127.0.0.1 is not a public address")
    assert receiver.got == []


async def test_neither_secret_nor_address_is_in_a_log(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    receiver.answer = says(401)
    url = receiver.url.replace("http://", "http://user:canary-password@")
    await send(url + "?token=canary-token")
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]  # the receiver's own log
    assert [record for record in ours if "canary" in str(record.__dict__)] == []


async def test_a_name_and_password_in_the_address_are_sent_as_such(receiver: Receiver) -> None:
    await send(receiver.url.replace("http://", "http://user:pass@"))
    assert receiver.got[0][0]["Authorization"] == "Basic dXNlcjpwYXNz"
