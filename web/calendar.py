"""`GET /calendar/<token>.ics`: shifts for a calendar that subscribes.

The token is the credential: 256 bits, revocable; the database holds its hash alone. Every unknown one is answered
alike.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.usecases import feeds
from bot.views import calendar
from web.parts import PARTS
from web.reading import Rejected

ROUTE: Final = feeds.PATH + "{token}.ics"


async def show(request: web.Request) -> web.Response:
    """The calendar as it stands; changes nothing."""
    bot = request.app[PARTS].bot
    now = bot.clock.now()
    shown = await feeds.read(bot, request.match_info["token"], now)
    if shown is None:
        raise Rejected(404, "not_found", "No calendar is here. Its link may have been revoked: ask for a new one.")
    return web.Response(text=calendar.document(shown, now), content_type="text/calendar", charset="utf-8")
