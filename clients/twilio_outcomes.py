"""What Twilio's answers and receipts mean: the one table of its error codes.

Twilio advises not to rely on its codes, which keep being split: the HTTP status decides, and a code only names
the reason or corrects the status (https://www.twilio.com/docs/api/errors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.domain.delivery import Later, Never, Unknown
from clients.faults import Failure

#: Permanent for this message: the next notifier is tried at once.
NEVER: Final[Mapping[int, str]] = {
    13224: "the number cannot be called",
    13225: "Twilio blocks calls to that number",
    13227: "calls to that country are switched off at Twilio",
    21210: "the sender's number cannot call",
    21211: "not a valid phone number",
    21212: "the sender's number is not valid",
    21214: "the number cannot be called",
    21215: "calls to that country are switched off at Twilio",
    21219: "a Twilio trial account may not call that number",
    21217: "not a valid phone number",
    21408: "SMS to that country is switched off at Twilio",
    21602: "the message was empty",
    21606: "the sender's number cannot send SMS",
    21608: "a Twilio trial account may not text that number",
    21610: "unsubscribed by STOP; they must text START",
    21612: "Twilio has no route to that number",
    21614: "not a mobile number",
    21617: "the message was too long",
    21635: "a landline cannot receive SMS",
    30003: "the phone is switched off or out of reach",
    30004: "blocked by the phone or its carrier",
    30005: "the number does not exist or is out of reach",
    30006: "a landline or an unreachable carrier",
    30007: "filtered by the carrier as spam",
    30008: "lost by the carrier",
    30034: "the sender is not registered for messages to the US",
}

#: Passing, whatever the status.
LATER: Final[Mapping[int, str]] = {
    20429: "too many requests to Twilio",
    21611: "too many messages are queued at Twilio",
    30001: "Twilio's queue is full",
    30022: "too many messages for the sender's registration",
}

#: Passing once an operator has mended the account; said loudly.
MENDABLE: Final[Mapping[int, str]] = {
    20003: "Twilio refused the credentials; check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    20005: "the Twilio account is not active",
    30002: "the Twilio account is suspended",
}


def reason_of(code: int) -> str:
    """A code in words, for people who look at a failed delivery; the code itself where we know no words."""
    for table in (NEVER, LATER, MENDABLE):
        if code in table:
            return f"{table[code]} (Twilio {code})"
    return f"Twilio {code}"


def trouble_of(code: str | int | None) -> str:
    """The code of a receipt in words; empty without one."""
    given = str(code or "")
    return reason_of(int(given)) if given.isascii() and given.isdecimal() else ""


def mendable(status: int, code: int) -> bool:
    """Whether an operator can mend it."""
    return code in MENDABLE or (status in (401, 403) and code not in NEVER and code not in LATER)


def failure(status: int, code: int) -> Failure:
    """The outcome of a request that was answered with an error. `code` is the status where Twilio gave none."""
    reason = reason_of(code) if code != status else f"Twilio answered http {status}"
    if code in NEVER:
        return Never(reason)
    if code in LATER or mendable(status, code) or status in (408, 429, 503):
        return Later(reason=reason)
    # 500, 502, 504: it may have been accepted before it went wrong.
    return Unknown(reason) if status >= 500 or status < 400 else Never(reason)
