"""`diff` says what a change of the posture means for people: two files, or one beside what was last accepted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import databases
import pytest

import cli
from cli.diff import diff

OLD = """\
people: {alice: {slack: U0ALICE}, bob: {slack: U0BOB}}
teams: {web: {members: [alice, bob], rotation: {members: [alice]}}}
services: {site: {owner: web}}
"""
NEW = OLD.replace("{members: [alice]}", "{members: [bob]}")
FROM = ("--from", "2026-11-23T09:00", "--days", "7")
CHANGES = [
    "Schedule web: bob instead of alice; at any time in these 7 days.",
    "site, SEV1 and SEV2, tier 1: bob (Slack) instead of alice (Slack); at any time in these 7 days.",
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.yaml").write_text(OLD)
    Path("new.yaml").write_text(NEW)


@pytest.mark.usefixtures("files")
def test_two_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", "old.yaml", "new.yaml", *FROM]) == 0
    assert capsys.readouterr().out.splitlines() == CHANGES
    assert cli.main(["diff", "old.yaml", "new.yaml", *FROM, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schedules"][0]["shifts"] == [
        {"before": "alice", "after": "bob", "spans": [["2026-11-23T09:00:00+00:00", "2026-11-30T09:00:00+00:00"]]}
    ]


@pytest.mark.usefixtures("files")
async def test_one_file_beside_what_was_last_accepted(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert await diff(Path("new.yaml")) == 2
    assert "No posture was accepted yet" in capsys.readouterr().out
    async with databases.opened(sqlite_url) as db:
        await db.write(lambda tx: tx.postures.accept("d", OLD, "test", datetime(2026, 11, 20, tzinfo=UTC)))
    assert await diff(Path("new.yaml"), since="2026-11-23T09:00", days=7) == 0
    assert capsys.readouterr().out.splitlines() == CHANGES


@pytest.mark.usefixtures("files")
async def test_without_a_database_two_files_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///none.db")
    assert await diff(Path("new.yaml")) == 2
    assert capsys.readouterr().out == (
        "There is no database at none.db. DATABASE_URL says where it is; the bot makes it at its first start."
        " `.venv/bin/tocsin diff OLD NEW` compares two files without one.\n"
    )


@pytest.mark.usefixtures("files")
def test_a_posture_with_an_error_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text(NEW.replace("[bob]", "[bbo]"))
    assert cli.main(["diff", "old.yaml", "new.yaml"]) == 2
    assert capsys.readouterr().out.startswith("new.yaml:2:59: error INC201: There is no person `bbo`.")
