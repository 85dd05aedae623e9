"""What each key of the language makes of a posture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import ActiveHours, Away, Origin, Rotation, Schedule, Source, Term
from bot.domain.posture import PersonDecl, Posture, Service, Team
from posture import loads
from posture.model import Document

MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)
DOCS = Path("docs/posture.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
PEOPLE = """\
people:
  alice: {slack: U0ALICE}
  bob: {slack: U0BOB}
  carol: {slack: U0CAROL}
positions: {lead: carol}
services:
  api: {owner: payments, policy: main}
"""


def accepted(text: str, **options: str) -> Posture:
    loaded = loads(text, **options)
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.posture is not None
    return loaded.posture


def test_ten_lines_page_whoever_has_the_week_then_the_other() -> None:
    assert len(EXAMPLES[0].splitlines()) <= 10
    loaded = loads(EXAMPLES[0])
    assert loaded.findings == () and loaded.posture is not None
    assert loaded.posture.policy_for("payments-api", 15 * MINUTE) == Policy(
        "payments-api (implied)",
        (
            Tier((Target(TargetKind.SCHEDULE, "payments", 0),), 15 * MINUTE),
            Tier((Target(TargetKind.SCHEDULE, "payments", 1),), 15 * MINUTE),
        ),
    )


def test_the_whole_example_is_clean_and_uses_every_key_there_is() -> None:
    assert loads(EXAMPLES[1], now=datetime(2026, 11, 21, 12, tzinfo=UTC)).findings == ()  # its reviews grow old
    written = set(re.findall(r"(?:^|[{,\s])([a-z_]+):(?=\s)", EXAMPLES[1]))
    assert sorted(set(_keys(Document)) - written) == []


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in _models(field.annotation):
            yield from _keys(inner)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (list, dict, Annotated, UnionType):
        for part in get_args(annotation):
            yield from _models(part)


def test_the_other_examples_of_the_docs_are_clean_beside_people() -> None:
    around = "people: {alice: {slack: U0A}, bob: {slack: U0B}}\npositions: {eng-manager: bob}\n"
    services = "services: {api: {owner: payments, policy: payments}}\n"
    teams = "teams: {payments: {members: [alice, bob], rotation: {rotation_period: 7d}}}\n"
    assert loads(around + teams + services + EXAMPLES[2]).findings == ()
    assert loads(around + "services: {api: {owner: payments}}\n" + EXAMPLES[3]).findings == ()


def test_people_positions_and_services_are_as_they_are_written() -> None:
    posture = accepted(
        """\
people:
  alice: {name: Alice Chen, slack: U0ALICE, email: a@acme.example, phone: +15550100001, zone: Europe/Berlin}
  bob: {phone: "+15550100002"}
positions: {lead: [alice, bob], chief: bob}
teams: {web: {members: [bob]}}
services:
  site: {owner: web, runbook: https://wiki.example/site, description: "The  site", deployed: false}
"""
    )
    assert posture.people == {
        "alice": PersonDecl("alice", "Alice Chen", "U0ALICE", "a@acme.example", "+15550100001", "Europe/Berlin"),
        "bob": PersonDecl("bob", "bob", phone="+15550100002"),
    }
    assert posture.positions == {"lead": ("alice", "bob"), "chief": ("bob",)}
    assert posture.teams == {"web": Team("web", ("bob",))}
    assert posture.services == {
        "site": Service(
            "site", "web", None, "https://wiki.example/site", "The site", False, runbooks=("https://wiki.example/site",)
        )
    }
    assert posture.default_service == "site"  # the first, where none is named


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("{rotation_period: 7d}", Rotation(("alice", "bob"), WEEK)),
        ("{rotation_period: 2w, handoff: Thu}", Rotation(("alice", "bob"), 2 * WEEK, time(9), 3)),
        ("{handoff: friday 17:30}", Rotation(("alice", "bob"), WEEK, time(17, 30), 4)),
        ("{rotation_period: 1d, handoff: 8:00}", Rotation(("alice", "bob"), DAY, time(8), None)),
        ("{rotation_period: 12h, members: [bob]}", Rotation(("bob",), DAY / 2, time(9), None)),
        ("{time_zone: Asia/Tokyo}", Rotation(("alice", "bob"), WEEK, zone="Asia/Tokyo")),
        (
            "{time_zone: Asia/Tokyo, start: 2026-11-23 09:00}",
            Rotation(("alice", "bob"), WEEK, zone="Asia/Tokyo", start=datetime(2026, 11, 23, tzinfo=UTC)),
        ),
        (
            "{active_hours: Fri-Mon 22:00-06:00}",
            Rotation(("alice", "bob"), WEEK, active=ActiveHours(time(22), time(6), frozenset({4, 5, 6, 0}))),
        ),
        ("{active_hours: 00:00-24:00}", Rotation(("alice", "bob"), WEEK, active=ActiveHours(time(0), time(0)))),
        (
            "{active_hours: weekdays 12:30-13:00}",
            Rotation(("alice", "bob"), WEEK, active=ActiveHours(time(12, 30), time(13), frozenset(range(5)))),
        ),
    ],
)
def test_a_rotation_is_its_teams_schedule(written: str, made: Rotation) -> None:
    text = PEOPLE.replace(", policy: main", "") + f"teams: {{payments: {{members: [alice, bob], rotation: {written}}}}}"
    assert accepted(text).schedules == {"payments": Schedule("payments", (made,), team="payments")}


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("pagerduty://PABC123", Source(Origin.PAGERDUTY, "PABC123", "Europe/Berlin")),
        ("'pagerduty://Payments%20Primary'", Source(Origin.PAGERDUTY, "Payments Primary", "Europe/Berlin")),
        ("https://x.example/a.ics", Source(Origin.CALENDAR, "https://x.example/a.ics", "Europe/Berlin")),
        ("webcal://x.example/a.ics", Source(Origin.CALENDAR, "https://x.example/a.ics", "Europe/Berlin")),
    ],
)
def test_a_rotation_may_be_kept_elsewhere(written: str, source: Source) -> None:
    text = PEOPLE.replace(", policy: main", "")
    text += f"teams: {{payments: {{members: [bob], rotation: {{source: {written}, time_zone: Europe/Berlin}}}}}}"
    assert accepted(text).schedules["payments"] == Schedule(
        "payments", (), team="payments", origin=source.origin, source=source
    )


@pytest.mark.parametrize(
    ("written", "name"), [('"@oncall-payments"', "oncall-payments"), ("oncall", "oncall"), ("S0A", "S0A")]
)
def test_a_rotation_may_name_the_user_group_that_follows_it(written: str, name: str) -> None:
    text = PEOPLE.replace(", policy: main", "")
    text += f"teams: {{payments: {{members: [bob], rotation: {{user_group: {written}}}}}}}"
    assert accepted(text).schedules["payments"].user_group == name


def test_rotations_that_name_no_zone_have_the_one_in_the_settings() -> None:
    text = PEOPLE.replace(", policy: main", "") + "teams: {payments: {members: [bob], rotation: {handoff: Mon}}}"
    posture = accepted(text, zone="Europe/Madrid")
    assert posture.schedules["payments"].layers == (Rotation(("bob",), WEEK, zone="Europe/Madrid"),)


def test_members_have_their_time_and_clock_and_people_their_days_off() -> None:
    posture = accepted(
        """\
people:
  alice: {slack: U0ALICE, zone: America/New_York, time_off: 2026-12-24..2026-12-26, holidays: here}
  bob: {slack: U0BOB, time_off: [2026-12-01 12:00..2026-12-01 18:00]}
  carol: {slack: U0CAROL}
holidays: {here: [2027-01-01], there: [2027-05-01]}
services: {api: {owner: payments}}
teams:
  payments:
    members: [alice, bob, carol]
    rotation:
      members: [alice, {person: bob, joins: 2026-11-30, time_zone: Asia/Tokyo}, {person: carol, leaves: 2027-01-01}]
      time_zone: Europe/Berlin
      active_hours: 09:00-18:00
      holidays: [here, there]
      end: 2027-06-30
"""
    )
    alice = Term(
        "alice",
        away=(
            Away(utc("2026-12-24T05:00"), utc("2026-12-27T05:00")),
            Away(utc("2027-01-01T05:00"), utc("2027-01-02T05:00"), holiday=True),
        ),
    )
    bob = Term(
        "bob",
        utc("2026-11-29T15:00"),
        zone="Asia/Tokyo",
        away=(Away(utc("2026-12-01T03:00"), utc("2026-12-01T09:00")),),
    )
    carol = Term("carol", until=utc("2026-12-31T23:00"))
    assert posture.schedules["payments"].layers == (
        Rotation(
            ("alice", "bob", "carol"),
            WEEK,
            zone="Europe/Berlin",
            active=ActiveHours(time(9), time(18)),
            end=utc("2027-06-29T22:00"),
            terms=(alice, bob, carol),
            holidays=frozenset({date(2027, 1, 1), date(2027, 5, 1)}),
        ),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_layers_may_be_a_list_and_schedules_stand_beside_teams() -> None:
    posture = accepted(
        PEOPLE.replace(", policy: main", "")
        + """\
schedules:
  night: {team: payments, rotation_period: 1d, is_active: false, escalation_timeout: 5m, escalation_to: lead}
  both: [{members: [carol]}, {members: [bob], active_hours: 09:00-17:00}]
teams:
  payments:
    rotation: [{members: [alice]}, {members: [bob]}]
"""
    )
    assert posture.schedules == {
        "payments": Schedule("payments", (Rotation(("alice",), WEEK), Rotation(("bob",), WEEK)), team="payments"),
        "night": Schedule(
            "night", (Rotation(("alice", "bob"), DAY, time(9), None),), 5 * MINUTE, "lead", False, "payments"
        ),
        "both": Schedule(
            "both",
            (Rotation(("carol",), WEEK), Rotation(("bob",), WEEK, active=ActiveHours(time(9), time(17)))),
        ),
    }
    assert posture.teams == {"payments": Team("payments", ("alice", "bob"), ("payments", "night"))}


TEAMS = """\
teams:
  payments: {members: [alice, bob], rotation: {rotation_period: 7d}}
  web: {members: [carol]}
schedules: {second: {members: [bob]}}
"""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on-call", Target(TargetKind.SCHEDULE, "payments")),
        ("on-call +1", Target(TargetKind.SCHEDULE, "payments", 1)),
        ("team", Target(TargetKind.TEAM, "payments")),
        ("second", Target(TargetKind.SCHEDULE, "second")),
        ("second +2", Target(TargetKind.SCHEDULE, "second", 2)),
        ("payments", Target(TargetKind.SCHEDULE, "payments")),
        ("team payments", Target(TargetKind.TEAM, "payments")),
        ("web", Target(TargetKind.TEAM, "web")),
        ("lead", Target(TargetKind.POSITION, "lead")),
        ("alice", Target(TargetKind.PERSON, "alice")),
        ("person alice", Target(TargetKind.PERSON, "alice")),
        ("lead: slack+sms", Target(TargetKind.POSITION, "lead", 0, ("slack", "sms"))),
        ("on-call +1: [email]", Target(TargetKind.SCHEDULE, "payments", 1, ("email",))),
        ("lead: phone+slack", Target(TargetKind.POSITION, "lead", 0, ("voice", "slack"))),
        ("user-group oncall-web", Target(TargetKind.USER_GROUP, "oncall-web")),
        ("'@oncall-web'", Target(TargetKind.USER_GROUP, "oncall-web")),
        ("user-group S0WEB: sms", Target(TargetKind.USER_GROUP, "S0WEB", 0, ("sms",))),
    ],
)
def test_a_target_means_what_its_words_say(written: str, meant: Target) -> None:
    text = PEOPLE + TEAMS + f"escalation_policies: {{main: [[{written}], carol]}}"
    policy = accepted(text).policy_for("api", MINUTE)
    assert policy is not None
    assert policy.tiers[0] == Tier((meant,), 15 * MINUTE)


def test_on_call_means_the_team_of_the_service_that_is_paged_for() -> None:
    text = PEOPLE + TEAMS.replace("{members: [carol]}", "{members: [carol], rotation: {handoff: Mon}}")
    text = text.replace("services:", "services:\n  site: {owner: web, policy: main}")
    posture = accepted(text + "escalation_policies: {main: [on-call, team]}")
    for service, team in (("api", "payments"), ("site", "web")):
        assert posture.policy_for(service, MINUTE) == Policy(
            "main",
            (
                Tier((Target(TargetKind.SCHEDULE, team),), 15 * MINUTE),
                Tier((Target(TargetKind.TEAM, team),), 30 * MINUTE),
            ),
        )


def test_a_policy_keeps_its_timeouts_cycles_and_tiers() -> None:
    text = """\
escalation_policies:
  main:
    tiers:
      - {targets: [on-call, lead], timeout: 5m}
      - {targets: [team], timeout: 1h}
    repeat_cycles: 0
    fallback: notify_all
"""
    assert accepted(PEOPLE + TEAMS + text).policy_for("api", MINUTE) == Policy(
        "main",
        (
            Tier((Target(TargetKind.SCHEDULE, "payments"), Target(TargetKind.POSITION, "lead")), 5 * MINUTE),
            Tier((Target(TargetKind.TEAM, "payments"),), 60 * MINUTE),
        ),
        0,
    )


def test_a_tier_may_be_one_target_with_its_notifiers() -> None:
    text = "escalation_policies: {main: [on-call, lead: voice+slack, [alice: sms, bob]]}"
    policy = accepted(PEOPLE + TEAMS + text).policy_for("api", MINUTE)
    assert policy is not None
    assert [[(target.name, target.notifiers) for target in tier.targets] for tier in policy.tiers] == [
        [("payments", ())],
        [("lead", ("voice", "slack"))],
        [("alice", ("sms",)), ("bob", ())],
    ]


def test_an_executive_may_be_any_target_and_an_ack_may_time_out() -> None:
    text = """\
escalation_policies:
  main: {tiers: [lead, alice], ack_timeout: 2h, fallback: {executive: %s}}
"""
    for written, meant in (
        ("lead", Target(TargetKind.POSITION, "lead")),
        ("{alice: sms}", Target(TargetKind.PERSON, "alice", 0, ("sms",))),
        ("on-call", Target(TargetKind.SCHEDULE, "payments")),
    ):
        policy = accepted(PEOPLE + TEAMS + text % written).policy_for("api", MINUTE)
        assert policy is not None
        assert (policy.executive, policy.ack_timeout) == (meant, 120 * MINUTE)


def test_a_policy_within_a_policy_is_written_out_when_it_is_asked_for() -> None:
    text = """\
escalation_policies:
  main: [[lead, policy other], carol]
  other: {tiers: [{targets: on-call, timeout: 1m}, {targets: [team], timeout: 2m}]}
"""
    posture = accepted(PEOPLE + TEAMS + text)
    policy = posture.policy_for("api", MINUTE)
    assert policy is not None
    assert [(tier.timeout, [target.name for target in tier.targets]) for tier in policy.tiers] == [
        (15 * MINUTE, ["lead", "payments"]),
        (2 * MINUTE, ["payments"]),
        (30 * MINUTE, ["carol"]),
    ]


def test_a_policy_without_tiers_is_on_call_and_then_the_whole_team() -> None:
    silent = "escalation_policies: {main: {repeat_cycles: 1}}"
    assert accepted(PEOPLE + TEAMS + silent).policy_for("api", MINUTE) == Policy(
        "main",
        (
            Tier((Target(TargetKind.SCHEDULE, "payments"),), 15 * MINUTE),
            Tier((Target(TargetKind.TEAM, "payments"),), 30 * MINUTE),
        ),
        1,
    )
