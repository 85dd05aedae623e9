"""The audit against the sandbox's Slack and sheets: what is missing is named where it stands, and nothing else."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from live_slack import live
from sheets_double import ID, google

import cli
from bot.domain.contacts import Contact, ContactKind
from bot.domain.inspection import Lack
from bot.settings import NAMES, Settings
from bot.usecases.roster import declare_people
from cli.audit import audit
from cli.audit_beside import beside
from posture import load, loads
from sandbox import seed
from storage.opening import open_database

NOW = datetime(2026, 11, 21, tzinfo=UTC)
POSTURE = """\
people:
  alice: {slack: U0ALICE, email: alice@acme.example}
  henry: {slack: U0HENRY}
  nora: {email: nora@acme.example}
teams:
  payments:
    members: [alice, henry]
    rotation: {user_group: "@oncall-cash"}
services: {api: {owner: payments}}
severities:
  SEV2: {notify_channels: [incidnts]}
"""
GOOD = """\
people:
  alice: {slack: U0ALICE, email: alice@acme.example}
teams:
  payments: {members: [alice], rotation: {user_group: "@oncall-payments"}}
services: {api: {owner: payments}}
"""
NO_DATABASE = "There is no database yet: gaps are those of the posture."


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper() in NAMES:
            monkeypatch.delenv(name)
    (tmp_path / "posture.yaml").write_text(POSTURE)


async def test_what_slack_lacks_is_named_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with live() as there:
        monkeypatch.setenv("SLACK_BOT_TOKEN", seed.BOT_TOKEN)
        monkeypatch.setenv("SLACK_API_URL", f"{there.running.world.base_url}/api/")
        assert await audit(Path("posture.yaml")) == 1
        assert [line.split(". ")[0] for line in capsys.readouterr().out.splitlines()] == [
            "posture.yaml:3:3: error INC401: `henry` is deactivated in Slack",
            "posture.yaml:4:3: error INC402: `nora` (nora@acme.example) is not in this Slack workspace",
            "posture.yaml:6:3: error INC406: There is no user group @oncall-cash in use in Slack; `payments` names it",
            "posture.yaml:11:3: warning INC407: There is no channel #incidnts that the bot can see; `SEV2` names it",
            NO_DATABASE,
            "3 errors, 1 warning.",
        ]
        await _with_database(Path("posture.yaml"))
        Path("posture.yaml").write_text(GOOD)
        assert (await audit(), await audit(strict=True)) == (0, 1)
        out = capsys.readouterr().out.splitlines()
        assert [line.split(". ")[0] for line in out[:3]] == [
            "posture.yaml:2:3: warning INC405: `alice` added a new phone number and never verified it",
            "This posture is not in force: gaps are those of its own rotations.",
            "0 errors, 1 warning.",
        ]


async def _with_database(path: Path) -> None:
    """The people of a posture, of whom Alice has not verified a number."""
    db = await open_database("sqlite:///data/tocsin.db", clock=lambda: NOW)
    found = load(path).posture
    assert found is not None
    ids = await db.write(lambda tx: declare_people(tx, found))
    waiting = Contact(ids["alice"], ContactKind.PHONE, True, "+15550100009", nonce="n")
    await db.write(lambda tx: tx.contacts.put(waiting))
    await db.close()


async def test_rows_of_the_sheet_are_findings_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("posture.yaml").write_text(GOOD)
    async with live() as there, google() as sheets:
        given: dict[str, Any] = {
            "SLACK_BOT_TOKEN": seed.BOT_TOKEN, "SLACK_API_URL": f"{there.running.world.base_url}/api/",
            "GOOGLE_CREDENTIALS": sheets.credentials(), "GOOGLE_SPREADSHEET_ID": ID, "GOOGLE_API_URL": sheets.url,
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        sheets.put(
            "schedule", [["start_time", "end_time", "assignees"], ["11-24-2026 09:00", "11-24-2026 17:00", "Eve"]]
        )
        sheets.put("contacts", [["name"], ["Alice"]])
        assert await audit(format="json") == 1
    [found] = json.loads(capsys.readouterr().out)
    assert (found["code"], found["message"]) == (
        "INC408", "The spreadsheet is in the way: schedule, row 2, assignees: “Eve” is not among the contacts.",
    )  # fmt: skip


async def test_gaps_are_those_of_the_slots_where_the_posture_is_in_force_and_else_of_its_rotations() -> None:
    Path("posture.yaml").write_text(GOOD)
    loaded, url = load("posture.yaml"), "sqlite:///data/tocsin.db"
    assert loaded.posture is not None

    async def gaps(text: str = "") -> list[Lack]:
        given = loaded if not text else loads(text)
        assert given.posture is not None
        settings = Settings(database_url=url)
        return list((await beside(settings, given.posture, given.digest, (), NOW)).gaps)

    fortnight = " from 2026-11-21 00:00 to 2026-12-05 00:00 UTC"
    assert await gaps() == []
    db = await open_database(url, clock=lambda: NOW)
    await db.write(lambda tx: tx.postures.accept(loaded.digest, loaded.text, "test", NOW))
    await db.close()
    assert await gaps() == [Lack("INC409", "teams", "payments", fortnight)]  # its slots were never made
    off = GOOD.replace("{user_group:", "{is_active: false, user_group:")
    assert await gaps(off) == [
        Lack("INC409", "teams", "payments", ", which is switched off and paged all the same"),
    ]


def test_what_cannot_be_asked_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit"]) == 2
    assert capsys.readouterr().out == "SLACK_BOT_TOKEN is not set: without it Slack cannot be asked.\n"
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert cli.main(["audit", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().out
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    assert cli.main(["audit"]) == 2
    assert capsys.readouterr().err.startswith("Slack could not be asked (auth.test: no connection")


def test_its_codes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--explain", "inc401"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "Error. A person is deactivated in Slack. Take them out of the posture, or have Slack's admins activate them"
        " again.",
        "",
        "Only `audit` finds it.",
    ]
