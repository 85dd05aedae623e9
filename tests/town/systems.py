"""Systems beside people: PagerDuty, and a receiver of the outgoing webhook; both on real sockets in a thread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from pagerduty_double import ROUTING_KEY, SECRET, Service, pagerduty

HOOK_SECRET = "hook-secret-of-a-test"


@dataclass
class Systems:
    """What they were told. `settings` lead the bot to them."""

    service: Service
    hook_url: str
    pages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "PAGERDUTY_ROUTING_KEY": ROUTING_KEY,
            "PAGERDUTY_EVENTS_URL": self.service.url,
            "PAGERDUTY_WEBHOOK_SECRET": SECRET,
            "PAGE_WEBHOOK_URL": self.hook_url,
            "PAGE_WEBHOOK_SECRET": HOOK_SECRET,
            "PAGE_WEBHOOK_ALLOW_PRIVATE": "true",
        }

    def told(self) -> list[str]:
        """What PagerDuty was told, in order."""
        return [str(event["event_action"]) for event in self.service.events]

    def incident(self) -> tuple[str, str]:
        """The dedup key and state of the only incident in PagerDuty."""
        [found] = self.service.incidents.items()
        return found

    def paged(self) -> list[dict[str, Any]]:
        """The pages that the webhook's receiver got."""
        return [json.loads(body) for _, body in self.pages]


@contextmanager
def systems() -> Iterator[Systems]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="systems")
    thread.start()
    stack = AsyncExitStack()
    try:
        yield asyncio.run_coroutine_threadsafe(_serve(stack), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(stack: AsyncExitStack) -> Systems:
    found = Systems(await stack.enter_async_context(pagerduty()), "")

    async def hook(request: web.Request) -> web.Response:
        found.pages.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", hook)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    stack.push_async_callback(server.close)
    found.hook_url = str(server.make_url("/hook"))
    return found
