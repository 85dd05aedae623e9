"""What people see of themselves, for the gallery: their ways, the forms about them, and the notes they get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.contacts import Contact, ContactKind
from bot.domain.delivery import Effect, Lane, Row, RowState
from bot.domain.own import CODES, Done, Ways
from bot.domain.people import Person
from bot.domain.picture import Job
from bot.domain.rules import DEFAULTS, Rule, usable
from bot.domain.severity import Urgency
from bot.views import notes, oncall_help, own, own_forms
from bot.views.message import Message

NOW = datetime(2026, 11, 21, 3, 20, tzinfo=UTC)
EVERY = frozenset({"slack", "sms", "voice", "email", "webhook"})
ALICE = Person(1, "Alice Chen", "alice", "U0ALICE", "alice@acme.example", "+15550100001")


def ways(person: Person = ALICE, configured: frozenset[str] = EVERY, **fields: Any) -> Ways:
    return Ways(person, **{"rules": DEFAULTS, "made": frozenset(), "configured": configured,
                           "usable": usable(person, configured), **fields})  # fmt: skip


#: She made rules of her own, proved a phone, and waits for the code of a mail address.
MADE = ways(
    replace(ALICE, own_phone="+4915123456789", email=None),
    rules={**DEFAULTS, Urgency.HIGH: (Rule("sms"), Rule("voice", timedelta(minutes=7)), Rule("email"))},
    made=frozenset({Urgency.HIGH}),
    pending=(
        Contact(1, ContactKind.EMAIL, True, "alice@home.example", nonce="a", expires_at=NOW + timedelta(minutes=9)),
    ),
)  # fmt: skip
BARE = ways(Person(4, "Dave Novak", None, "U0DAVE"), frozenset({"slack", "email"}))
NOTHING = ways(replace(ALICE, slack_id=None, email=None, sms_stopped=True), frozenset({"slack", "sms", "email"}))

STOP = {"number": "+1555•••0001", "left": ["slack", "email"]}
LAST = {"number": "+1555•••0002", "left": ["slack"], "person": "Bob <!channel> Okafor"}
FAILED = {"kind": "phone", "address": "+4915123456789", "reason": "not a mobile number (Twilio 21614)"}

MESSAGES: dict[str, Callable[[], Message]] = {
    "own-ways": lambda: own.ways(ways(), NOW),
    "own-ways-made": lambda: own.ways(MADE, NOW),
    "own-ways-bare": lambda: own.ways(BARE, NOW),
    "own-ways-nothing": lambda: own.ways(NOTHING, NOW),
    "oncall-help": oncall_help.help_message,
    "note-test-page": lambda: notes.dm("test_page", {"name": "Alice Chen"}),
    "note-stopped": lambda: notes.dm("stopped", STOP),
    "note-stopped-last-way": lambda: notes.dm("stopped_last_way", LAST),
    "note-code-failed": lambda: notes.dm("code_failed", FAILED),
    "note-restarted": lambda: notes.dm("restarted", {"loops": ["PAGES", "timers"]}),
    "note-storm-began": lambda: notes.dm("storm_began", {"sign": "incidents", "incidents": 12}),
    "note-storm-bundles": lambda: notes.dm("storm_began", {"sign": "bundles", "incidents": 3}),
    "note-storm-over": lambda: notes.dm("storm_over", {"minutes": 35, "incidents": 48, "pages": 120, "messages": 14}),
    "note-storm-quiet": lambda: notes.dm("storm_over", {"minutes": 12, "incidents": 11, "pages": 0, "messages": 0}),
}
VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "form-rules": lambda: own_forms.rules_form(ways()),
    "form-rules-made": lambda: own_forms.rules_form(MADE),
    "form-contact": own_forms.contact_form,
    "form-code": lambda: own_forms.code_form("+4915123456789"),
}
#: What use cases say with each code.
DONE: dict[str, list[dict[str, object]]] = {
    "code_sent": [{"kind": "phone", "address": "+4915123456789", "minutes": 10},
                  {"kind": "email", "address": "alice@home.example", "minutes": 10}],
    "address_kept": [{"kind": "phone", "address": "+15550100001"}],
    "address_verified": [{"kind": "phone", "address": "+4915123456789"}],
    "address_removed": [{"kind": "phone", "address": "+15550100001"}, {"kind": "email", "address": ""}],
    "test_sent": [{"notifiers": ["slack", "sms", "email"]}, {"notifiers": []}],
}  # fmt: skip


def texts() -> list[str]:
    """Every answer about oneself, and the notes by SMS and by mail that go with them."""
    said = [f"{code}: {own.done(Done(code, data))}" for code in CODES for data in DONE.get(code, [{}])]
    said += [f"sms {code}: {notes.sms(code, {'code': '012345'})}" for code in ("contact_code", "test_page")]
    for code in ("contact_code", "test_page"):
        payload = {"to": "alice@home.example", "message": code, "data": {"code": "012345"}}
        row = Row(7, "code/1", Effect.MAIL_SAY, Lane.ANSWERS, RowState.PENDING, NOW, NOW, payload=payload)
        mail = notes.mail(Job(row, data=payload))
        said += [f"mail {code}: {mail.subject}", mail.text, mail.html, str(dict(mail.headers))]
    return said


TEXTS: dict[str, Callable[[], str]] = {"own.txt": lambda: "\n".join(texts()) + "\n"}
