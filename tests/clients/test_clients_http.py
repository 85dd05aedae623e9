"""The guarded client: what is not public is not connected to, however it is written, and no answer can hurt."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Later, Never, Unknown
from clients import http
from clients.faults import TOO_LATE, begun_before
from clients.http import Answer, Guarded, is_public, resolves, retry_after

HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "0", "0.0.0.0",
    "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[2002:a00:1::]",
    "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[2001:db8::1]",
    "[100::1]", "[2001::1]", "[64:ff9b:1::1]", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①",
    "１２７.0.0.1", "127。0。0。1",
    "user@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1#@example.com", "127.0.0.1?@example.com",
    "127.0.0.1%00.example.com", "::1", "",
]  # fmt: skip


@pytest.fixture
async def knocked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Any]]:
    """Every connection that is tried."""
    tried: list[Any] = []

    async def no(addr_infos: Any, **_: Any) -> None:
        tried.append(list(addr_infos))
        raise OSError("no connection in this test")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", no)
    yield tried


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", HOSTS)
async def test_no_way_of_writing_a_private_address_is_connected_to(host: str, scheme: str, knocked: list[Any]) -> None:
    client = Guarded()
    outcome = await client.post(f"{scheme}://{host}/hook", b"{}", {})
    await client.close()
    assert isinstance(outcome, Never | Later)
    assert knocked == []


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "example.com", ""]
)
async def test_only_the_web_is_asked(url: str) -> None:
    client = Guarded()
    assert isinstance(await client.post(url, b"", {}), Never)
    await client.close()


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def names(monkeypatch: pytest.MonkeyPatch, **answers: list[list[str]]) -> list[str]:
    """A name server that answers each asking with the next list of addresses, and remembers who was asked for."""
    asked: list[str] = []

    async def resolve(_: object, host: str, port: int = 0, family: Any = 0) -> list[dict[str, Any]]:
        asked.append(host)
        found = answers[host.partition(".")[0]]
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [
            {"hostname": host, "host": one, "port": port, "family": socket.AF_INET6 if ":" in one else socket.AF_INET,
             "proto": 0, "flags": 0}
            for one in addresses
        ]  # fmt: skip

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    return asked


async def test_a_name_is_judged_by_where_it_leads(monkeypatch: pytest.MonkeyPatch, knocked: list[Any]) -> None:
    names(monkeypatch, inner=[["10.0.0.7"]], mapped=[["::ffff:10.0.0.7"]], scoped=[["fe80::1%2"]])
    client = Guarded()
    for name in ("inner", "mapped", "scoped"):
        outcome = await client.post(f"https://{name}.example/", b"", {})
        assert outcome == Never(f"{name}.example is not a public address")
    await client.close()
    assert knocked == []


async def test_of_several_addresses_only_the_public_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch, knocked: list[Any]
) -> None:
    names(monkeypatch, both=[["127.0.0.1", "8.8.8.8", "::1"]])
    client = Guarded()
    await client.post("http://both.example/", b"", {})
    await client.close()
    assert [info[4][0] for infos in knocked for info in infos] == ["8.8.8.8"]


async def test_a_name_that_changes_its_mind_gains_nothing(monkeypatch: pytest.MonkeyPatch, knocked: list[Any]) -> None:
    asked = names(monkeypatch, rebind=[["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    assert await resolves("http://rebind.example/") == ""
    client = Guarded()
    assert await client.post("http://rebind.example/", b"", {}) == Never("rebind.example is not a public address")
    await client.close()
    assert (knocked, len(asked)) == ([], 2)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def served(handler: Handler, *, allowed: bool = True, **headers: str) -> Any:
    """What the client makes of one server's answer, on a host that is allowed."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    client = Guarded(frozenset({"127.0.0.1"} if allowed else ()))
    try:
        return await client.post(str(server.make_url("/hook")), b'{"a": 1}', headers)
    finally:
        await client.close()
        await server.close()


async def test_a_host_that_is_allowed_by_name_is_reached_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hook(request: web.Request) -> web.Response:
        assert await request.read() == b'{"a": 1}'
        return web.Response(text=request.headers["X-Test"])

    answer = await served(hook, **{"X-Test": "yes"})
    assert (answer.status, answer.body) == (200, b"yes")
    assert await served(hook, allowed=False) == Never("127.0.0.1 is not a public address")


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    async def hook(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})

    assert ((await served(hook)).status, asked) == (302, ["/hook"])


async def test_an_endless_answer_is_cut() -> None:
    async def hook(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            try:
                await response.write(b"x" * 65536)
            except OSError:
                break
        return response

    answer = await served(hook)
    assert isinstance(answer, Answer)
    assert len(answer.body) == http.BODY_LIMIT


async def test_an_answer_that_never_comes_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    async def hook(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    assert await served(hook) == Unknown("no answer in time")


async def test_a_compressed_answer_is_never_blown_up() -> None:
    async def hook(_: web.Request) -> web.Response:
        return web.Response(body=b"\x1f\x8b not gzip", headers={"Content-Encoding": "gzip"})

    assert (await served(hook)).body == b"\x1f\x8b not gzip"


async def test_cookies_are_forgotten_and_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    async def hook(request: web.Request) -> web.Response:
        response = web.Response(text=request.headers.get("Cookie", "none"))
        response.set_cookie("session", "1")
        return response

    app = web.Application()
    app.router.add_post("/", hook)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    client = Guarded(frozenset({"127.0.0.1"}))
    answers = [await client.post(str(server.make_url("/")), b"", {}) for _ in range(2)]
    await client.close()
    await server.close()
    assert [one.body for one in answers if isinstance(one, Answer)] == [b"none", b"none"]


async def test_nothing_is_begun_once_another_may_do_it() -> None:
    client = Guarded(frozenset({"127.0.0.1"}))
    with begun_before(0.0):
        outcome = await client.post("http://127.0.0.1:9/", b"", {})
    await client.close()
    assert outcome == Later(reason=TOO_LATE)


async def test_nobody_there_is_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = Guarded(frozenset({"127.0.0.1"}))
    outcome = await client.post(f"http://127.0.0.1:{port}/", b"", {})
    await client.close()
    assert outcome == Later(reason="no connection (ClientConnectorError)")


@pytest.mark.parametrize(
    ("given", "wish"),
    [
        ("7", timedelta(seconds=7)), ("0", timedelta(0)), ("100000", timedelta(minutes=5)), ("", None), ("soon", None),
        ("-1", None), (format_datetime(datetime(2000, 1, 1, tzinfo=UTC)), timedelta(0)),
        ("9" * 400, None),
    ],
)  # fmt: skip
def test_a_wish_to_come_later_is_read_and_bounded(given: str, wish: timedelta | None) -> None:
    assert retry_after({"Retry-After": given}) == wish


async def test_the_doctor_hears_why_an_address_is_refused() -> None:
    assert await resolves("http://127.0.0.1:1/") == "127.0.0.1 is not a public address"
    assert await resolves("http://127.0.0.1:1/", frozenset({"127.0.0.1"})) == ""
