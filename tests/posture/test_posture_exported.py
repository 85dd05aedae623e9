"""A posture in the words of PagerDuty, Opsgenie and status pages; what they cannot say is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.posture import Posture
from posture import exported, loads

DELAY = timedelta(minutes=15)
PEOPLE = """\
people:
  alice: {name: Alice Chen, slack: U0ALICE, email: alice@acme.example}
  bob: {name: Bob Okafor, slack: U0BOB}
positions: {leads: [alice, bob]}
teams:
  pay: {members: [alice, bob], rotation: {members: [alice, bob]}}
  web: {members: [bob], rotation: {members: [bob]}}
"""


def posture(rest: str) -> Posture:
    loaded = loads(PEOPLE + rest)
    assert loaded.posture is not None, loaded.findings
    return loaded.posture


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in found]


def test_a_policy_that_means_other_people_for_another_team_is_one_for_each() -> None:
    found = posture(
        "escalation_policies: {all: {tiers: [{targets: on-call, timeout: 5m}, {targets: team, timeout: 5m}]}}\n"
        "services: {api: {owner: pay, policy: all}, site: {owner: web, policy: all}}\n"
    )
    made = exported.pagerduty(found, DELAY).document
    assert names(made["escalation_policies"]) == ["all (pay)", "all (web)"]
    assert [(one["name"], one["escalation_policy"]["id"]) for one in made["services"]] == [
        ("api", "{{resolve:escalation_policy:all (pay)}}"),
        ("site", "{{resolve:escalation_policy:all (web)}}"),
    ]


def test_services_without_a_policy_share_the_implied_one_of_their_team() -> None:
    found = posture("services: {api: {owner: pay}, batch: {owner: pay}}\n")
    [policy] = exported.pagerduty(found, DELAY).document["escalation_policies"]
    assert policy["name"] == "pay (implied)"
    assert policy["description"].startswith("Pages for api, batch.")
    assert policy["escalation_rules"][0] == {
        "escalation_delay_in_minutes": 15,
        "targets": [{"id": "{{resolve:schedule:pay}}", "type": "schedule_reference", "summary": "pay"}],
    }


def test_people_are_named_by_email_where_there_is_one_and_a_position_is_all_who_fill_it() -> None:
    found = posture(
        "escalation_policies: {all: {tiers: [{targets: [leads, alice], timeout: 5m}, {targets: team, timeout: 5m}]}}\n"
        "services: {api: {owner: pay, policy: all}}\n"
    )
    [policy] = exported.pagerduty(found, DELAY).document["escalation_policies"]
    assert [one["id"] for one in policy["escalation_rules"][0]["targets"]] == [
        "{{resolve:user:alice@acme.example}}", "{{resolve:user:Bob Okafor}}",
    ]  # fmt: skip


def test_opsgenie_counts_its_delays_from_the_beginning_and_rounds_up() -> None:
    found = posture(
        "escalation_policies:\n"
        "  all: {tiers: [{targets: on-call, timeout: 90s}, {targets: leads, timeout: 10m}], repeat_cycles: 1}\n"
        "services: {api: {owner: pay, policy: all}}\n"
    )
    [made] = exported.opsgenie(found, DELAY).document["escalations"]
    assert [(one["recipient"]["type"], one["delay"]["timeAmount"]) for one in made["rules"]] == [
        ("schedule", 0), ("user", 2), ("user", 2),
    ]  # fmt: skip
    assert made["repeat"] == {"waitInterval": 10, "count": 1, "resetRecipientStates": True}


def test_what_a_provider_cannot_say_is_told() -> None:
    found = posture(
        "escalation_policies:\n"
        "  all: {tiers: [{targets: [on-call, '@eng'], timeout: 5m}, {targets: team, timeout: 5m}], repeat_cycles: 12}\n"
        "services: {api: {owner: pay, policy: all}}\n"
    )
    made = exported.pagerduty(found, DELAY)
    assert made.document["escalation_policies"][0]["num_loops"] == 9
    assert made.remarks == [
        "PagerDuty repeats 9 times at most, all says 12.",
        "all pages the user group eng, which only Slack knows: left out.",
        "PagerDuty has no fallback: after the last repeat it pages nobody more.",
    ]


def test_a_policy_that_means_nobody_there_is_left_out_and_told() -> None:
    found = posture(
        "escalation_policies: {all: {tiers: [{targets: '@eng', timeout: 5m}, {targets: '@ops', timeout: 5m}]}}\n"
        "services: {api: {owner: pay, policy: all}}\n"
    )
    made = exported.pagerduty(found, DELAY)
    assert made.document == {"escalation_policies": [], "services": []}
    assert made.remarks[-1] == "all pages nobody that PagerDuty knows: left out."


def test_components_stand_in_their_groups_with_what_keeps_them_true() -> None:
    found = posture(
        "services: {api: {owner: pay, components: [till], health_checks: {up: https://acme.example/up}}}\n"
        "status_page:\n"
        "  min_duration: 90s\n"
        "  components: {till: {name: The till, group: Shops, health_check: up}, app: {name: App}}\n"
    )
    made = exported.components(found).document
    till = {"id": "till", "name": "The till", "description": "", "health_check_ref": "up"}
    app = {"id": "app", "name": "App", "description": "", "health_check_ref": None}
    assert made["groups"] == [{"name": "Shops", "components": [till | {"min_duration_before_update": "90s"}]}]
    assert made["components"] == [app | {"min_duration_before_update": "90s"}]
