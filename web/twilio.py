"""Twilio's callbacks about messages and calls: SMS replies and receipts. `voice` hears the keys."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web

from bot.domain.receipts import Report
from bot.usecases import answers, receipts
from clients.twilio_outcomes import trouble_of
from web.parts import PARTS
from web.reading import Rejected
from web.signed import row_of, signed_form, whole

log = logging.getLogger(__name__)

SMS_PATH = "/twilio/sms"
STATUS_PATH = "/twilio/status"
CALL_STATUS_PATH = "/twilio/call-status"

#: Nothing to say in the callback itself: the reply is a message of its own, durable and retried.
_NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def sms(request: web.Request) -> web.Response:
    """An SMS to our number. 200 once what it says is committed; a repeat of the same sid changes nothing."""
    form = await signed_form(request)
    sender, sid = form.get("From", ""), form.get("MessageSid", "")
    if not sender or not sid:
        raise Rejected(400, "bad_field", "From and MessageSid are missing.")
    bot = request.app[PARTS].bot
    reply = await answers.sms(bot, sender, form.get("Body", ""), sid, bot.clock.now())
    if reply is None:
        log.info("an SMS of a stranger, or a repeat, was not answered", extra={"sid": sid})
    return web.Response(text=_NO_REPLY, content_type="text/xml")


async def status(request: web.Request) -> web.Response:
    """What became of an SMS of ours. Late, doubled and shuffled callbacks are harmless."""
    form = await signed_form(request)
    return await _receipt(request, form.get("MessageSid", ""), form.get("MessageStatus", ""), form)


async def call_status(request: web.Request) -> web.Response:
    """What became of a call of ours."""
    form = await signed_form(request)
    return await _receipt(request, form.get("CallSid", ""), form.get("CallStatus", ""), form)


async def _receipt(request: web.Request, sid: str, state: str, form: Mapping[str, str]) -> web.Response:
    if not sid or not state:
        raise Rejected(400, "bad_field", "The sid and the status are missing.")
    bot = request.app[PARTS].bot
    seconds = whole(form.get("CallDuration", ""))
    report = Report(sid, state, trouble_of(form.get("ErrorCode", "")), form.get("AnsweredBy", ""), seconds)
    if not await receipts.keep(bot, row_of(request), report, bot.clock.now()):
        log.info("a receipt was known, or is of no row of ours", extra={"sid": sid, "state": state})
    return web.Response(status=204)
