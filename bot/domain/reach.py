"""Who can be reached by what: notifiers, never addresses. As a posture declares it, or as a running bot exported it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.people import Person
from bot.domain.posture import PersonDecl
from bot.domain.rules import LONGEST_DELAY, PERSONAL, SHARED, Rule
from bot.domain.severity import Urgency

#: Notifiers that fail together are one provider's: SMS and phone calls both go by Twilio.
PROVIDERS: dict[str, str] = {
    "slack": "Slack",
    "sms": "Twilio",
    "voice": "Twilio",
    "email": "mail",
    "webhook": "webhook",
    "pagerduty": "PagerDuty",
}

_PHONES = frozenset({"sms", "voice"})


class NotReadable(Exception):
    """An export that is none; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a running bot knows: each handle's notifiers and own rules, and the notifiers that are configured."""

    people: Mapping[str, frozenset[str]]
    rules: Mapping[str, Mapping[Urgency, tuple[Rule, ...]]] = field(default_factory=dict)
    configured: frozenset[str] | None = None  # None: it does not say


def to_json(ready: Readiness) -> dict[str, object]:
    """As it is written into a file."""
    rules = {
        handle: {
            urgency.value: [{"notifier": rule.notifier, "after": int(rule.delay.total_seconds())} for rule in own]
            for urgency, own in by_urgency.items()
        }
        for handle, by_urgency in sorted(ready.rules.items())
    }
    configured = None if ready.configured is None else sorted(ready.configured)
    people = {handle: sorted(ways) for handle, ways in sorted(ready.people.items())}
    return {"configured": configured, "people": people, "rules": rules}


def from_json(data: object) -> Readiness:
    """The inverse; an object without `people` is them alone: `{"alice": ["slack", "sms"]}`. Raises NotReadable."""
    whole = _object(data, "The export")
    if "people" not in whole:
        whole = {"people": whole}
    people = {
        handle: frozenset(_notifier(one, handle) for one in _list(ways, handle))
        for handle, ways in _object(whole["people"], "`people`").items()
    }
    rules = {
        handle: {_urgency(name, handle): _rules(own, handle) for name, own in _object(by_urgency, handle).items()}
        for handle, by_urgency in _object(whole.get("rules") or {}, "`rules`").items()
    }
    configured = whole.get("configured")
    known = (
        None
        if configured is None
        else frozenset(_notifier(one, "configured") for one in _list(configured, "configured"))
    )
    return Readiness(people, rules, known)


def _object(data: object, what: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise NotReadable(f"{what} must be a JSON object, such as {{“alice”: [“slack”, “sms”]}}.")
    return data


def _list(data: object, who: str) -> list[object]:
    if not isinstance(data, list):
        raise NotReadable(f"What stands at `{who}` must be a list of notifiers.")
    return data


def _notifier(given: object, who: str) -> str:
    name = "voice" if given == "phone" else given
    if not isinstance(name, str) or name not in (*PERSONAL, *SHARED):
        raise NotReadable(f"`{given}` at `{who}` is no notifier. There is: {', '.join((*PERSONAL, *SHARED))}.")
    return name


def _urgency(given: str, who: str) -> Urgency:
    if given not in list(Urgency):
        raise NotReadable(f"`{given}` at `{who}` is no urgency. There is: high, low.")
    return Urgency(given)


def _rules(data: object, who: str) -> tuple[Rule, ...]:
    made = []
    for one in _list(data, who):
        rule = _object(one, f"A rule of `{who}`")
        after = rule.get("after", 0)
        if not isinstance(after, int) or not 0 <= after <= LONGEST_DELAY.total_seconds():
            most = int(LONGEST_DELAY.total_seconds())
            raise NotReadable(f"A rule of `{who}` must say `after` in seconds, {most} at most.")
        made.append(Rule(_notifier(rule.get("notifier"), who), timedelta(seconds=after)))
    return tuple(made)


def as_declared(number: int, declared: PersonDecl) -> Person:
    """Somebody with the addresses that the posture gives; Slack finds people by their mail address too."""
    slack = declared.slack_id or declared.email
    zone = declared.zone or "UTC"
    return Person(number, declared.name, declared.handle, slack, declared.email, declared.phone, zone)


def as_exported(number: int, declared: PersonDecl, ready: Readiness) -> Person:
    """Somebody with an address for each notifier that the export gives them; who is not in it has none."""
    ways = ready.people.get(declared.handle, frozenset())
    return Person(
        number,
        declared.name,
        declared.handle,
        slack_id="exported" if "slack" in ways else None,
        email="exported" if "email" in ways else None,
        phone="exported" if ways & _PHONES else None,
        zone=declared.zone or "UTC",
        sms_stopped="sms" not in ways,
    )
