"""Pages to systems: the webhook's receiver knows a repeat by its key, and PagerDuty opens one incident for all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from live_slack import ALICE, BOB, Live, in_doubt, job, live, now, page, picture
from pagerduty_double import ROUTING_KEY, pagerduty

from bot.domain.delivery import Effect, Sent
from bot.domain.mirror import dedup_key
from bot.domain.picture import Job
from clients.pagerduty import PagerDuty
from clients.webhook import Webhook
from notify.registry import Clients, configured, handlers


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        yield found


def a_page(effect: Effect) -> Job:
    return job(effect, person=ALICE, page=page())


async def test_a_page_by_webhook_bears_one_key_on_every_try_and_says_that_it_may_be_a_repeat(there: Live) -> None:
    got: list[tuple[str, dict[str, object]]] = []

    async def hook(request: web.Request) -> web.Response:
        got.append((request.headers["Idempotency-Key"], json.loads(await request.read())))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hook)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    client = Webhook(str(server.make_url("/")), "a-secret-of-ours", allow_private=True)
    clients = Clients(there.slack, webhook=client)
    notifier, given = handlers(clients)[Effect.PAGE_WEBHOOK], a_page(Effect.PAGE_WEBHOOK)
    assert [await notifier(given, now()), await notifier(in_doubt(given), now())] == [Sent({"status": 200})] * 2
    await client.close()
    await server.close()
    assert [(key, body["key"], body["repeat"]) for key, body in got] == [
        ("key/page.webhook", "key/page.webhook", False),
        ("key/page.webhook", "key/page.webhook", True),
    ]
    assert configured(clients) == {"slack", "webhook"}


async def test_pages_of_several_people_are_one_incident_in_pagerduty(there: Live) -> None:
    shown = picture()
    async with pagerduty() as service:
        client = PagerDuty(ROUTING_KEY, service.url)
        notifier = handlers(Clients(there.slack, pagerduty=client))[Effect.PAGE_PAGERDUTY]
        for person in (ALICE, BOB):
            given = job(Effect.PAGE_PAGERDUTY, shown, person=person, page=page(person))
            assert isinstance(await notifier(given, now()), Sent)
        await client.close()
    assert service.incidents == {dedup_key(shown.incident): "triggered"}
