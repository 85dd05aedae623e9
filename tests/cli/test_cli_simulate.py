"""`simulate`: a posture alone says who would be paged; what cannot be said is a sentence and an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli

POSTURE = """\
people:
  alice: {name: Alice Chen, slack: U0ALICE, phone: "+15550100001"}
  bob: {name: Bob Okafor, email: bob@acme.example}
  carol: {name: Carol Díaz, slack: U0CAROL}
  dave: {name: Dave Novak}
positions: {lead: carol, nobody: dave}
teams:
  payments:
    members: [alice, bob]
    rotation: {rotation_period: 12h, handoff: "03:10", time_zone: Europe/Berlin}
escalation_policies:
  payments:
    tiers:
      - {targets: on-call, timeout: 15m}
      - {targets: nobody, timeout: 5m}
      - {targets: [user-group helpers, lead: sms+slack], timeout: 5m}
    repeat_cycles: 0
    fallback: {executive: alice}
services:
  payments-api: {owner: payments, policy: payments}
severities:
  SEV1: {notify_positions: [lead]}
"""

NOBODY = """\
people: {alice: {name: Alice Chen}, bob: {name: Bob Okafor}}
teams: {payments: {members: [alice, bob], rotation: {rotation_period: 1d}}}
services: {api: {owner: payments}}
"""

#: The clocks in Berlin go from 02:00 to 03:00; at 03:10 Bob hands over to Alice.
SPRING = "2026-03-29T02:17 Europe/Berlin"

SAID = """\
payments-api, SEV1 critical, high urgency
Sunday 29 March 2026, 03:00 CEST (01:00 UTC), if nobody ever answers. Nothing is sent. \
(02:17 does not exist there that day: the clocks change.)
Policy payments: 3 tiers, then alice.

at once      03:00  tier 1 of 3, cycle 1
                    Bob Okafor (on call for payments): Slack and email
                  and beside it, because it is SEV1: lead
                    Carol Díaz (lead): Slack
+10 min      03:10  a handover: whoever comes on call is paged too
                    Alice Chen (on call for payments): Slack and SMS; phone call after 2 min
+15 min      03:15  tier 3 of 3, cycle 1
                    passed over: tier 2 of 3, nobody: no phone, email or Slack account to reach them by
                    whoever is in @helpers: Slack
                    Carol Díaz (lead): Slack
+20 min      03:20  the fallback
                    Alice Chen: Slack and SMS; phone call after 2 min
                    …and again every 5 min until somebody answers.

Sooner where a phone rings unanswered or a page cannot be delivered: then the next tier comes at once.
"""


@pytest.fixture
def posture(tmp_path: Path) -> str:
    path = tmp_path / "posture.yaml"
    path.write_text(POSTURE)
    return str(path)


def simulate(*words: str) -> int:
    return cli.main(["simulate", *words])


def test_every_page_is_told_with_its_time_its_people_and_their_notifiers(
    posture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--posture", posture, "--severity", "sev1", "--at", SPRING) == 0
    assert capsys.readouterr().out == SAID


def test_the_same_as_json_for_programs(posture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--posture", posture, "--severity", "P1", "--at", SPRING, "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["at"], said["severity"], said["repeats_every"]) == ("2026-03-29T01:00:00+00:00", "SEV1", 300.0)
    assert [
        (one["kind"], one["after"], one["tier"], [who["handle"] for who in one["people"]]) for one in said["events"]
    ] == [
        ("step", 0.0, 1, ["bob"]),
        ("handover", 600.0, 1, ["alice"]),
        ("step", 900.0, 3, [None, "carol"]),
        ("step", 1200.0, 0, ["alice"]),
    ]
    assert said["events"][1]["people"][0]["deliveries"] == [
        {"notifier": "slack", "after": 0.0},
        {"notifier": "sms", "after": 0.0},
        {"notifier": "voice", "after": 120.0},
    ]
    assert said["events"][2]["skipped"] == [{"tier": 2, "targets": ["nobody"], "reasons": ["no_address"]}]
    assert [(one["position"], [who["handle"] for who in one["people"]]) for one in said["told"]] == [
        ("lead", ["carol"])
    ]


def test_only_the_notifiers_that_are_named_are_used(posture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--posture", posture, "--at", SPRING, "--notifiers", "phone+email") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip() for line in lines if "Alice" in line or "Bob" in line] == [
        "Bob Okafor (on call for payments): email",
        "Alice Chen (on call for payments): phone call",
        "Alice Chen: phone call",
    ]


def test_a_severity_that_pages_nobody_says_so_and_uses_the_quiet_rules(
    posture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--posture", posture, "--severity", "sev3", "--at", "2026-03-29T12:00Z") == 0
    out = capsys.readouterr().out
    assert "SEV3 pages nobody by itself; this is what escalating it would do." in out
    assert "Alice Chen (on call for payments): Slack\n" in out


def test_where_nobody_can_be_reached_it_says_so_and_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "posture.yaml"
    path.write_text(NOBODY)
    assert simulate("--posture", str(path), "--at", SPRING) == 1
    out = capsys.readouterr().out
    assert "nobody can be reached: the room and the admins are told, and people are looked for every minute" in out
    assert out.endswith("…and nobody comes on call in the next two weeks.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--service", "paymnts-api"], "There is no service `paymnts-api`. Did you mean `payments-api`?"),
        (["--severity", "sev9"], "There is no severity `sev9`. Did you mean `SEV1`?"),
        (["--at", "noon"], '`noon` is no time. Write it like "2026-03-29T02:17 Europe/Berlin".'),
        (["--at", "2026-03-29T02:17 Europe/Berlim"],
         '`2026-03-29T02:17 Europe/Berlim` is no time. Write it like "2026-03-29T02:17 Europe/Berlin".'),
        (["--notifiers", "slack+pigeon"],
         "There is no notifier `pigeon`. There is: slack, sms, voice, email, webhook, pagerduty."),
    ],
)  # fmt: skip
def test_what_cannot_be_simulated_is_a_sentence_and_2(
    posture: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--posture", posture, *words) == 2
    assert capsys.readouterr().out == said + "\n"


def test_a_posture_with_errors_is_shown_its_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "posture.yaml"
    path.write_text("people: {alice: {slak: U0A}}\n")
    assert simulate("--posture", str(path)) == 2
    assert "INC103: `slak` is not a key here. Did you mean `slack`?" in capsys.readouterr().out


def test_times_may_be_written_in_several_ways(posture: str, capsys: pytest.CaptureFixture[str]) -> None:
    ways = ["2026-03-28T13:00 UTC", "2026-03-28 13:00", "2026-03-28T14:00+01:00", "2026-03-28 14:00 Europe/Berlin"]
    moments = []
    for written in ways:
        assert simulate("--posture", posture, "--at", written, "--format", "json") == 0
        moments.append(json.loads(capsys.readouterr().out)["at"])
    assert moments == ["2026-03-28T13:00:00+00:00"] * 4
