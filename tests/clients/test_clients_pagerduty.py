"""PagerDuty's Events API: every answer means one thing, and no event can harm by being sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pagerduty_double import ROUTING_KEY, Service, pagerduty

from bot.domain.delivery import Later, Never, Outcome, Sent
from clients import http
from clients.pagerduty import PagerDuty

TRIGGER: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "tocsin/INC-1/1",
    "payload": {"summary": "x", "source": "payments", "severity": "critical"},
}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with pagerduty() as found:
        yield found


async def send(service: Service, event: dict[str, Any] = TRIGGER, key: str = ROUTING_KEY) -> Outcome:
    client = PagerDuty(key, service.url)
    try:
        return await client.send(event)
    finally:
        await client.close()


async def test_an_event_is_taken_and_known_by_our_key(service: Service) -> None:
    for _ in range(2):
        assert await send(service) == Sent({"dedup_key": "tocsin/INC-1/1"})
    assert (service.incidents, service.triggers) == ({"tocsin/INC-1/1": "triggered"}, {"tocsin/INC-1/1": 2})


async def test_a_wrong_routing_key_is_said_in_pagerduty_s_words(service: Service) -> None:
    assert await send(service, key="x" * 32) == Never("PagerDuty answered 400: 'routing_key' is invalid")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (web.Response(status=429, headers={"Retry-After": "7"}), Later(timedelta(seconds=7), "PagerDuty answered 429")),
        (web.Response(status=429), Later(timedelta(seconds=30), "PagerDuty answered 429")),
        (web.Response(status=500, text="<html>"), Later(reason="PagerDuty answered 500")),
        (web.Response(status=503, text='["x"]'), Later(reason="PagerDuty answered 503")),
        (web.Response(status=200, text="not PagerDuty"), Later(reason="PagerDuty answered 200")),
        (web.Response(status=403, text='{"message": "no"}'), Never("PagerDuty answered 403: no")),
        (web.Response(status=302, headers={"Location": "/x"}), Never("PagerDuty answered 302")),
        (web.Response(status=400, text='{"errors": ["' + "x" * 900 + '"]}'),
         Never("PagerDuty answered 400: " + "x" * 200)),
    ],
)  # fmt: skip
async def test_every_answer_means_one_thing(service: Service, answer: web.Response, outcome: Outcome) -> None:
    service.answers.append(answer)
    assert await send(service) == outcome


async def test_what_may_have_happened_is_simply_sent_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    async def slow(_: Service, request: web.Request) -> web.Response:
        await asyncio.sleep(2)
        return web.Response(status=202)

    monkeypatch.setattr(Service, "enqueue", slow)
    async with pagerduty() as silent:
        assert await send(silent) == Later(reason="no answer in time")


async def test_the_routing_key_is_in_no_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    service.answers.append(web.Response(status=400))
    await send(service)
    assert [record for record in caplog.records if ROUTING_KEY in str(record.__dict__)] == []
