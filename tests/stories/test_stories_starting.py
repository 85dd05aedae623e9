"""Starting with something wrong is told in a sentence; a database that is locked loses nothing that was confirmed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from town.program import ROOT
from town.town import Build, Town, posture
from town.waiting import eventually

#: The exit code of what could not be done.
IMPOSSIBLE = 2


def test_a_posture_with_a_wrong_line_is_refused_with_its_place(build: Build, tmp_path: Path) -> None:
    file = posture(tmp_path, {"owner: payments\n    policy: payments\n    runbook": "owner: paiments\n    runbook"})
    town = build(POSTURE=file)
    said = [line for line in _refused(town).splitlines() if ": error INC" in line]
    wrong = next(number for number, line in enumerate(Path(file).read_text().splitlines(), 1) if "paiments" in line)
    column = len("    owner: ") + 1
    assert said[0].startswith(f"{file}:{wrong}:{column}: error INC")
    assert "payments" in said[0]
    checked = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "check", file], capture_output=True, text=True, cwd=tmp_path, timeout=30
    )
    assert checked.returncode == 1
    assert said[0] in checked.stdout


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-not-this-one", "Slack"),
        ("SLACK_APP_TOKEN", "xapp-not-this-one", "Slack"),
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "Slack"),
        ("TWILIO_AUTH_TOKEN", "", "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER go together"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence_at_the_start(build: Build, setting: str, value: str, said: str) -> None:
    town = build(**{setting: value})
    words = _refused(town)
    assert said in words
    assert "Traceback" not in words
    assert value not in words or not value


def _refused(town: Town) -> str:
    """The bot does not start; what it said."""
    town.bot.launch()
    assert town.bot.ended() == IMPOSSIBLE
    return town.bot.words()


def test_a_second_bot_on_the_same_file_is_refused(build: Build, sqlite_url: str) -> None:
    first, second = build(), build()
    first.bot.start()
    second.bot.launch()
    assert second.bot.ended() == IMPOSSIBLE
    assert f"runs on {sqlite_url.removeprefix('sqlite:///')}" in second.bot.words()
    assert first.dave.types("/incident declare sev2 it is slow").startswith("INC-1")


def test_a_locked_database_is_told_and_saves_nothing_and_works_again_afterwards(build: Build) -> None:
    town = build()
    town.bot.start()
    room = town.declares()
    page = town.alice.page()
    hold = sqlite3.connect(town.database.removeprefix("sqlite:///"), isolation_level=None)
    hold.execute("BEGIN IMMEDIATE")
    said, (status, answer), _ = town.outside.at_once(
        lambda: town.bob.types("/incident declare sev1 another one"),
        lambda: town.webhook("incidents", {"title": "a third one"}),
        lambda: town.alice.presses("Ack", on=page),
    )
    assert said in (
        "Nothing was saved: it could not be written in time. Please try again.",
        "I could not confirm that this was saved. Look at the incident before you repeat it.",
    )
    assert (status, answer["error"]) == (503, "unavailable")
    assert town.numbers() == [1]
    hold.execute("ROLLBACK")
    hold.close()
    assert town.bob.types("/incident take 1").startswith("You took INC-1")
    room.hears("Bob Okafor took this")
    eventually(town.at_rest)
    assert town.webhook("incidents", {"title": "a third one"})[0] == 201
    assert town.bot.stop() == 0
    assert town.verify() == []
    assert [line for line in town.bot.errors() if '"event": "lane"' not in line] == []  # the loops say why they wait
