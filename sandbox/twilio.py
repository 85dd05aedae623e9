"""Twilio's REST API, as its Python library and plain HTTP clients speak it, over the sandbox's phones.

Errors have Twilio's codes: https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from sandbox.carrier import STOPPED, Carrier
from sandbox.faults import Fault, Faults, spoil
from sandbox.journal import Journal
from sandbox.phones import ENDED, Call, Phones, new_sid, number_of
from sandbox.twilio_json import (
    account_json,
    call_json,
    listing,
    matching,
    message_json,
    number_json,
)
from sandbox.twiml import BadTwiml, read
from sandbox.voice import Voice

ACCOUNT_SID = "AC00000000000000000000000000000000"
AUTH_TOKEN = "sandbox-twilio-token"  # noqa: S105 - a fixed token of a local stand-in opens nothing
SERVICE_SID = "MG00000000000000000000000000000000"
OWN_NUMBER = "+15550100000"

LONGEST_BODY = 1600
LONGEST_RING = 600
CALL_EVENTS = ("initiated", "ringing", "answered", "completed")

Form = Mapping[str, str]
Answer = tuple[int, dict[str, Any]]


class Refused(Exception):
    """Twilio says no: an HTTP status, a code of its own and a sentence."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


@dataclass
class Asked:
    """A request, read: `form` holds the body of a POST, or the query of a GET with single values."""

    request: web.Request
    form: Form
    events: tuple[str, ...] = ()


class Twilio:
    """The account with its one number. `routes` serve it; what goes wrong is ordered at `faults`."""

    def __init__(self, phones: Phones, carrier: Carrier, voice: Voice, faults: Faults, journal: Journal) -> None:
        self.phones = phones
        self.carrier = carrier
        self.voice = voice
        self.faults = faults
        self.journal = journal

    def routes(self) -> list[web.RouteDef]:
        """The addresses of the API, to be added to the sandbox's server."""
        account = "/2010-04-01/Accounts/{account}"
        table: list[tuple[str, str, str, Callable[[Asked], Answer]]] = [
            ("POST", "/Messages.json", "messages.create", self._create_message),
            ("GET", "/Messages.json", "messages.list", self._list_messages),
            ("GET", "/Messages/{sid}.json", "messages.fetch", self._fetch_message),
            ("POST", "/Calls.json", "calls.create", self._create_call),
            ("GET", "/Calls.json", "calls.list", self._list_calls),
            ("GET", "/Calls/{sid}.json", "calls.fetch", self._fetch_call),
            ("POST", "/Calls/{sid}.json", "calls.update", self._update_call),
            ("GET", "/IncomingPhoneNumbers.json", "numbers.list", self._list_numbers),
            ("POST", "/IncomingPhoneNumbers/{sid}.json", "numbers.update", self._update_number),
            ("GET", ".json", "accounts.fetch", lambda _: (200, account_json(ACCOUNT_SID, self.phones.now()))),
        ]
        found = [web.route(verb, account + path, self._served(name, act)) for verb, path, name, act in table]
        return [*found, web.route("*", "/2010-04-01/{rest:.*}", self._served("unknown", _unknown))]

    # --- every request

    def _served(
        self, name: str, act: Callable[[Asked], Answer]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            started = time.monotonic()
            asked = await _read(request)

            async def effect() -> web.StreamResponse:
                status, answer = self._answer(asked, act)
                took = (time.monotonic() - started) * 1000
                self.journal.call("twilio", name, dict(asked.form), answer, status=status, ms=took)
                return _json(status, answer)

            fault = self.faults.take("twilio", name, asked.form)
            if fault is not None:
                said = f"fault {fault.id}: {fault.kind}"
                self.journal.call("twilio", name, dict(asked.form), said, status=None)
            return await spoil(fault, request, effect, _refuse)

        return serve

    def _answer(self, asked: Asked, act: Callable[[Asked], Answer]) -> Answer:
        try:
            _authenticate(asked.request)
            return act(asked)
        except Refused as refused:
            return refused.status, error_json(refused.code, refused.message, refused.status)

    # --- messages

    def _create_message(self, asked: Asked) -> Answer:
        form = asked.form
        to = self._recipient(form, missing=21604)
        service = self._sender(form, missing=21603)
        body = form.get("Body", "")
        if not body.strip():
            raise Refused(21602, "Message body is required.")
        if len(body) > LONGEST_BODY:
            raise Refused(21617, "The concatenated message body exceeds the 1600 character limit.")
        callback = _address(form, "StatusCallback", code=21609)
        phone = self.phones.phones.get(to)
        if phone is not None and phone.stopped:
            raise Refused(STOPPED, "Attempt to send to unsubscribed recipient")
        sms = self.carrier.send(to, body, callback=callback, service_sid=service)
        return 201, message_json(sms, ACCOUNT_SID)

    def _list_messages(self, asked: Asked) -> Answer:
        found = matching(self.phones.messages.values(), asked.form, "DateSent", lambda m: m.sent or m.created)
        return 200, listing(asked.request, "messages", [message_json(m, ACCOUNT_SID) for m in found])

    def _fetch_message(self, asked: Asked) -> Answer:
        sms = self.phones.messages.get(asked.request.match_info["sid"])
        if sms is None:
            raise _not_found(asked.request)
        return 200, message_json(sms, ACCOUNT_SID)

    # --- calls

    def _create_call(self, asked: Asked) -> Answer:
        form = asked.form
        to = self._recipient(form, missing=21201)
        self._sender(form, missing=21213)
        twiml, url = form.get("Twiml", ""), _address(form, "Url", code=21205)
        if not twiml and not url:
            raise Refused(21205, "Url parameter is required.")
        if twiml:
            _check_twiml(twiml)
        call = Call(new_sid("CA"), to, self.phones.own_number, "outbound-api", self.phones.now())
        call.twiml, call.url, call.url_method = twiml, url, _verb(form, "Method")
        call.callback = _address(form, "StatusCallback", code=21609)
        call.callback_events = asked.events or ("completed",)
        call.machine_detection = form.get("MachineDetection", "")
        call.ring_seconds = _ring_seconds(form)
        self.voice.place(call)
        return 201, call_json(call, ACCOUNT_SID)

    def _list_calls(self, asked: Asked) -> Answer:
        wanted = asked.form.get("Status")
        calls = [c for c in self.phones.calls.values() if wanted in (None, c.status)]
        found = matching(calls, asked.form, "StartTime", lambda c: c.started or c.created)
        return 200, listing(asked.request, "calls", [call_json(c, ACCOUNT_SID) for c in found])

    def _fetch_call(self, asked: Asked) -> Answer:
        return 200, call_json(self._call(asked), ACCOUNT_SID)

    def _update_call(self, asked: Asked) -> Answer:
        call = self._call(asked)
        wanted = asked.form.get("Status", "")
        if wanted not in ("completed", "canceled"):
            raise Refused(20001, f"Invalid Call Status: {wanted}. Must be completed or canceled.")
        if call.status in ENDED or (wanted == "canceled" and call.status == "in-progress"):
            raise Refused(21220, "Call is not in-progress. Cannot redirect.")
        self.voice.end(call)
        return 200, call_json(call, ACCOUNT_SID)

    def _call(self, asked: Asked) -> Call:
        call = self.phones.calls.get(asked.request.match_info["sid"])
        if call is None:
            raise _not_found(asked.request)
        return call

    # --- the account and its number

    def _list_numbers(self, asked: Asked) -> Answer:
        only = asked.form.get("PhoneNumber", self.phones.own_number)
        rows = [self._number()] if only == self.phones.own_number else []
        return 200, listing(asked.request, "incoming_phone_numbers", rows)

    def _update_number(self, asked: Asked) -> Answer:
        if asked.request.match_info["sid"] != self._number()["sid"]:
            raise _not_found(asked.request)
        if "SmsUrl" in asked.form:
            self.carrier.inbound_url = _address(asked.form, "SmsUrl", code=21502)
        if "VoiceUrl" in asked.form:
            self.voice.inbound_url = _address(asked.form, "VoiceUrl", code=21502)
        return 200, self._number()

    def _number(self) -> dict[str, Any]:
        urls = (self.carrier.inbound_url, self.voice.inbound_url)
        return number_json(self.phones.own_number, ACCOUNT_SID, urls, self.phones.now())

    # --- what messages and calls have in common

    def _recipient(self, form: Form, *, missing: int) -> str:
        given = form.get("To", "")
        if not given:
            raise Refused(missing, "A 'To' phone number is required.")
        number = number_of(given)
        if number is None:
            raise Refused(21211, f"Invalid 'To' Phone Number: {given}")
        if number == self.phones.own_number:
            raise Refused(21266, "'To' and 'From' number cannot be the same")
        return number

    def _sender(self, form: Form, *, missing: int) -> str | None:
        """The Messaging Service used, if one is. Refused when the sender is not the account's."""
        if service := form.get("MessagingServiceSid"):
            if service != SERVICE_SID:
                raise Refused(21701, f"The Messaging Service {service} does not exist.", 404)
            return service
        given = form.get("From", "")
        if not given:
            raise Refused(missing, "A 'From' phone number is required.")
        if number_of(given) != self.phones.own_number:
            code = 21606 if missing == 21603 else 21210
            raise Refused(code, f"The 'From' phone number provided ({given}) is not one of this account.")
        return None


async def _read(request: web.Request) -> Asked:
    if request.method != "POST":
        return Asked(request, dict(request.query))
    try:
        posted = await request.post()
    except (ValueError, LookupError, aiohttp.ClientError):
        return Asked(request, {})
    form = {name: value for name, value in posted.items() if isinstance(value, str)}
    events = [e for value in posted.getall("StatusCallbackEvent", []) for e in str(value).split()]
    return Asked(request, form, tuple(e for e in events if e in CALL_EVENTS))


def _authenticate(request: web.Request) -> None:
    given = request.headers.get("Authorization", "").encode()
    wanted = aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN).encode()
    if not hmac.compare_digest(given, wanted):
        raise Refused(20003, "Authenticate", 401)
    if request.match_info.get("account", ACCOUNT_SID) != ACCOUNT_SID:
        raise _not_found(request)


def _not_found(request: web.Request) -> Refused:
    return Refused(20404, f"The requested resource {request.path} was not found", 404)


def _unknown(asked: Asked) -> Answer:
    raise _not_found(asked.request)


def _address(form: Form, name: str, *, code: int) -> str:
    given = form.get(name, "")
    try:
        parts = urlsplit(given)
    except ValueError:
        parts = urlsplit("")
    if given and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise Refused(code, f"The '{name}' URL {given} is not a valid URL.")
    return given


def _verb(form: Form, name: str) -> str:
    return "GET" if form.get(name, "").upper() == "GET" else "POST"


def _check_twiml(twiml: str) -> None:
    try:
        read(twiml)
    except BadTwiml as error:
        raise Refused(21207, f"Invalid Twiml: {error}") from error


def _ring_seconds(form: Form) -> int:
    given = form.get("Timeout", "60")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= LONGEST_RING:
        raise Refused(21216, f"Invalid Timeout: {given}")
    return int(given)


def error_json(code: int, message: str, status: int) -> dict[str, Any]:
    """The body of an error."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more, "status": status}


def _json(status: int, answer: dict[str, Any]) -> web.Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if status == 401 else {}
    return web.json_response(answer, status=status, headers=headers)


def _refuse(fault: Fault) -> web.Response:
    if fault.kind == "rate_limited":
        answer = web.json_response(error_json(20429, "Too Many Requests", 429), status=429)
        answer.headers["Retry-After"] = str(fault.retry_after)
        return answer
    code = int(fault.error) if fault.error.isdigit() else 20500
    status = 400 if fault.error.isdigit() else 500
    return web.json_response(error_json(code, f"Fault: {fault.error}", status), status=status)
