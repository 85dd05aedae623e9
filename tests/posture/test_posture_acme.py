"""The sandbox's organisation: a page that Alice misses reaches Bob, at whatever time the story is played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.oncall import shifts
from bot.domain.posture import Posture
from posture import load
from sandbox import seed

YEARS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)


def acme() -> Posture:
    loaded = load("examples/acme.yaml")
    assert loaded.findings == ()
    assert loaded.posture is not None
    return loaded.posture


def test_its_people_are_the_sandboxs() -> None:
    people = {user.id: (user.real_name, user.email, user.phone, user.tz) for user in seed.PEOPLE}
    declared = acme().people.values()
    assert {one.slack_id: (one.name, one.email, one.phone, one.zone) for one in declared} == {
        number: people[number] for number in seed.FULL_MEMBERS
    }


def test_alice_is_always_on_call_for_payments_and_bob_second() -> None:
    schedules = acme().schedules
    assert {name: [(s.handle, s.start, s.end) for s in shifts(one, *YEARS)] for name, one in schedules.items()} == {
        "payments": [("alice", *YEARS)],
        "payments-second": [("bob", *YEARS)],
        "web": [("dave", *YEARS)],
    }


def test_payments_pages_alice_then_bob_then_the_manager() -> None:
    posture = acme()
    for service in ("payments-api", "checkout"):
        policy = posture.policy_for(service, timedelta(minutes=15))
        assert policy is not None
        assert [([t.name for t in tier.targets], tier.timeout) for tier in policy.tiers] == [
            (["payments"], timedelta(minutes=5)),
            (["payments-second"], timedelta(minutes=5)),
            (["eng-manager"], timedelta(minutes=10)),
        ]


def test_reports_page_whoever_the_spreadsheet_names_though_no_posture_declares_it() -> None:
    posture = acme()
    policy = posture.policy_for("reports", timedelta(minutes=15))
    assert policy is not None
    assert "sheet" not in posture.schedules
    assert [[(t.kind.value, t.name, t.offset) for t in tier.targets] for tier in policy.tiers] == [
        [("schedule", "sheet", 0)],
        [("schedule", "sheet", 1)],
        [("position", "eng-manager", 0)],
    ]


def test_the_website_pages_dave_and_then_the_manager_by_no_policy_of_its_own() -> None:
    policy = acme().policy_for("website", timedelta(minutes=15))
    assert policy is not None
    assert [([(t.name, t.offset) for t in tier.targets], tier.timeout) for tier in policy.tiers] == [
        ([("web", 0)], timedelta(minutes=10)),
        ([("eng-manager", 0)], timedelta(minutes=10)),
    ]


def test_the_channels_it_announces_in_exist() -> None:
    names = {name for _, name, *_ in seed.CHANNELS}
    wanted = {channel for rules in acme().severities.values() for channel in rules.notify_channels}
    assert wanted <= names
