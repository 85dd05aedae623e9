"""The subcommand `check` prints what is wrong and exits with what CI needs to know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.check import check
from cli.schema import schema

GOOD = "people: {alice: {slack: U0A}}\nteams: {web: {members: [alice]}}\nservices: {site: {owner: web}}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("posture.yaml").write_text(GOOD)
    return Path("posture.yaml")


def test_a_clean_posture_exits_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(file) == 0
    assert (
        capsys.readouterr().out == "posture.yaml: 0 errors, 0 warnings. 1 person, 0 schedules, 0 policies, 1 service.\n"
    )


def test_a_warning_is_printed_and_exits_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD.replace("{slack: U0A}", "{name: Alice}"))
    assert check(file) == 0
    assert capsys.readouterr().out == (
        "posture.yaml:1:10: warning INC301: `alice` cannot be reached by anything."
        ' Add `slack: U…`, `email: …` or `phone: "+…"`.\n'
        "posture.yaml: 0 errors, 1 warning. 1 person, 0 schedules, 0 policies, 1 service.\n"
    )


def test_an_error_exits_with_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(GOOD.replace("[alice]", "[alcie]"))
    assert check(file) == 1
    assert capsys.readouterr().out == (
        "posture.yaml:2:25: error INC201: There is no person `alcie`. Did you mean `alice`?\n"
        "posture.yaml: 1 error, 0 warnings. This posture would be refused.\n"
    )


def test_strict_exits_with_1_for_a_warning_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(file, strict=True) == 0
    file.write_text(GOOD.replace("{slack: U0A}", "{name: Alice}"))
    assert check(file, strict=True) == 1


def test_json_is_a_list_and_nothing_else(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(file, format="json") == 0
    assert json.loads(capsys.readouterr().out) == []
    file.write_text(GOOD.replace("[alice]", "[alcie]"))
    assert check(file, format="json") == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "code": "INC201",
            "severity": "error",
            "file": "posture.yaml",
            "line": 2,
            "column": 25,
            "message": "There is no person `alcie`.",
            "fix": "Did you mean `alice`?",
        }
    ]


def test_github_is_given_annotations_that_a_posture_cannot_break_out_of(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(GOOD.replace("[alice]", "['a%::error,']"))
    file.rename("a,b:c.yaml")
    assert check(Path("a,b:c.yaml"), format="github") == 1
    assert capsys.readouterr().out.splitlines()[0] == (
        "::error file=a%2Cb%3Ac.yaml,line=2,col=25,title=INC201::"
        "There is no person `a%25::error,`. Known here: `alice`."
    )


def test_a_code_is_explained_without_reading_anything(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.unlink()
    assert check(explain="inc004") == 0
    assert capsys.readouterr().out.startswith(
        "## INC004\n\nError. Timeouts are given, but not one for each tier. Give every tier a `timeout`, or none"
    )
    assert (check(explain="INC901"), check(explain="INC999")) == (0, 2)
    assert capsys.readouterr().out.splitlines() == [
        "INC901: Nobody at all can be paged. Only --prove finds it.",
        "There is no code `INC999`. Did you mean `INC309`?",
    ]


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema() == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Tocsin posture"


def test_nothing_to_check_exits_with_2(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(Path("other.yaml")) == 2
    assert capsys.readouterr().out == (
        "other.yaml:1:1: error INC100: The file cannot be read: No such file or directory. Check its name and rights.\n"
        "other.yaml: 1 error, 0 warnings. This posture would be refused.\n"
    )


def test_without_a_path_the_posture_of_the_settings_is_checked(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("POSTURE", raising=False)
    assert check() == 0
    file.unlink()
    assert check() == 2
    assert capsys.readouterr().out.splitlines()[1:] == [
        "No posture: POSTURE is not set and there is no posture.yaml here. Name a file to check, or write one."
    ]
