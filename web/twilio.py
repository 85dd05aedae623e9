"""Twilio's callbacks: SMS replies and delivery receipts, let in by their signature alone.

Twilio signs the address as it called it, so PUBLIC_URL must be exactly what is configured there.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web

from bot.domain.receipts import Report
from bot.usecases import answers, receipts
from clients.twilio_outcomes import trouble_of
from web.parts import PARTS
from web.reading import Rejected, body, storable

log = logging.getLogger(__name__)

SMS_PATH = "/twilio/sms"
STATUS_PATH = "/twilio/status"
CALL_STATUS_PATH = "/twilio/call-status"

#: Nothing to say in the callback itself: the reply is a message of its own, durable and retried.
_NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


async def sms(request: web.Request) -> web.Response:
    """An SMS to our number. 200 once what it says is committed; a repeat of the same sid changes nothing."""
    form = await _signed_form(request)
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
    form = await _signed_form(request)
    return await _receipt(request, form.get("MessageSid", ""), form.get("MessageStatus", ""), form)


async def call_status(request: web.Request) -> web.Response:
    """What became of a call of ours."""
    form = await _signed_form(request)
    return await _receipt(request, form.get("CallSid", ""), form.get("CallStatus", ""), form)


async def _receipt(request: web.Request, sid: str, state: str, form: Mapping[str, str]) -> web.Response:
    if not sid or not state:
        raise Rejected(400, "bad_field", "The sid and the status are missing.")
    bot = request.app[PARTS].bot
    seconds = _whole(form.get("CallDuration", ""))
    report = Report(sid, state, trouble_of(form.get("ErrorCode", "")), form.get("AnsweredBy", ""), seconds)
    if not await receipts.keep(bot, _row_of(request), report, bot.clock.now()):
        log.info("a receipt was known, or is of no row of ours", extra={"sid": sid, "state": state})
    return web.Response(status=204)


def _row_of(request: web.Request) -> int:
    """The outbox row that the address names, as it was handed to Twilio."""
    row = _whole(request.query.get("row", ""))
    if row is None:
        raise Rejected(400, "bad_field", "The address names no row: it must end in ?row= and a number.")
    return row


def _whole(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 18 else None


async def _signed_form(request: web.Request) -> dict[str, str]:
    """The fields of a callback that Twilio signed; raises Rejected for any other."""
    from twilio.request_validator import RequestValidator  # only where Twilio is configured

    parts = request.app[PARTS]
    if not parts.twilio_auth_token or not parts.public_url:
        raise Rejected(403, "closed", "This endpoint is closed: set TWILIO_… and PUBLIC_URL to open it.")
    if request.content_type != "application/x-www-form-urlencoded":
        raise Rejected(415, "unsupported_type", "Twilio sends application/x-www-form-urlencoded.")
    await body(request)  # within its bounds; the form is read from it
    form = await request.post()
    address = f"{parts.public_url}{request.path_qs}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not RequestValidator(parts.twilio_auth_token).validate(address, form, signature):
        log.warning("a callback without Twilio's signature was refused", extra={"path": request.path})
        raise Rejected(403, "wrong_signature", "The signature is not Twilio's for this address.")
    return {name: storable(value) for name, value in form.items() if isinstance(value, str)}
