"""Personal rules: what is kept of them with the notifiers that work, and what may not be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.rules import DEFAULTS, Rule, check, plan, usable
from bot.domain.severity import Urgency

ALICE = Person(1, "Alice", "alice", "U0ALICE", "alice@acme.example", "+15550100001")
EVERY = ("slack", "sms", "voice", "email", "webhook", "pagerduty")
HIGH = DEFAULTS[Urgency.HIGH]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_the_defaults_are_those_of_the_specification() -> None:
    assert [(rule.notifier, rule.delay) for rule in HIGH] == [
        ("slack", minutes(0)),
        ("sms", minutes(0)),
        ("email", minutes(0)),
        ("voice", minutes(2)),
    ]
    assert [(rule.notifier, rule.delay) for rule in DEFAULTS[Urgency.LOW]] == [
        ("slack", minutes(0)),
        ("email", minutes(0)),
    ]


@pytest.mark.parametrize(
    ("person", "configured", "named", "expected"),
    [
        (ALICE, EVERY, (), {"slack", "sms", "voice", "email"}),
        (ALICE, ("slack", "email"), (), {"slack", "email"}),
        (ALICE, EVERY, ("webhook",), {"slack", "sms", "voice", "email", "webhook"}),
        (ALICE, ("slack",), ("webhook", "pagerduty"), {"slack"}),
        (replace(ALICE, phone=None), EVERY, (), {"slack", "email"}),
        (replace(ALICE, phone=None, own_phone="+4915123456789"), EVERY, (), {"slack", "sms", "voice", "email"}),
        (replace(ALICE, sms_stopped=True), EVERY, (), {"slack", "voice", "email"}),
        (replace(ALICE, active=False), EVERY, ("webhook",), set()),
        (Person(2, "Nora"), EVERY, (), set()),
    ],
)
def test_a_notifier_is_used_where_it_is_set_up_and_has_an_address(
    person: Person, configured: tuple[str, ...], named: tuple[str, ...], expected: set[str]
) -> None:
    assert usable(person, configured, named) == expected


def test_what_a_person_verified_goes_before_what_the_posture_says() -> None:
    moved = replace(ALICE, own_phone="+4915123456789", own_email="alice@home.example")
    assert [moved.address(one) for one in EVERY] == [
        "U0ALICE", "+4915123456789", "+4915123456789", "alice@home.example", None, None,
    ]  # fmt: skip


def test_rules_keep_their_delays_while_the_first_of_them_works() -> None:
    assert plan(HIGH, {"slack", "voice"}) == (Rule("slack"), Rule("voice", minutes(2)))


def test_nobody_waits_for_a_call_that_could_be_the_first() -> None:
    assert plan(HIGH, {"voice"}) == (Rule("voice"),)
    later = (Rule("sms", minutes(1)), Rule("voice", minutes(3)), Rule("email", minutes(5)))
    assert plan(later, {"voice", "email"}) == (Rule("voice", minutes(1)), Rule("email", minutes(3)))


def test_a_delay_that_somebody_wished_for_is_kept() -> None:
    assert plan((Rule("voice", minutes(5)),), {"voice", "slack"}) == (Rule("voice", minutes(5)),)


def test_where_no_rule_can_be_used_everything_that_works_goes_at_once() -> None:
    assert plan((Rule("voice", minutes(5)),), {"email", "slack"}) == (Rule("slack"), Rule("email"))
    assert plan((), {"sms"}) == (Rule("sms"),)
    assert plan(HIGH, set()) == ()


def refused(*rules: Rule, by: tuple[str, ...] = ("slack", "sms")) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refusal) as no:
        check(Urgency.HIGH, rules, by)
    return no.value.code, dict(no.value.data)


def test_rules_that_reach_nobody_are_refused() -> None:
    everywhere = ("rules_reach_nobody", {"urgency": "high", "by": ["slack", "sms"]})
    assert refused() == everywhere
    assert refused(Rule("voice"), Rule("webhook")) == everywhere


def test_a_delay_lies_within_an_hour() -> None:
    assert refused(Rule("slack", minutes(61))) == ("rule_delay", {"limit": 60})
    assert refused(Rule("slack", minutes(-1))) == ("rule_delay", {"limit": 60})


def test_a_notifier_there_is_not_is_refused() -> None:
    assert refused(Rule("pigeon"))[0] == "unknown_notifier"


def test_rules_are_put_in_order_one_a_notifier() -> None:
    given = [Rule("voice", minutes(2)), Rule("sms", minutes(5)), Rule("sms"), Rule("slack")]
    assert check(Urgency.HIGH, given, ("slack",)) == (Rule("slack"), Rule("sms"), Rule("voice", minutes(2)))
