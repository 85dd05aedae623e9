"""`apply` shows what would change at PagerDuty or Opsgenie, changes it when told to, and deletes only its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from configured_double import Provider, provider

from cli.apply import apply
from posture.exported import MARK

POSTURE = """\
people:
  alice: {name: Alice Chen, slack: U0ALICE, email: alice@acme.example}
  bob: {name: Bob Okafor, slack: U0BOB}
teams: {pay: {members: [alice, bob], rotation: {members: [alice]}}}
escalation_policies: {climb: {tiers: [{targets: on-call, timeout: 5m}, {targets: bob, timeout: 10m}]}}
services: {api: {owner: pay, policy: climb}, batch: {owner: pay, policy: climb}}
"""
FALLBACK = "PagerDuty has no fallback: after the last repeat it pages nobody more."


@pytest.fixture
async def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Provider]:
    """A provider that knows three people and a schedule."""
    monkeypatch.chdir(tmp_path)
    Path("posture.yaml").write_text(POSTURE)
    async with provider() as kept:
        for name, value in {
            "PAGERDUTY_API_TOKEN": "pd-token", "PAGERDUTY_API_URL": kept.url,
            "OPSGENIE_API_KEY": "og-key", "OPSGENIE_API_URL": kept.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        kept.put("users", name="Zoe", email="zoe@acme.example", username="zoe@acme.example")
        kept.put("users", name="A. Chen", email="Alice@acme.example", username="Alice@acme.example")
        kept.put("users", name="Bob Okafor", fullName="Bob Okafor", email="b@acme.example", username="b@acme.example")
        kept.put("schedules", name="pay")
        yield kept


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


async def test_the_plan_is_shown_and_nothing_is_changed(there: Provider, capsys: pytest.CaptureFixture[str]) -> None:
    assert await apply("pagerduty", Path("posture.yaml")) == 1
    assert said(capsys) == [
        FALLBACK,
        "  + create escalation policy climb",
        "  + create service api",
        "  + create service batch",
        "3 changes would be made. `.venv/bin/tocsin apply pagerduty … --yes` makes them.",
    ]
    assert there.changed == []


async def test_it_is_made_with_the_provider_s_ids_and_then_nothing_is_left_to_do(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    there.limit = 1
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 0
    assert there.changed == ["create climb", "create api", "create batch"]
    [policy] = there.kept["escalation_policies"]
    assert [[one["id"] for one in rule["targets"]] for rule in policy["escalation_rules"]] == [["P004"], ["P003"]]
    assert [one["escalation_policy"]["id"] for one in there.kept["services"]] == [policy["id"]] * 2
    said(capsys)
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 0
    assert said(capsys)[-1] == "PagerDuty says what the posture says."
    assert len(there.changed) == 3


async def test_what_the_posture_retired_is_deleted_and_what_others_made_stays(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    await apply("pagerduty", Path("posture.yaml"), yes=True)
    there.put("services", name="theirs", description="Made by hand.")
    there.put("escalation_policies", name="old", description=f"Pages for gone. {MARK}")
    Path("posture.yaml").write_text(POSTURE.replace(", batch: {owner: pay, policy: climb}", ""))
    there.changed.clear()
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 0
    assert there.changed == ["update climb", "delete batch", "delete old"]
    assert there.names("services") == ["api", "theirs"]


async def test_taking_over_what_somebody_else_made_is_said_first(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    there.put("escalation_policies", name="Climb", description="Made by hand.", escalation_rules=[], num_loops=0)
    assert await apply("pagerduty", Path("posture.yaml")) == 1
    taken = "  ~ update escalation policy climb (it was made by somebody else, and is taken over)"
    assert said(capsys)[1] == taken


async def test_names_that_lead_nowhere_or_to_several_stop_it_before_anything_changes(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    there.kept["schedules"].clear()
    there.put("users", name="Bob Okafor", email="other@acme.example")
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 2
    assert said(capsys)[1:] == [
        "PagerDuty has no schedule `pay`. Make it there first, or change the posture.",
        "PagerDuty has 2 times a user `Bob Okafor`. Rename all but one, or give the person an email.",
        "Nothing was changed.",
    ]
    assert there.changed == []


async def test_what_fails_stops_it_and_the_same_command_goes_on(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    await apply("pagerduty", Path("posture.yaml"), yes=True)
    there.kept["services"].clear()
    there.fail = 400
    capsys.readouterr()
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 2
    assert said(capsys)[-2:] == [
        'PagerDuty answered 400 to POST services: {"error": {"message": "Invalid Input Provided"}}',
        "0 of 2 changes made; the rest was left. The same command goes on from there.",
    ]
    assert await apply("pagerduty", Path("posture.yaml"), yes=True) == 0
    assert there.names("services") == ["api", "batch"]


async def test_opsgenie_has_escalations_made_changed_and_pruned(
    there: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    there.put("escalations", name="old", description=MARK)
    assert await apply("opsgenie", Path("posture.yaml"), yes=True) == 0
    assert there.changed == ["create climb", "delete old"]
    [climb] = there.kept["escalations"]
    assert [one["recipient"]["id"] for one in climb["rules"]] == ["P004", "P003"]
    Path("posture.yaml").write_text(POSTURE.replace("timeout: 5m", "timeout: 7m"))
    assert await apply("opsgenie", Path("posture.yaml"), yes=True) == 0
    assert there.changed[2:] == ["update climb"]
    assert [one["delay"]["timeAmount"] for one in there.kept["escalations"][0]["rules"]] == [0, 7]


async def test_without_a_key_it_says_which(
    there: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OPSGENIE_API_KEY")
    assert await apply("opsgenie", Path("posture.yaml")) == 2
    assert said(capsys) == ["OPSGENIE_API_KEY is not set: an API key that may read and configure."]


async def test_a_key_that_is_refused_is_told_and_not_shown(
    there: Provider, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PAGERDUTY_API_TOKEN", "canary-token")
    assert await apply("pagerduty", Path("posture.yaml")) == 2
    told = capsys.readouterr()
    assert 'PagerDuty answered 401 to GET users: {"message": "Unauthorized"}' in told.out
    assert "canary" not in told.out + told.err
