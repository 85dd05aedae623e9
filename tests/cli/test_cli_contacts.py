"""`contacts` writes what `check --prove --contacts` reads: who can be reached by what, from the settings' database."""

from __future__ import annotations

import json
from pathlib import Path

import databases
import pytest
from night import night_on

import cli
from cli.contacts import contacts

POSTURE = """\
people: {alice: {name: Alice, email: alice@acme.example}, dave: {name: Dave, phone: "+15550100004"}}
teams: {web: {members: [alice, dave], rotation: {members: [alice]}}}
escalation_policies: {web: [on-call, team]}
services: {site: {owner: web, policy: web, deployed: false}}
"""


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("MAIL_FROM", "tocsin@acme.example")
    Path("posture.yaml").write_text(POSTURE)


@pytest.mark.usefixtures("settings")
async def test_the_bot_knows_more_than_the_posture(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with databases.opened(sqlite_url) as db:
        await night_on(db)
    assert await contacts(Path("contacts.json")) == 0
    written = json.loads(Path("contacts.json").read_text())
    assert (written["configured"], written["people"]["dave"]) == (["email", "slack"], ["slack"])
    assert await contacts() == 0
    assert json.loads(capsys.readouterr().out) == written


@pytest.mark.usefixtures("settings")
def test_what_is_written_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"configured": ["email", "slack"], "people": {"alice": ["email", "slack"], "dave": ["slack"]}, "rules": {}}
    Path("contacts.json").write_text(json.dumps(known))
    given = ["check", "posture.yaml", "--prove", "--contacts", "contacts.json", "--days", "3"]
    assert cli.main(given) == 0
    known["people"] = {"alice": ["slack"], "dave": ["slack"]}
    Path("contacts.json").write_text(json.dumps(known))
    assert cli.main(given) == 1
    assert "Alice is paged by Slack alone" in capsys.readouterr().out
