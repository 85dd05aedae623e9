"""What people see of themselves: how they are reached, what came of changing it, and the notes that go with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.contacts import Contact, ContactKind
from bot.domain.own import Done, Ways
from bot.domain.rules import PERSONAL, Rule
from bot.domain.severity import Urgency
from bot.views import names
from bot.views.message import Block, Message, actions, button, confirm, context, header, message, section
from bot.views.words import NOTIFIERS, at, duration, escape, one_line, series, strings

KINDS = {ContactKind.PHONE.value: "phone number", ContactKind.EMAIL.value: "mail address"}


def done(given: Done) -> str:
    """What was changed; for Slack, escaped."""
    return escape(_DONE[given.code](given.data))


def _word(data: Mapping[str, object], name: str) -> str:
    return one_line(str(data.get(name) or ""))


def _kind(data: Mapping[str, object]) -> str:
    return KINDS.get(_word(data, "kind"), "address")


def _code_sent(data: Mapping[str, object]) -> str:
    how = "SMS" if data.get("kind") == ContactKind.PHONE.value else "mail"
    return (
        f"A code is on its way by {how} to {_word(data, 'address')}. Give it within {_word(data, 'minutes')} min:"
        " `/oncall contact 123456`. Until then nothing changes."
    )


def _removed(data: Mapping[str, object]) -> str:
    address = _word(data, "address")
    then = f"Pages go to {address} again, as the posture or Slack says." if address else "You have none here any more."
    return f"Your own {_kind(data)} is removed. {then}"


def _test_sent(data: Mapping[str, object]) -> str:
    ways = [NOTIFIERS.get(one, one) for one in strings(data.get("notifiers"))]
    if not ways:
        return "Nothing reaches you, so no test was sent. Add a phone or mail address: `/oncall contact`."
    return f"A test page is on its way to you by {series(ways)}. Nobody else sees it."


_DONE: dict[str, Callable[[Mapping[str, object]], str]] = {
    "rules_saved": lambda _: "Your rules are saved. They hold from your next page on.",
    "rules_reset": lambda _: "You are paged by the default rules again.",
    "code_sent": _code_sent,
    "address_kept": lambda data: f"Pages go to {_word(data, 'address')} already; nothing was changed.",
    "address_verified": lambda data: f"{_word(data, 'address')} is verified: pages go there from now on.",
    "address_removed": _removed,
    "test_sent": _test_sent,
}


def ways(shown: Ways, now: datetime) -> Message:
    """`/oncall me`: the addresses, the rules, and the buttons that change both."""
    return message(
        "How pages reach you",
        header("How pages reach you"),
        section(_addresses(shown, now)),
        *rules_blocks(shown),
        actions(
            button("Edit rules", names.OWN_RULES),
            button("Add a phone or mail address", names.OWN_CONTACT),
            button("Enter a code", names.OWN_CODE, style="primary") if shown.pending else None,
            button("Send me a test page", names.OWN_TEST),
            *_removes(shown),
        ),
    )


def rules_blocks(shown: Ways) -> list[Block]:
    """The rules of both urgencies, and what they leave out."""
    lines = [f"*{urgency.value.capitalize()} urgency:* {_rules(shown, urgency)}" for urgency in Urgency]
    warning = _warning(shown)
    return [section("\n".join(lines)), *([context(warning)] if warning else [])]


def _rules(shown: Ways, urgency: Urgency) -> str:
    known = shown.usable | (shown.configured - set(PERSONAL))
    told = [rule_text(rule, known) for rule in shown.rules[urgency]]
    return series(told) + ("" if urgency in shown.made else " (the default)")


def rule_text(rule: Rule, usable: frozenset[str] | set[str]) -> str:
    """`SMS at once`, `phone call after 2 min`; struck through where it cannot be used."""
    when = "at once" if rule.delay == timedelta(0) else f"after {duration(rule.delay)}"
    text = f"{NOTIFIERS.get(rule.notifier, rule.notifier)} {when}"
    return text if rule.notifier in usable else f"~{text}~"


def _warning(shown: Ways) -> str:
    """What would be lost with Slack, and what cannot be used."""
    if not shown.usable:
        return "⚠️ Nothing can reach you. Add a phone or mail address."
    if shown.usable == {"slack"}:
        return "⚠️ Only Slack reaches you: when Slack is down, pages go to others. Add a phone or mail address."
    used = {rule.notifier for rule in shown.rules[Urgency.HIGH]} & shown.usable
    if used == {"slack"}:
        return "⚠️ At high urgency only Slack is used. Add another, for when Slack is down."
    crossed = any(rule.notifier not in shown.usable for one in shown.rules.values() for rule in one)
    return "What is struck through has no address of yours, or is not set up here." if crossed else ""


def _addresses(shown: Ways, now: datetime) -> str:
    person = shown.person
    stopped = " (it texted STOP: no SMS; text START to undo)" if person.sms_stopped else ""
    lines = [
        f"*Slack* {'yes' if person.slack_id else 'no account'}",
        f"*Phone* {_address(person.number, person.own_phone is not None, posture=True)}{stopped}",
        f"*Mail* {_address(person.mailbox, person.own_email is not None, posture=shown.mail_declared)}",
    ]
    return "\n".join(lines + [_waiting(one, now) for one in shown.pending])


def _address(address: str | None, own: bool, *, posture: bool) -> str:
    """Where it comes from is said, for there it is changed; Slack tells of mail addresses alone."""
    if not address:
        return "none"
    origin = "added by you" if own else "from the posture" if posture else "from Slack"
    return f"{escape(one_line(address))}, {origin}"


def _waiting(one: Contact, now: datetime) -> str:
    until = f" until {at(one.expires_at, now)}" if one.expires_at else ""
    return f"_{escape(one.address)} waits for its code{until}_"


def _removes(shown: Ways) -> Sequence[Block]:
    own = [
        (ContactKind.PHONE, shown.person.own_phone, names.OWN_REMOVE_PHONE),
        (ContactKind.EMAIL, shown.person.own_email, names.OWN_REMOVE_EMAIL),
    ]
    return [
        button(
            f"Remove my {KINDS[kind.value]}",
            action,
            confirm=confirm("Remove it?", "Pages go to what the posture or Slack says, if anything.", "Remove"),
        )
        for kind, address, action in own
        if address
    ]
