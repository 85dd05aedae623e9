"""What the rules of a posture make of it (severities, postmortems, emoji…), and how its YAML is read."""

from __future__ import annotations

from datetime import time, timedelta

from bot.domain import severity
from bot.domain.oncall import ActiveHours, Rotation
from bot.domain.posture import EmojiRules, PersonDecl, PostmortemRules, Posture
from posture import Loaded, loads

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PEOPLE = """\
people:
  alice: {slack: U0ALICE}
  bob: {slack: U0BOB}
  carol: {slack: U0CAROL}
positions: {lead: carol}
services:
  api: {owner: payments, policy: main}
"""
TEAMS = """\
teams:
  payments: {members: [alice, bob], rotation: {rotation_period: 7d}}
  web: {members: [carol]}
schedules: {second: {members: [bob]}}
"""
ALONE = """\
people: {alice: {slack: U0ALICE}}
teams: {web: {members: [alice]}}
services: {site: {owner: web}}
"""


def accepted(text: str, **options: str) -> Posture:
    loaded = loads(text, **options)
    assert [str(finding) for finding in loaded.errors] == []
    assert loaded.posture is not None
    return loaded.posture


def test_severities_keep_what_is_not_said_and_drop_positions_nobody_declared() -> None:
    posture = accepted(
        PEOPLE
        + TEAMS
        + """\
escalation_policies: {main: [on-call, lead]}
severities:
  P1: {response: 3m, resolution: none, notify_channels: '#fire', notify_positions: [lead]}
  SEV5: {label: cosmetic, urgency: high}
default_severity: p3
"""
    )
    default = severity.DEFAULTS["SEV1"]
    one, five = posture.severities["SEV1"], posture.severities["SEV5"]
    assert (one.response, one.resolution, one.notify_channels) == (3 * MINUTE, None, ("fire",))
    assert one.notify_positions == ("lead",)
    assert (one.label, one.urgency, one.pages, one.meaning) == (default.label, default.urgency, True, default.meaning)
    assert (five.label, five.urgency, five.pages, five.commander, five.status_page, five.postmortem) == (
        "cosmetic", severity.Urgency.HIGH, False, False, False, True,
    )  # fmt: skip
    assert posture.severities["SEV2"] == severity.DEFAULTS["SEV2"]
    assert posture.default_severity == "SEV3"
    assert accepted(ALONE).severities["SEV1"].notify_positions == ()


def test_the_rules_of_postmortems_reminders_alerts_and_emoji_are_read() -> None:
    posture = accepted(
        PEOPLE.replace(", policy: main", "")
        + """\
teams: {payments: {members: [alice]}}
postmortem: {sections: [Summary, Timeline], due_within: 5bd, action_items: {min: 2}, reviewers: lead}
reminders: {commander_after: 3m, max_count: 0}
alerts: {auto_resolve: false, quiet: 0s}
emoji: {ack: [":eyes:", ok], decline: no_entry}
admins: [carol]
room_name: fire-{id}
"""
    )
    assert posture.postmortem == PostmortemRules(("Summary", "Timeline"), 5, 2, ("lead",))
    assert (posture.reminders.commander_after, posture.reminders.update_every, posture.reminders.max_count) == (
        3 * MINUTE, 15 * MINUTE, 0,
    )  # fmt: skip
    assert (posture.alerts.auto_resolve, posture.alerts.quiet) == (False, timedelta(0))
    assert posture.emoji == EmojiRules(ack=("eyes", "ok"), decline=("no_entry",))
    assert (posture.admins, posture.room_pattern) == (("carol",), "fire-{id}")


def test_yaml_is_1_2() -> None:
    loaded: Loaded = loads(
        "people: {no: {name: 12:30, slack: U0NO}}\nservices: {api: {owner: t}}\nteams: {t: {members: [no]}}"
    )
    assert loaded.posture is not None
    assert loaded.posture.people == {"no": PersonDecl("no", "12:30", "U0NO")}


def test_anchors_and_merges_save_repetition() -> None:
    posture = accepted(
        """\
x-office: &office {time_zone: Europe/Berlin, active_hours: 09:00-18:00}
people: {alice: &who {slack: U0A}}
teams: {web: {members: [alice], rotation: {<<: *office, rotation_period: 1d, time_zone: Asia/Tokyo}}}
services: {site: {owner: web}}
"""
    )
    assert posture.schedules["web"].layers == (
        Rotation(("alice",), DAY, time(9), None, "Asia/Tokyo", active=ActiveHours(time(9), time(18))),
    )
