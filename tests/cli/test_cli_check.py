"""The subcommand `check` prints what is wrong and exits with what CI needs to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.check import check

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
