"""`/answer/<token>`: the page behind a link in a mail. A GET shows what is asked, a POST answers it.

The token is the credential: 256 bits, single use, over with its page; the database holds its hash alone. Every
unknown one is answered alike.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from datetime import datetime
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.bot import Bot
from bot.ports import DatabaseUnavailable
from bot.usecases import mail_answers
from bot.usecases.links import PATH
from bot.usecases.mail_answers import Asked
from bot.views import answer_page
from web.parts import PARTS

ROUTE: Final = PATH + "{token}"

_STYLE: Final = b64encode(hashlib.sha256(answer_page.STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def show(request: web.Request) -> web.Response:
    """What the link asks; changes nothing, for mail scanners follow links."""
    bot = _bot(request)
    try:
        asked = await mail_answers.look(bot, request.match_info["token"])
    except DatabaseUnavailable:
        return _html(answer_page.away(), 503)
    return _answer(request, asked, bot.clock.now())


async def press(request: web.Request) -> web.Response:
    """Answers the page, once. 503 where it could not be saved: the button may be pressed again."""
    bot = _bot(request)
    now = bot.clock.now()
    try:
        asked = await mail_answers.press(bot, request.match_info["token"], now)
    except DatabaseUnavailable:
        return _html(answer_page.away(_path(request)), 503)
    return _answer(request, asked, now)


def _path(request: web.Request) -> str:
    return PATH + quote(request.match_info["token"], safe="")


def _bot(request: web.Request) -> Bot:
    return request.app[PARTS].bot


def _answer(request: web.Request, asked: Asked | None, now: datetime) -> web.Response:
    if asked is None:
        return _html(answer_page.unknown(), 403)
    if asked.waits and asked.refused is None:
        other = f"{PATH}{asked.other}" if asked.other else ""
        return _html(
            answer_page.question(asked.verb.value, asked.picture, asked.person, _path(request), other, now), 200
        )
    return _html(answer_page.result(asked.picture, asked.person, asked.answer, asked.refused, now), 200)


def _html(page: str, status: int) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY}
    return web.Response(text=page, status=status, content_type="text/html", charset="utf-8", headers=headers)
