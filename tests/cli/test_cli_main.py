"""The command line: every command has its help, every failure a sentence and an exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from bot.settings import NAMES


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper() in NAMES:
            monkeypatch.delenv(name)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: .venv/bin/tocsin {command}")


def test_a_command_s_own_help_says_more_than_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Only reads, also while the bot runs. Prints one line for each broken promise and exits with 1" in shown


def test_help_says_nothing_twice_and_shows_no_empty_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert (cli.main(["--help"]), cli.main(["simulate", "--help"]), cli.main(["oncall", "--help"])) == (0, 0, 0)
    shown = capsys.readouterr().out
    assert (shown.count("ithout a"), shown.count('""')) == (1, 0)


def test_the_version_is_that_of_its_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    project = (cli.ROOT / "pyproject.toml").read_text()
    assert f'version = "{capsys.readouterr().out.strip()}"' in project


def test_help_names_every_command_and_imports_none(capsys: pytest.CaptureFixture[str]) -> None:
    for command in cli.COMMANDS:
        sys.modules.pop(f"cli.{command}", None)
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [command for command in cli.COMMANDS if command not in shown] == []
    assert [command for command in cli.COMMANDS if f"cli.{command}" in sys.modules] == []


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["chek"], "There is no command 'chek'. Did you mean `check`?"),
        (
            ["banana"],
            "There is no command 'banana'. There is: run, sandbox, check, schema, simulate, diff, generate,"
            " import, apply, contacts, oncall, audit, doctor, migrate, backup, verify.",
        ),
    ],
)
def test_an_unknown_command_names_the_nearest(
    argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    assert capsys.readouterr().err.strip() == sentence


@pytest.mark.parametrize("argv", [["run", "--fast"], ["migrate", "now"], ["sandbox", "--port", "x"]])
def test_wrong_arguments_are_refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 2
    assert capsys.readouterr().err != ""


def test_without_tokens_it_says_what_is_missing_and_offers_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set, and the bot cannot run without.",
        "Put them into .env (README, “Going live”, says where Slack shows them), or try everything without Slack:",
        "  .venv/bin/tocsin sandbox",
    ]


def test_wrong_settings_are_told_one_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_PORT", "x")
    monkeypatch.setenv("TZ", "Mars")
    assert cli.main(["run"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "HTTP_PORT must be a whole number.",
        "TZ must be a zone name such as Europe/Berlin or UTC.",
    ]


def test_a_posture_with_a_wrong_line_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "posture.yaml").write_text("people:\n  alice: {nmae: Alice}\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert cli.main(["run"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert [line.split(": error ")[0] for line in shown if ": error " in line] == ["posture.yaml:2:11"]
    assert shown[-1].startswith("The bot does not start with this posture.")


def test_the_sandbox_refuses_a_posture_that_its_bot_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text("people:\n  alice: {nmae: Alice}\n")
    assert cli.main(["sandbox", "--posture", "bad.yaml"]) == 2
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first.startswith("bad.yaml:2:11: error ")
    assert last == "The bot does not start with this posture. Mend the errors above."


def test_tokens_that_slack_does_not_know_are_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    assert cli.main(["run"]) == 2
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first == (
        "No posture: POSTURE is not set and there is no posture.yaml here."
        " Incidents can be declared, but nobody can be paged."
    )
    assert last == (
        "Slack could not be asked (auth.test: no connection (ClientConnectorError))."
        " Check the network and SLACK_API_URL, then try again."
    )


def test_whoever_stops_reading_the_output_is_told_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    program = [sys.executable, str(cli.ROOT / "app.py"), "schema"]
    done = subprocess.run(program, stdout=write, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (2, b"")


def test_migrating_makes_the_database_and_verify_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify"]) == 2
    assert capsys.readouterr().err == (
        "There is no database at data/tocsin.db. DATABASE_URL says where it is; the bot makes it at its first start.\n"
    )
    assert cli.main(["migrate"]) == 0
    there = "The database is at step 0001, the newest.\n"
    assert capsys.readouterr() == (f"Made a new database at data/tocsin.db.\n{there}", "")
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr() == (there, "")
    assert cli.main(["verify"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("promises checked, none broken.")


def test_a_backup_is_made_once_and_postgresql_is_left_to_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["migrate"]) == 0
    capsys.readouterr()
    assert cli.main(["backup", "copy.db"]) == 0
    assert capsys.readouterr().out.endswith(
        " bytes, checked. Everything that was committed before it began is in it.\n"
    )
    assert cli.main(["backup", "copy.db"]) == 2
    assert capsys.readouterr().err == "copy.db is there already: name a file that is not.\n"
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    assert cli.main(["backup", "other.db"]) == 2
    assert capsys.readouterr().err == "The database is PostgreSQL: pg_dump makes copies of it.\n"


def test_a_database_that_is_none_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.db").write_text("no database at all, but long enough to be looked at" * 50)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.db")
    assert cli.main(["migrate"]) == 2
    assert capsys.readouterr().err == "The file is not a SQLite database.\n"
