"""The control calls of phones and mail: text, answer, press keys, hang up, and say how a phone treats what comes."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.control.boundary import Body, Refusal, read_body
from sandbox.parts import Parts
from sandbox.phones import Phone, call_shown, phone_settings, sms_shown
from sandbox.voice import BadAction

LONGEST_SMS = 1600


class PhoneCalls:
    """Handlers over phones and mailbox."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/control/phones", self.phones),
            web.post("/control/sms", self.sms),
            web.post("/control/call", self.call),
            web.post("/control/phone", self.phone),
            web.get("/control/mail", self.mail),
        ]

    async def phones(self, _request: web.Request) -> web.Response:
        """Every phone with its messages and calls."""
        return web.json_response({"phones": self._parts.phones.shown()})

    async def sms(self, request: web.Request) -> web.Response:
        """A person texts the bot."""
        body = await read_body(request)
        phone, text = self._phone(body, "from"), body.text("body")
        if len(text) > LONGEST_SMS:
            raise Refusal("too_long", "A text message may have 1,600 characters.")
        return web.json_response(sms_shown(self._parts.carrier.text(phone, text)))

    async def call(self, request: web.Request) -> web.Response:
        """What a person does with a call; `dial` starts one to the bot."""
        body = await read_body(request)
        action = body.text("action")
        if action == "dial":
            return web.json_response(call_shown(self._parts.voice.dial(self._phone(body, "from"))))
        try:
            call = self._parts.voice.act(body.text("sid"), action, body.text("digits", ""))
        except BadAction as error:
            raise Refusal("invalid_action", str(error)) from error
        return web.json_response(call_shown(call))

    async def phone(self, request: web.Request) -> web.Response:
        """How a phone treats messages and calls from now on."""
        body = await read_body(request)
        phone = self._phone(body, "number")
        try:
            wanted = phone_settings(body.fields)
        except ValueError as error:
            raise Refusal("invalid_arguments", str(error)) from error
        for name, value in wanted.items():
            setattr(phone, name, value)
        self._parts.phones.changed()
        settings: dict[str, Any] = {"sms": phone.sms, "calls": phone.calls, "stopped": phone.stopped}
        return web.json_response({"number": phone.number, "settings": settings})

    async def mail(self, request: web.Request) -> web.Response:
        """The mails, or those to one address."""
        return web.json_response({"messages": self._parts.mailbox.shown(request.query.get("to", ""))})

    def _phone(self, body: Body, name: str) -> Phone:
        """The phone of a number, or of the person with this user id."""
        wanted = body.text(name)
        for phone in self._parts.phones.phones.values():
            if wanted in (phone.number, phone.user):
                return phone
        raise Refusal("unknown_phone", f"Nobody has the phone {wanted[:40]!r}: see /control/phones.", 404)
