"""What the keys of services, severities, components, runbooks and routes make of a posture."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain import severity
from bot.domain.component import Component, HealthCheck, Provider, StatusPage
from bot.domain.posture import AlertRules, CanaryRules, Posture
from bot.domain.remediation import Remedy, RemedyKind
from bot.domain.routing import Route, route_of
from bot.domain.runbook import Runbook, Step
from bot.domain.severity import ReminderRules
from posture import loads

MINUTE = timedelta(minutes=1)
BASE = """\
people: {alice: {slack: U0A, phone: "+15550100001"}, bob: {slack: U0B}}
positions: {lead: bob, chief: alice}
teams: {web: {members: [alice, bob], rotation: {rotation_period: 7d}}}
escalation_policies:
  usual: [on-call, team]
  quick: [on-call, team, lead]
  worst: [team, chief]
"""


def accepted(text: str) -> Posture:
    loaded = loads(BASE + text)
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.posture is not None
    return loaded.posture


def test_a_service_says_what_it_needs_and_what_can_be_done_about_it() -> None:
    posture = accepted("""\
services:
  site:
    owner: web
    runbook: site-down
    runbooks: [https://wiki.example/more, site-down]
    components: pages
    health_checks: {up: https://site.example/up, slow: {url: https://site.example/slow, interval: 1m, severity: P3}}
    dependencies: db
    remediation:
      rollback: {how: roll back, estimated_time: 5m}
      circuit_breaker: {name: search, trips: half fail}
      feature_flag: [new-cart, {flag: fast-pay, how: flagctl off}]
    canary: {rollback: run}
    reviewed: 2026-11-02
  db: {owner: web, deployed: false}
status_page: {components: {pages: {health_check: up}}}
runbooks: {site-down: https://wiki.example/site}
canary: {severity: P1}
""")
    site, db = posture.services["site"], posture.services["db"]
    assert (site.runbook, site.runbooks) == ("https://wiki.example/site", ("site-down", "https://wiki.example/more"))
    assert (site.components, site.dependencies, site.reviewed) == (("pages",), ("db",), date(2026, 11, 2))
    assert site.health_checks == (
        HealthCheck("up", "site", "https://site.example/up"),
        HealthCheck("slow", "site", "https://site.example/slow", interval=MINUTE, severity="SEV3"),
    )
    assert site.remediation == (
        Remedy(RemedyKind.ROLLBACK, "the last release", "roll back", 5 * MINUTE),
        Remedy(RemedyKind.CIRCUIT_BREAKER, "search", trips="half fail"),
        Remedy(RemedyKind.FEATURE_FLAG, "new-cart"),
        Remedy(RemedyKind.FEATURE_FLAG, "fast-pay", "flagctl off"),
    )
    assert (site.canary, db.canary, posture.canary) == (CanaryRules("SEV1", "run"), None, CanaryRules("SEV1"))
    assert (site.deployed, db.deployed) == (True, False)


def test_a_service_changes_what_a_severity_is_for_it_alone() -> None:
    posture = accepted("""\
services:
  site:
    owner: web
    severities:
      P1: {description: nobody can buy, response: 2m, notify_positions: [lead: slack+sms], reminders: {max_count: 1}}
      SEV3: {pages: true, urgency: high}
  wiki: {owner: web}
severities: {SEV1: {label: worst, emoji: 🔥, reminders: {update_every: 10m}}}
reminders: {commander_after: 1m}
""")
    general, own = posture.severity_for("SEV1", "wiki"), posture.severity_for("SEV1", "site")
    reminders = ReminderRules(commander_after=MINUTE, update_every=10 * MINUTE)
    assert general == replace(
        severity.DEFAULTS["SEV1"], label="worst", emoji="🔥", notify_positions=(), reminders=reminders
    )
    assert general is not None and own == replace(
        general,
        meaning="nobody can buy",
        response=2 * MINUTE,
        notify_positions=("lead",),
        notify_by=(("lead", ("slack", "sms")),),
        reminders=replace(reminders, max_count=1),
    )
    assert own.notifiers_of("lead") == ("slack", "sms")
    third = posture.severity_for("SEV3", "site")
    assert third is not None and (third.pages, third.urgency) == (True, severity.Urgency.HIGH)
    assert posture.reminders_for(severity.DEFAULTS["SEV2"]) == ReminderRules(commander_after=MINUTE)
    assert posture.severity_for("SEV7", "site") is None


def test_the_policy_is_the_services_for_the_severity_then_the_services_then_the_severitys() -> None:
    posture = accepted("""\
services:
  site: {owner: web, policy: usual, severities: {SEV1: {policy: worst}, SEV2: {response: 1m}}}
  wiki: {owner: web}
severities: {SEV1: {policy: quick}, SEV2: {policy: quick}}
""")
    assert {
        (service, name): getattr(posture.policy_for(service, MINUTE, name), "name", None)
        for service in ("site", "wiki")
        for name in ("SEV1", "SEV2", "SEV3", "")
    } == {
        ("site", "SEV1"): "worst",
        ("site", "SEV2"): "usual",
        ("site", "SEV3"): "usual",
        ("site", ""): "usual",
        ("wiki", "SEV1"): "quick",
        ("wiki", "SEV2"): "quick",
        ("wiki", "SEV3"): "wiki (implied)",
        ("wiki", ""): "wiki (implied)",
    }


def test_a_deployed_service_that_pages_one_person_alone_has_nobody_to_climb_to() -> None:
    alone = BASE.replace("rotation: {rotation_period: 7d}", "rotation: {members: [alice]%s}")
    site = "services: {site: {owner: web, deployed: %s}}\n"
    for more, deployed, codes in (("", "true", ["INC001"]), (", escalation_to: lead", "true", []), ("", "false", [])):
        told = loads(alone % more + site % deployed).errors
        assert [finding.code for finding in told] == codes
    [finding] = loads(alone % "" + site % "true").errors
    assert (finding.message, finding.fix) == (
        "`site` pages `alice` and nobody after them.",
        "Name a `policy`, or an `escalation_to` of the rotation.",
    )


def test_a_status_page_shows_components_in_the_order_of_its_groups() -> None:
    posture = accepted("""\
services: {site: {owner: web, components: [pages, cart, feed], health_checks: {up: https://site.example/up}}}
status_page:
  provider: cachet
  page_id: 7
  url: https://status.example
  auto_update: false
  min_duration: 10m
  groups: [Shop, Rest]
  components:
    feed: {group: Rest, health_check: up}
    pages: The pages
    cart: {name: Cart, group: Shop, description: Where it waits}
""")
    feed, cart = Component("feed", "feed", "Rest", "", "up"), Component("cart", "Cart", "Shop", "Where it waits")
    pages = Component("pages", "The pages")
    assert posture.status_page == StatusPage(
        Provider.CACHET, "7", "https://status.example", False, 10 * MINUTE, ("Shop", "Rest"),
        {"feed": feed, "pages": pages, "cart": cart},
    )  # fmt: skip
    assert [posture.status_page.of_group(group) for group in ("Shop", "Rest", "")] == [(cart,), (feed,), (pages,)]


def test_a_runbook_is_an_address_or_steps() -> None:
    posture = accepted("""\
services: {site: {owner: web, runbooks: [down, slow]}}
runbooks:
  down: https://wiki.example/down
  slow:
    description: Pages take seconds
    steps:
      - Look at the graphs
      - {name: Add servers, commands: [scale up, "wait"], checks: p99 falls, links: https://wiki.example/scale}
""")
    steps = (
        Step("Look at the graphs"),
        Step("Add servers", "", ("scale up", "wait"), ("p99 falls",), ("https://wiki.example/scale",)),
    )
    assert posture.runbooks == {
        "down": Runbook("down", "https://wiki.example/down"),
        "slow": Runbook("slow", "", "Pages take seconds", steps),
    }
    assert posture.services["site"].runbook == "https://wiki.example/down"


def test_the_first_route_that_matches_decides() -> None:
    posture = accepted("""\
services: {site: {owner: web}}
alerts:
  routes:
    - {match: {alertname: Watchdog}, record_only: true}
    - {match: {job: web-*, env: prod}, service: site, severity: p1, policy: worst, runbook: https://wiki.example/x}
    - {severity: P3}
""")
    quiet = Route((("alertname", "Watchdog"),), record_only=True)
    known = Route((("job", "web-*"), ("env", "prod")), "site", "SEV1", "worst", "https://wiki.example/x")
    rest = Route(severity="SEV3")
    assert posture.alerts == AlertRules(routes=(quiet, known, rest))
    asked = [{"alertname": "Watchdog"}, {"job": "web-db", "env": "prod"}, {"job": "web-db"}, {}]
    assert [route_of(posture.alerts.routes, labels) for labels in asked] == [quiet, known, rest, rest]
    assert route_of((quiet,), {"alertname": "Watchdogs"}) is None


def test_a_route_covers_what_is_narrower_and_takes_signs_as_they_are() -> None:
    def one(pattern: str) -> Route:
        return Route((("job", pattern),))

    pairs = [("*", "web"), ("web-*", "web-db"), ("web-*", "web-*-db"), ("a?", "a?"), ("*-db", "web-*"), ("a?", "ab")]
    assert [one(wide).covers(one(narrow)) for wide, narrow in pairs] == [True, True, True, True, False, False]
    assert (Route().covers(one("a")), one("*").covers(Route())) == (True, False)


def test_a_pattern_of_many_stars_is_tried_in_step_with_the_text() -> None:
    stars = Route((("job", "*a" * 200),))
    assert [stars.matches({"job": text}) for text in ("a" * 5000 + "b", "a" * 5000, "a" * 199)] == [False, True, False]


def test_without_them_a_posture_has_the_defaults() -> None:
    posture = accepted("services: {site: {owner: web}}\n")
    assert (posture.status_page, posture.canary, posture.alerts) == (StatusPage(), CanaryRules(), AlertRules())
    assert (posture.runbooks, posture.services["site"].severities) == ({}, {})


def test_the_codes_in_every_new_section_are_all_told_at_once() -> None:
    text = """\
services:
  site:
    owner: web
    components: [pagez]
    runbook: nowhere
    runbooks: wiki/x
    health_checks: {up: site.example, slow: {interval: 1m}, ok: {url: https://site.example, expect: 1000}}
    dependencies: [sight]
    remediation: {rollback: {estimated_time: soon}, breaker: x, feature_flag: [{how: off}]}
    severities: {SEV9: {pages: true}, P1: {policy: wurst, response: none, notify_positions: [boss, lead: pager]}}
    canary: {severity: SEV8, rollback: maybe}
    reviewed: yesterday
runbooks: {a b: {steps: [{description: x}]}}
status_page: {provider: paper, groups: [A], min_duration: 5, components: {pages: {group: B, health_check: upp}}}
alerts: {routes: [{match: job, severity: P7}, {service: sit, policy: none, runbook: nix}]}
review_every: often
"""
    assert [(f.line - BASE.count("\n"), f.column, f.code) for f in loads(BASE + text).errors] == [
        (4, 18, "INC213"),
        (5, 14, "INC215"),
        (6, 15, "INC111"),
        (7, 25, "INC111"),
        (7, 39, "INC104"),
        (7, 101, "INC105"),
        (8, 20, "INC206"),
        (9, 46, "INC107"),
        (9, 53, "INC103"),
        (9, 80, "INC104"),
        (10, 18, "INC113"),
        (10, 52, "INC205"),
        (10, 69, "INC003"),
        (10, 94, "INC202"),
        (10, 106, "INC112"),
        (11, 24, "INC113"),
        (11, 40, "INC106"),
        (12, 15, "INC108"),
        (13, 12, "INC106"),
        (13, 26, "INC104"),
        (14, 25, "INC106"),
        (14, 59, "INC107"),
        (14, 90, "INC216"),
        (14, 107, "INC214"),
        (15, 27, "INC105"),
        (15, 42, "INC113"),
        (15, 57, "INC206"),
        (15, 70, "INC205"),
        (15, 85, "INC215"),
        (16, 15, "INC107"),
    ]
