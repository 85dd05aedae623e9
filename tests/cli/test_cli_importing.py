"""`import`: a posture is written, checked and never over another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli
from posture import load

USERS = [{"id": "A", "name": "Alice", "email": "alice@example.com"}, {"id": "B", "name": "Bob", "email": "bob@"}]
POLICY = {"id": "E", "name": "All", "num_loops": 1, "escalation_rules": [
    {"escalation_delay_in_minutes": 5, "targets": [{"id": "A", "type": "user_reference"}]},
    {"escalation_delay_in_minutes": 9, "targets": [{"id": "B", "type": "user_reference"}]}]}  # fmt: skip
SERVICE = {"id": "W", "name": "Web", "escalation_policy": {"id": "E"}}


@pytest.fixture(autouse=True)
def export(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    content = {"users": USERS, "escalation_policies": [POLICY], "services": [SERVICE]}
    (tmp_path / "export.json").write_text(json.dumps(content))


def test_a_posture_is_written_and_what_is_missing_in_it_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "pagerduty", "export.json"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "people bob: The email address cannot be right and was left out.",
        "Wrote posture.yaml: 2 people, 0 teams, 0 schedules, 1 policy, 1 service.",
        "posture.yaml:9:3: warning INC301: `bob` cannot be reached by anything."
        ' Add `slack: U…`, `email: …` or `phone: "+…"`.',
    ]
    assert load("posture.yaml").posture is not None


def test_a_file_that_is_there_is_overwritten_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("people: {}\n")
    assert cli.main(["import", "pagerduty", "export.json", "--to", "mine.yaml"]) == 2
    assert capsys.readouterr().out == (
        "mine.yaml is there already, and was left as it is. Name another with --to, or overwrite it with --force.\n"
    )
    assert Path("mine.yaml").read_text() == "people: {}\n"
    assert cli.main(["import", "pagerduty", "export.json", "--to", "mine.yaml", "--force"]) == 0
    assert load("mine.yaml").posture is not None


def test_a_file_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "pagerduty", "export.json", "--to", "nowhere/posture.yaml"]) == 2
    assert capsys.readouterr().out == "nowhere/posture.yaml cannot be written: No such file or directory.\n"


def test_nothing_is_written_where_there_is_nothing_to_import(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "grafana", "nowhere.json"]) == 2
    assert capsys.readouterr().out == "nowhere.json is not there.\n"
    assert not Path("posture.yaml").exists()


def test_an_export_of_another_system_is_suspected(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "grafana", "export.json"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == (
        "There was no schedule and no policy in it. Is it an export of that system, and whole?"
    )
