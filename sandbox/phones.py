"""People's phones and what went through them: text messages and calls."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SMS_MODES = ("deliver", "undelivered", "fail", "silent")
CALL_MODES = ("ring", "answer", "busy", "no_answer", "voicemail", "fail")
CALLBACK_MODES = ("in_order", "out_of_order", "late", "twice", "never")

ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
"""Call states that are final."""

MOST_KEPT = 20_000
"""Messages and calls kept of each; beyond it the oldest fall out."""

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def number_of(text: str) -> str | None:
    """`text` in E.164 form, without what people put between digits; None if it is no number."""
    bare = re.sub(r"[\s().-]", "", text)
    return bare if _NUMBER.fullmatch(bare) else None


def new_sid(prefix: str) -> str:
    """A Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


@dataclass
class Phone:
    """`sms` and `calls` say how it treats what comes; `stopped` that its owner texted STOP."""

    number: str
    user: str = ""
    name: str = ""
    sms: str = "deliver"
    calls: str = "ring"
    stopped: bool = False


@dataclass
class Sms:
    """A text message as Twilio keeps it. `received` says whether it reached the phone of a person."""

    sid: str
    to: str
    from_: str
    body: str
    direction: str
    created: datetime
    status: str = "queued"
    error_code: int | None = None
    sent: datetime | None = None
    updated: datetime | None = None
    callback: str = ""
    service_sid: str | None = None
    received: bool = False
    states: list[str] = field(default_factory=list)


@dataclass
class Call:
    """A phone call. `spoken` holds what was said and heard in order; `awaits_keys`: digits are awaited."""

    sid: str
    to: str
    from_: str
    direction: str
    created: datetime
    status: str = "queued"
    answered_by: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    updated: datetime | None = None
    url: str = ""
    url_method: str = "POST"
    twiml: str = ""
    callback: str = ""
    callback_events: tuple[str, ...] = ("completed",)
    machine_detection: str = ""
    ring_seconds: int = 60
    spoken: list[dict[str, str]] = field(default_factory=list)
    spoken_until: datetime | None = None
    awaits_keys: bool = False
    sequence: int = 0
    states: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> int | None:
        """How long it lasted, None while it lasts or when it was never answered."""
        if self.ended is None:
            return None
        return max(0, round((self.ended - self.started).total_seconds())) if self.started else 0


@dataclass
class PhoneSwitches:
    """How the network behaves. Times are real; `callback_delay_seconds` passes on the sandbox's clock."""

    callbacks: str = "in_order"
    callback_delay_seconds: float = 60.0
    sms_ms: int = 50
    ring_ms: int = 50


class Phones:
    """All phones, messages and calls. `changed` is called after each change."""

    def __init__(self, own_number: str, now: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self.own_number = own_number
        self.now = now
        self.changed = changed
        self.switches = PhoneSwitches()
        self.clear()

    def clear(self) -> None:
        """No phones, messages or calls, and the usual switches."""
        self.phones: dict[str, Phone] = {}
        self.messages: dict[str, Sms] = {}
        self.calls: dict[str, Call] = {}
        vars(self.switches).update(vars(PhoneSwitches()))

    def add(self, number: str, user: str, name: str) -> Phone:
        """Give a person a phone."""
        phone = Phone(number, user, name)
        self.phones[number] = phone
        return phone

    def keep(self, thing: Sms | Call) -> None:
        """Hold a message or a call; the oldest beyond `MOST_KEPT` falls out."""
        book: dict[str, Any] = self.messages if isinstance(thing, Sms) else self.calls
        book[thing.sid] = thing
        if len(book) > MOST_KEPT:
            del book[next(iter(book))]
        self.touch(thing)

    def touch(self, thing: Sms | Call, status: str = "") -> None:
        """Note a change of `thing`, to `status` if given."""
        thing.updated = self.now()
        if status:
            thing.status = status
        if not thing.states or thing.states[-1] != thing.status:
            thing.states.append(thing.status)
        self.changed()

    def shown(self) -> list[dict[str, Any]]:
        """Every phone with its messages and calls, oldest first, as the control API shows them."""
        return [self._shown(phone) for phone in self.phones.values()]

    def _shown(self, phone: Phone) -> dict[str, Any]:
        return {
            "number": phone.number,
            "user": phone.user,
            "name": phone.name,
            "settings": {"sms": phone.sms, "calls": phone.calls, "stopped": phone.stopped},
            "messages": [sms_shown(m) for m in self.messages.values() if phone.number in (m.to, m.from_)],
            "calls": [call_shown(c) for c in self.calls.values() if phone.number in (c.to, c.from_)],
        }


def sms_shown(sms: Sms) -> dict[str, Any]:
    """A message for the control API: `direction` is seen from the phone's owner, in or out."""
    return {
        "sid": sms.sid,
        "direction": "out" if sms.direction == "inbound" else "in",
        "from": sms.from_,
        "to": sms.to,
        "body": sms.body,
        "status": sms.status,
        "states": list(sms.states),
        "error_code": sms.error_code,
        "received": sms.received,
        "at": sms.created.isoformat(),
    }


def call_shown(call: Call) -> dict[str, Any]:
    """A call for the control API."""
    return {
        "sid": call.sid,
        "direction": "out" if call.direction == "inbound" else "in",
        "from": call.from_,
        "to": call.to,
        "status": call.status,
        "states": list(call.states),
        "answered_by": call.answered_by,
        "spoken": list(call.spoken),
        "awaits_keys": call.awaits_keys,
        "seconds": call.seconds,
        "at": call.created.isoformat(),
    }


def phone_settings(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The checked fields of a change to a phone. ValueError says which field is wrong."""
    known: dict[str, tuple[Any, ...]] = {"sms": SMS_MODES, "calls": CALL_MODES, "stopped": (True, False)}
    found = {name: wanted[name] for name in known if name in wanted}
    for name, value in found.items():
        if value not in known[name]:
            raise ValueError(f"{name!r} must be one of {', '.join(str(v).lower() for v in known[name])}.")
    if not found:
        raise ValueError("Give at least one of 'sms', 'calls' and 'stopped'.")
    return found
