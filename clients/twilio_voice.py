"""Calls by Twilio: what is spoken (TwiML, in the request itself) and whether an earlier try rang already.

A call has no text by which it could be found again, so one is only taken for ours where no other can claim it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from bot.domain.delivery import Later, Never, Outcome, Row, Sent, Unknown
from clients.faults import Failure, harmless
from clients.twilio import LOOKED_THROUGH, Twilio, found_one, recent_of_ours

RING_SECONDS: Final = 40  # most voicemails answer after 20 to 30
LISTEN_SECONDS: Final = 8  # for a key, after everything was said
_EVENTS: Final = ["initiated", "ringing", "answered", "completed"]

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def asks(text: str, keys: str, unanswered: str, action: str) -> str:
    """Says everything twice and waits for a key, which goes to `action`; then says goodbye."""
    once, ask = f"<Say>{escape(text)}</Say>", f"<Say>{escape(keys)}</Say>"
    attributes = f'input="dtmf" numDigits="1" finishOnKey="" timeout="{LISTEN_SECONDS}" method="POST"'
    gather = f"<Gather {attributes} action={quoteattr(action)}>"
    twice = f'<Pause length="1"/>{once}{ask}<Pause length="1"/>{once}{ask}'
    return f"{_HEAD}<Response>{gather}{twice}</Gather><Say>{escape(unanswered)}</Say><Hangup/></Response>"


def tells(text: str, how: str) -> str:
    """Says everything twice."""
    once = f"<Say>{escape(text)}</Say><Say>{escape(how)}</Say>"
    return f'{_HEAD}<Response><Pause length="1"/>{once}<Pause length="1"/>{once}<Hangup/></Response>'


def says(text: str) -> str:
    """Says it once and ends the call."""
    return f"{_HEAD}<Response><Say>{escape(text)}</Say><Hangup/></Response>"


class Calls:
    """Calls from our number."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    async def place(self, to: str, twiml: str, status_callback: str | None = None) -> Outcome:
        """Sent.ref: sid, status (`queued`: receipts tell the rest)."""
        extra: dict[str, Any] = {}
        if status_callback:
            extra = {"status_callback": status_callback, "status_callback_event": _EVENTS}
        call = await self._twilio.ask(
            lambda client: client.calls.create_async(
                to=to, from_=self._twilio.number, twiml=twiml, timeout=RING_SECONDS, machine_detection="Enable", **extra
            )
        )
        if isinstance(call, Later | Never | Unknown):
            return call
        if not call.sid:
            return Unknown("an answer without a sid")
        return Sent({"sid": call.sid, "status": str(call.status)})

    async def call_once(
        self,
        row: Row,
        to: str,
        twiml: str,
        *,
        taken: Collection[str] = (),
        rivals: int = 0,
        under_way: int = 0,
        status_callback: str | None = None,
    ) -> Outcome:
        """Calls, unless an earlier try that was in doubt is found to have rung."""
        if row.doubt:
            if "sid" in row.result:  # a receipt came for it
                return Sent({"sid": row.result["sid"], "status": "queued"}, found=True)
            earlier = await self.find(to, row.created_at, taken, rivals, under_way)
            if isinstance(earlier, Sent):
                return earlier
            if isinstance(earlier, Later | Unknown):
                return Unknown(f"not looked up: {earlier.reason}")
        return await self.place(to, twiml, status_callback)

    async def cancel(self, sid: str) -> Outcome:
        """Hangs up a call that nobody has taken yet; one that is over, or was taken, is left as it is.

        Sent.ref: sid, status (`over` where there was nothing to hang up). Doing it twice is doing it once.
        """
        call = await self._twilio.ask(lambda client: client.calls(sid).update_async(status="canceled"))
        if isinstance(call, Never):
            return Sent({"sid": sid, "status": "over"})
        if isinstance(call, Later | Unknown):
            return harmless(call)
        return Sent({"sid": sid, "status": str(call.status)})

    async def find(
        self, to: str, since: datetime, taken: Collection[str] = (), rivals: int = 0, under_way: int = 0
    ) -> Sent | Failure | None:
        """A call of ours to this number since then, as `Twilio.find_sms` finds a message."""
        found = await self._twilio.ask(
            lambda client: client.calls.list_async(to=to, limit=LOOKED_THROUGH, page_size=LOOKED_THROUGH)
        )
        if isinstance(found, Later | Never | Unknown):
            return found
        number = self._twilio.number
        # The library hides who called behind an underscore.
        ours = [call for call in found if recent_of_ours(call, call._from, number, since)]
        return found_one([call for call in ours if call.sid not in taken], rivals, under_way)
