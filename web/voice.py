"""Keys pressed during a page by phone call, and calls to our number; answered in words, as TwiML."""

from __future__ import annotations

import logging

from aiohttp import web

from bot.ports import DatabaseUnavailable
from bot.usecases import calls
from bot.usecases.calls import Pressed
from bot.views import speech, texts
from clients.twilio_voice import asks, says
from web.parts import PARTS
from web.reading import Rejected
from web.signed import row_of, signed_form

log = logging.getLogger(__name__)

VOICE_PATH = "/twilio/voice"


async def key(request: web.Request) -> web.Response:
    """A key of a call that the address names by its row. The same key of the same call is done once."""
    form = await signed_form(request)
    if "row" not in request.query:
        return _spoken(says(speech.CALLED))
    sid, digits = form.get("CallSid", ""), form.get("Digits", "")
    if not sid or not digits:
        raise Rejected(400, "bad_field", "CallSid and Digits are missing.")
    bot, row = request.app[PARTS].bot, row_of(request)
    now = bot.clock.now()
    try:
        pressed = await calls.press(bot, row, sid, digits, now)
    except DatabaseUnavailable as problem:
        log.warning("a key was not saved: %s", problem, extra={"sid": sid})
        return _spoken(asks(speech.NOT_SAVED, speech.KEYS, speech.NO_KEY, _address(request)))
    if pressed is None:
        log.info("a key for a row that is no call of ours", extra={"sid": sid, "row": row})
        return _spoken(says(speech.over("it is not known here")))
    return _spoken(_answer(request, pressed, digits))


def _answer(request: web.Request, pressed: Pressed, digits: str) -> str:
    now = request.app[PARTS].bot.clock.now()
    if pressed.page is not None:
        other = f"{speech.other_key(digits)} " if digits != calls.REPEAT else ""
        keys = speech.keys(pressed.page)
        return asks(f"{other}{speech.page(pressed.page, now)}", keys, speech.NO_KEY, _address(request))
    if pressed.reply is None:
        return says(speech.over(pressed.over or "it was answered"))
    return says(speech.spoken(texts.reply(pressed.reply.message, pressed.reply.data, now)))


def _address(request: web.Request) -> str:
    """This address, as Twilio knows it."""
    return f"{request.app[PARTS].public_url}{request.path_qs}"


def _spoken(twiml: str) -> web.Response:
    return web.Response(text=twiml, content_type="text/xml")
