"""The worked example: a payments team on a page, with everything that is asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.escalation import Target, TargetKind
from bot.domain.posture import Posture
from bot.domain.severity import DEFAULTS
from posture import load

EXAMPLE = Path("examples/payments.yaml")
MINUTE = timedelta(minutes=1)


def payments() -> Posture:
    loaded = load(EXAMPLE, now=datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert loaded.findings == ()
    assert loaded.posture is not None
    return loaded.posture


def test_it_is_a_page_of_at_most_ninety_lines_that_checks_clean() -> None:
    assert payments().services.keys() == {"payments-api"}
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 90


def test_four_people_take_a_week_each_in_new_york_with_ten_minutes_to_answer() -> None:
    [layer] = payments().schedules["payments"].layers
    assert (layer.members, layer.period, layer.zone) == (
        ("alice", "bob", "carol", "dave"), timedelta(weeks=1), "America/New_York",
    )  # fmt: skip
    assert payments().schedules["payments"].escalation_delay == 10 * MINUTE


def test_it_climbs_to_the_vice_president_and_then_pages_everybody() -> None:
    policy = payments().policy_for("payments-api", MINUTE, "SEV1")
    assert policy is not None
    assert [(tier.targets, tier.timeout) for tier in policy.tiers] == [
        ((Target(TargetKind.SCHEDULE, "payments", 0, ("pagerduty",)),), 10 * MINUTE),
        ((Target(TargetKind.POSITION, "team-lead", 0, ("pagerduty", "slack")),), 20 * MINUTE),
        ((Target(TargetKind.POSITION, "eng-manager", 0, ("voice", "slack")),), 30 * MINUTE),
        ((Target(TargetKind.POSITION, "vp-engineering", 0, ("voice",)),), 60 * MINUTE),
    ]
    assert (policy.repeat_cycles, policy.executive) == (2, None)


def test_its_severities_are_the_defaults_written_out() -> None:
    assert payments().severities == DEFAULTS


def test_customers_see_four_components_in_two_groups_each_with_a_health_check() -> None:
    page = payments().status_page
    assert {group: [one.title for one in page.of_group(group)] for group in page.groups} == {
        "Payments": ["API", "Card payments"],
        "Back office": ["Refunds", "Reports"],
    }
    checks = {check.name for check in payments().services["payments-api"].health_checks}
    assert {component.health_check for component in page.components.values()} == checks


def test_a_postmortem_has_eight_sections_two_action_items_and_two_reviewers() -> None:
    rules = payments().postmortem
    assert (len(rules.sections), rules.min_action_items, rules.reviewers, rules.due_business_days) == (
        8, 2, ("team-lead", "eng-manager"), 3,
    )  # fmt: skip
