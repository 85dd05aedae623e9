"""Carries text messages between the bot and phones, with receipts and with STOP and START in between."""

from __future__ import annotations

import asyncio

from sandbox.background import Background
from sandbox.callbacks import Callbacks
from sandbox.clock import Clock
from sandbox.phones import Phone, Phones, Sms, new_sid
from sandbox.receipts import Receipts
from sandbox.twiml import BadTwiml, TextBack, read

API_VERSION = "2010-04-01"
UNREACHABLE, UNKNOWN_HANDSET, UNKNOWN_ERROR, STOPPED = 30003, 30005, 30008, 21610

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
"""https://help.twilio.com/articles/223134027: what carriers and Twilio answer before the bot does."""

ERROR_TEXTS = {
    UNREACHABLE: "Unreachable destination handset",
    UNKNOWN_HANDSET: "Unknown destination handset",
    UNKNOWN_ERROR: "Unknown error",
}


class Carrier:
    """Moves messages through their states and tells the bot by signed callbacks."""

    def __init__(
        self, phones: Phones, callbacks: Callbacks, clock: Clock, background: Background, account: str
    ) -> None:
        self.phones = phones
        self.callbacks = callbacks
        self.clock = clock
        self.background = background
        self.account = account
        self.inbound_url = ""

    def send(
        self, to: str, body: str, *, callback: str = "", service_sid: str | None = None, reply: bool = False
    ) -> Sms:
        """Take a message of the bot to carry; it is queued and goes on its way by itself."""
        direction = "outbound-reply" if reply else "outbound-api"
        sms = Sms(new_sid("SM"), to, self.phones.own_number, body, direction, self.clock.now())
        sms.callback, sms.service_sid = callback, service_sid
        self.phones.keep(sms)
        self.background.spawn(self._carry(sms))
        return sms

    def text(self, phone: Phone, body: str) -> Sms:
        """A person texts the bot's number. STOP, START and HELP are answered by the network first."""
        sms = Sms(new_sid("SM"), self.phones.own_number, phone.number, body, "inbound", self.clock.now())
        sms.sent, sms.status = sms.created, "received"
        self.phones.keep(sms)
        self._heed_keywords(phone, body)
        if self.inbound_url:
            self.background.spawn(self._hand_over(sms, phone))
        return sms

    def _heed_keywords(self, phone: Phone, body: str) -> None:
        word = body.strip().upper()
        if word in STOP_WORDS and not phone.stopped:
            self._answer(phone, "You have been unsubscribed. Reply START to receive messages again.")
            phone.stopped = True
        elif word in START_WORDS and phone.stopped:
            phone.stopped = False
            self._answer(phone, "You are subscribed again. Reply STOP to end.")
        elif word in HELP_WORDS:
            self._answer(phone, "Reply STOP to receive no more messages.")

    def _answer(self, phone: Phone, body: str) -> None:
        number, own, now = phone.number, self.phones.own_number, self.clock.now()
        answer = Sms(new_sid("SM"), number, own, body, "outbound-reply", now)
        answer.sent, answer.status, answer.received = answer.created, "delivered", True
        self.phones.keep(answer)

    async def _carry(self, sms: Sms) -> None:
        receipts = Receipts(sms.callback, self.callbacks, self.clock, self.phones.switches, self.background)
        try:
            receipts.tell(self._receipt(sms, "queued"))
            for status in self._way(sms):
                await asyncio.sleep(self.phones.switches.sms_ms / 1000)
                self._reach(sms, status)
                receipts.tell(self._receipt(sms, status))
        finally:
            receipts.finish()

    def _way(self, sms: Sms) -> list[str]:
        """The states this message goes through after `queued`, and the error it may end with."""
        phone = self.phones.phones.get(sms.to)
        mode = phone.sms if phone else "undelivered"
        match mode:
            case "deliver":
                return ["sent", "delivered"]
            case "undelivered":
                sms.error_code = UNREACHABLE if phone else UNKNOWN_HANDSET
                return ["sent", "undelivered"]
            case "fail":
                sms.error_code = UNKNOWN_ERROR
                return ["failed"]
            case _:
                return ["sent"]

    def _reach(self, sms: Sms, status: str) -> None:
        if sms.sent is None and status != "failed":
            sms.sent = self.clock.now()
        sms.received = sms.received or status == "delivered"
        self.phones.touch(sms, status)

    def _receipt(self, sms: Sms, status: str) -> dict[str, str]:
        form = self._form(sms, status) | {"MessageStatus": status}
        if status in ("undelivered", "failed"):
            form["ErrorCode"] = str(sms.error_code)
        if status == "delivered":
            form["RawDlrDoneDate"] = self.clock.now().strftime("%y%m%d%H%M")
        return form

    def _form(self, sms: Sms, status: str) -> dict[str, str]:
        form = {"MessageSid": sms.sid, "SmsSid": sms.sid, "SmsStatus": status, "AccountSid": self.account}
        form |= {"To": sms.to, "From": sms.from_, "ApiVersion": API_VERSION}
        return form | ({"MessagingServiceSid": sms.service_sid} if sms.service_sid else {})

    async def _hand_over(self, sms: Sms, phone: Phone) -> None:
        """Give an inbound message to the bot's address; its TwiML may answer."""
        form = self._form(sms, "received") | {"SmsMessageSid": sms.sid, "Body": sms.body}
        form |= {"NumMedia": "0", "NumSegments": str(segments(sms.body))}
        form |= {"FromCountry": "US", "FromState": "", "FromCity": "", "FromZip": ""}
        form |= {"ToCountry": "US", "ToState": "", "ToCity": "", "ToZip": ""}
        answer = await self.callbacks.fetch(self.inbound_url, form)
        for text in _replies(answer or ""):
            if not phone.stopped:
                self.send(text.to or phone.number, text.text, reply=True)


def _replies(answer: str) -> list[TextBack]:
    try:
        return [step for step in read(answer) if isinstance(step, TextBack) and step.text]
    except BadTwiml:
        return []


def segments(body: str) -> int:
    """How many SMS a text takes: 160 plain characters or 153 in each of several; others 70 and 67."""
    one, several = (160, 153) if body.isascii() else (70, 67)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= one else -(-units // several)
