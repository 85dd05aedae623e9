"""Receipts: what a provider says became of a delivery after it took it (SPEC §7: receipts steer).

Every receipt is kept once. How far a delivery got (its reach) is the furthest of them, so that late, doubled and
shuffled receipts all end in the same place:

queued → sent · ringing → answered → (a failure) → accepted · delivered · heard → keyed
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reach(StrEnum):
    """How far a delivery got. Failures stand below success: a carrier may take a "failed" back, never a "delivered"."""

    QUEUED = "queued"
    SENT = "sent"
    RINGING = "ringing"
    ANSWERED = "answered"  # a call under way
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    VOICEMAIL = "voicemail"  # a machine took the call
    HUNG_UP = "hung up"  # ended without a key, or before it was heard
    CALLED_OFF = "called off"  # hung up before anybody took the call
    UNCLEAR = "unclear"  # taken and heard out, by nobody knows whom or what
    ACCEPTED = "accepted"  # by a mail server or another system; nothing more is heard of it
    DELIVERED = "delivered"
    HEARD = "heard"  # a person heard a call out that offered no keys
    KEYED = "keyed"  # a key was pressed that answers


_RANK: dict[Reach, int] = {
    Reach.QUEUED: 0, Reach.SENT: 1, Reach.RINGING: 1, Reach.ANSWERED: 2,
    Reach.UNDELIVERED: 3, Reach.FAILED: 3, Reach.BUSY: 3, Reach.NO_ANSWER: 3, Reach.VOICEMAIL: 3,
    Reach.HUNG_UP: 3, Reach.CALLED_OFF: 3, Reach.UNCLEAR: 3,
    Reach.ACCEPTED: 4, Reach.DELIVERED: 4, Reach.HEARD: 4, Reach.KEYED: 5,
}  # fmt: skip

#: The person's next notifier is tried at once.
FAILED: frozenset[Reach] = frozenset(reach for reach, rank in _RANK.items() if rank == 3)
#: Nothing more is expected of these.
FINAL: frozenset[Reach] = frozenset(reach for reach, rank in _RANK.items() if rank >= 3)


def below(reach: Reach) -> frozenset[Reach]:
    """From where a delivery may move on to this."""
    return frozenset(other for other, rank in _RANK.items() if rank < _RANK[reach])


@dataclass(frozen=True, slots=True)
class Receipt:
    """One state of one message, in the provider's own word; `ref` is the provider's id of the message or call."""

    outbox_id: int
    ref: str
    state: str
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A receipt as it comes in. `error` is in words; `answered_by` and `seconds` are an ended call's."""

    ref: str
    state: str
    error: str = ""
    answered_by: str = ""
    seconds: int | None = None


#: Twilio's states of a message (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values).
_MESSAGE: dict[str, Reach] = {
    "accepted": Reach.QUEUED, "scheduled": Reach.QUEUED, "queued": Reach.QUEUED, "sending": Reach.QUEUED,
    "sent": Reach.SENT, "delivered": Reach.DELIVERED, "read": Reach.DELIVERED,
    "undelivered": Reach.UNDELIVERED, "failed": Reach.FAILED, "canceled": Reach.FAILED,
}  # fmt: skip

#: Twilio's states of a call (https://www.twilio.com/docs/voice/api/call-resource#call-status-values).
_CALL: dict[str, Reach] = {
    "queued": Reach.QUEUED, "initiated": Reach.QUEUED, "ringing": Reach.RINGING, "in-progress": Reach.ANSWERED,
    "busy": Reach.BUSY, "no-answer": Reach.NO_ANSWER, "failed": Reach.FAILED, "canceled": Reach.CALLED_OFF,
}  # fmt: skip

_RANKED = {state: _RANK[reach] for state, reach in (_MESSAGE | _CALL).items()}
_ENDED, _KEYED = _RANK[Reach.HUNG_UP], _RANK[Reach.KEYED]


def behind(reach: Reach | None, state: str) -> bool:
    """Whether a delivery stands less far than a provider's word for it says at least; a word nobody knows says nothing.

    That is how a state that moved backwards is found.
    """
    least = _ENDED if state == "completed" else _KEYED if state.startswith("key ") else _RANKED.get(state, -1)
    return least > (_RANK[reach] if reach is not None else -1)


def of_message(report: Report) -> Reach | None:
    """What a message's state means; None for one that nobody knows, which moves nothing."""
    return _MESSAGE.get(report.state)


def of_call(report: Report, *, keys: bool, needed: float) -> Reach | None:
    """What a call's state means. `keys`: it offered some; `needed`: seconds to say everything once.

    A call that offered keys and ended without one was hung up. Without keys it was heard where a person stayed
    long enough. A machine never acks (SPEC §7).
    """
    if report.state != "completed":
        return _CALL.get(report.state)
    if report.answered_by.startswith(("machine", "fax")):
        return Reach.VOICEMAIL
    if keys or (report.seconds or 0) < needed:
        return Reach.HUNG_UP
    return Reach.HEARD if report.answered_by == "human" else Reach.UNCLEAR
