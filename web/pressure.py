"""Back-pressure: while more is posted than can be taken, alerts and declarations are refused before any work.

A refusal is a 503 with Retry-After; nothing of the request was read. Pages, answers to them, receipts and Slack's
events are never refused: what they wait for is what waits here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.ports import Overloaded

#: Requests under way at once, each with a body of a megabyte at most and one write that waits for its turn. Measured on
#: two cores with SQLite in full: 128 of them wait for 0.7 s (200 declarations a second, 380 alerts), 256 for 1.4 s.
MOST = 128

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

UNDER_WAY: web.AppKey[list[int]] = web.AppKey("under_way", list)


def bounded(handler: Handler) -> Handler:
    """The handler, for as many requests as can be taken; the bound is shared by all that are bounded."""

    async def receive(request: web.Request) -> web.StreamResponse:
        under_way = request.app[UNDER_WAY]
        if under_way[0] >= MOST:
            raise Overloaded
        under_way[0] += 1
        try:
            return await handler(request)
        finally:
            under_way[0] -= 1

    return receive
