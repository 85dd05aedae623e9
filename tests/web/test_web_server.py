"""The server: every answer has a reason and its headers, overload says when to come again, a GET changes nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from aiohttp.test_utils import TestClient, TestServer
from web_door import TOKENS, Door

from bot.ports import Database, DatabaseUnavailable, Tx
from web import server
from web.parts import Parts

T = TypeVar("T")


class Broken:
    """A database that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        raise self.error

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        raise self.error


async def over(door: Door, db: Database, method: str, path: str, **sent: Any) -> tuple[int, dict[str, str], Any]:
    """Status, headers and answer of a request while the database is this one."""
    app = server.build(Parts(replace(door.night.bot, db=db), TOKENS))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        answer = await client.request(method, path, headers={"X-Tocsin-Token": TOKENS["incidents"]}, **sent)
        return answer.status, dict(answer.headers), await answer.json()


@pytest.mark.parametrize(
    ("unknown", "sentence"), [(False, "Nothing was saved."), (True, "It is not known whether this was saved.")]
)
async def test_a_database_that_cannot_be_used_asks_to_come_again(door: Door, unknown: bool, sentence: str) -> None:
    broken = Broken(DatabaseUnavailable("The database is locked by another program.", unknown=unknown))
    status, headers, answer = await over(door, broken, "POST", "/webhooks/incidents", json={"title": "x"})
    assert (status, headers["Retry-After"], answer["error"]) == (503, "5", "unavailable")
    assert answer["message"] == f"The database cannot be used now. {sentence} Send it again."


async def test_a_bug_gives_a_reference_that_the_log_has(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    broken = Broken(ZeroDivisionError("secret detail"))
    status, _, answer = await over(door, broken, "POST", "/webhooks/incidents", json={"title": "x"})
    logged = next(record.getMessage() for record in caplog.records if record.exc_info)
    assert (status, answer["error"]) == (500, "bug")
    assert answer["message"] == f"Something is wrong with the bot. Its log tells more under {logged.split()[1]}."


async def test_a_closed_source_says_which_setting_opens_it(door: Door) -> None:
    app = server.build(Parts(door.night.bot))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        answer = await client.post("/webhooks/alertmanager", json={})
        assert (answer.status, (await answer.json())["message"]) == (
            403,
            "This endpoint is closed: set WEBHOOK_TOKEN_ALERTMANAGER to open it.",
        )


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("POST", "/webhooks/nothing", 404, "not_found"),
        ("GET", "/webhooks/incidents", 405, "wrong_method"),
        ("PUT", "/webhooks/incidents", 405, "wrong_method"),
        ("POST", "/healthz", 405, "wrong_method"),
    ],
)
async def test_a_wrong_address_or_method_gets_a_reason(
    door: Door, method: str, path: str, status: int, code: str
) -> None:
    answer = await door.client.request(method, path)
    assert (answer.status, (await answer.json())["error"]) == (status, code)


async def test_no_get_changes_anything_and_no_post_goes_without_its_credential(door: Door) -> None:
    await door.night.declare()
    before = await door.night.events()
    for method, template, _ in server.ROUTES:
        path = template.replace("{token}", "unknown")
        if method == "POST":
            answer = await door.client.post(path, data="x", headers={"Content-Type": "text/plain"})
            assert answer.status in (401, 403, 415)
        for safe in ("GET", "HEAD", "OPTIONS"):
            await door.client.request(safe, path)
    assert await door.night.events() == before


async def test_every_answer_carries_its_headers_and_names_no_library(door: Door) -> None:
    for path in ("/healthz", "/nowhere", "/metrics"):
        headers = (await door.client.get(path)).headers
        assert headers["Server"] == "tocsin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Cache-Control"] == "no-store"
