"""`check --prove` names every hole where its service stands, and exits with what CI needs to know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli

SUNDAYS = """\
people:
  alice: {name: Alice Chen, slack: U0ALICE, phone: "+15550100001"}
  bob: {name: Bob Okafor, slack: U0BOB, phone: "+15550100002"}
teams:
  payments:
    members: [alice, bob]
    rotation: {active_hours: "Mon-Sat 00:00-00:00", time_zone: Europe/Berlin}
escalation_policies:
  payments: [on-call, on-call +1]
services:
  api: {owner: payments, policy: payments}
  shop: {owner: payments, policy: payments}
"""
FROM = ("--from", "2026-03-23T00:00 Europe/Berlin")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("posture.yaml").write_text(SUNDAYS)
    return Path("posture.yaml")


def told(capsys: pytest.CaptureFixture[str], *given: str) -> tuple[int, list[str]]:
    """The exit code, and what the proof says beside other findings."""
    code = cli.main(["check", "posture.yaml", "--prove", *given])
    others = ("posture.yaml: ", "INC0", "INC2", "INC3")
    return code, [line for line in capsys.readouterr().out.splitlines() if not any(word in line for word in others)]


def test_a_sunday_without_anybody_is_named_as_an_interval_with_what_to_do(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, *FROM, "--days", "30") == (
        1,
        [
            "posture.yaml:11:3: error INC901: `api` and `shop`, SEV1 and SEV2: nobody can be paged (on call for"
            " payments: nobody is on call and number 1 after on call for payments: nobody is on call);"
            " Sun 2026-03-29 00:00 CET – Mon 2026-03-30 00:00 CEST,"
            " Sun 2026-04-05 00:00 – Mon 2026-04-06 00:00 CEST, Sun 2026-04-12 00:00 – Mon 2026-04-13 00:00 CEST,"
            " and 1 time more until Mon 2026-04-20 00:00 CEST."
            " Cover these times with a layer of `payments`, or name somebody else in `payments`.",
            "Not proven: 2 services at SEV1 and SEV2, 30 days from 2026-03-22 23:00 UTC: 1 hole.",
        ],
    )


def test_a_hole_as_json_has_its_intervals_and_github_shows_it_at_its_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "posture.yaml", "--prove", *FROM, "--days", "7", "--format", "json"]) == 1
    [hole] = [one for one in json.loads(capsys.readouterr().out) if one["code"] == "INC901"]
    assert (hole["line"], hole["services"], hole["severities"], hole["zone"], hole["spans"]) == (
        11, ["api", "shop"], ["SEV1", "SEV2"], "Europe/Berlin",
        [["2026-03-28T23:00:00+00:00", "2026-03-29T22:00:00+00:00"]],
    )  # fmt: skip
    assert told(capsys, *FROM, "--days", "7", "--format", "github")[1][0].startswith(
        "::error file=posture.yaml,line=11,col=3,title=INC901::`api` and `shop`, SEV1 and SEV2: nobody can be paged"
    )


def test_without_a_hole_it_exits_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SUNDAYS.replace("Mon-Sat ", ""))
    assert told(capsys, *FROM) == (
        0,
        [
            "Proven: 2 services at SEV1 and SEV2, 90 days from 2026-03-22 23:00 UTC: somebody is always paged in time"
            " by two providers.",
        ],
    )


def test_an_export_of_contacts_goes_before_what_the_posture_says(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(SUNDAYS.replace("Mon-Sat ", ""))
    export = {"people": {"alice": ["slack", "sms", "voice"], "bob": ["sms", "voice"]}}
    Path("contacts.json").write_text(json.dumps(export))
    code, lines = told(capsys, *FROM, "--contacts", "contacts.json", "--days", "14")
    assert (code, lines[0]) == (
        1,
        "posture.yaml:11:3: error INC903: `api` and `shop`, SEV1 and SEV2: within 5 min Bob Okafor is paged by SMS and"
        " phone call, which fail together with Twilio, and nobody by two providers before 15 min have passed;"
        " Mon 2026-03-23 09:00 CET – Mon 2026-03-30 08:45 CEST."
        " Give `bob` a Slack account or a mail address, or shorten the timeouts before whoever has two.",
    )


def test_notifiers_that_are_not_configured_are_not_counted_on(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SUNDAYS.replace("Mon-Sat ", ""))
    code, lines = told(capsys, *FROM, "--notifiers", "slack+email", "--days", "1")
    assert code == 1
    assert [line.split(" error ")[1][:6] for line in lines[:-1]] == ["INC902", "INC902"]
    assert [line.rsplit(". ", 1)[1] for line in lines[:-1]] == [
        f"Give `{one}` a mail address." for one in ("alice", "bob")
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--days", "0"], "Prove between 1 and 731 days."),
        (["--contacts", "none.json"], "none.json cannot be read: No such file or directory."),
        (["--contacts", "posture.yaml"], "posture.yaml is no export of contacts. It is not JSON."),
        (
            ["--contacts", "late.json"],
            "late.json is no export of contacts. A rule of `bob` must say `after` in seconds, 3600 at most.",
        ),
        (["--from", "soon"], '`soon` is no time. Write it like "2026-03-29T02:17 Europe/Berlin".'),
        (
            ["--notifiers", "pigeon"],
            "There is no notifier `pigeon`. There is: slack, sms, voice, email, webhook, pagerduty.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_and_exits_with_2(
    file: Path, capsys: pytest.CaptureFixture[str], given: list[str], sentence: str
) -> None:
    late = {"people": {}, "rules": {"bob": {"high": [{"notifier": "slack", "after": 10**30}]}}}
    Path("late.json").write_text(json.dumps(late))
    assert told(capsys, *given) == (2, [sentence])


def test_a_posture_with_errors_is_not_proven(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SUNDAYS.replace("members: [alice, bob]", "members: [alcie, bob]"))
    assert told(capsys) == (1, [])
