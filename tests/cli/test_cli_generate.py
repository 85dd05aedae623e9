"""`generate` writes a posture's five documents, and `--check` says which committed copy is stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli

EXAMPLE = "examples/payments.yaml"
WRITTEN = Path("examples/payments")


def test_the_committed_documents_of_the_worked_example_are_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", EXAMPLE, "--to", str(WRITTEN), "--check"]) == 0
    assert capsys.readouterr().out == "All 5 documents in examples/payments say what the posture says.\n"


def test_the_guide_tells_who_is_paged_when_and_by_what() -> None:
    guide = (WRITTEN / "response-guide.md").read_text(encoding="utf-8")
    critical = guide.split("\n## ")[1]
    assert [line for line in critical.splitlines() if line[:3] in {"| 1", "| 2", "| 3", "| 4"}] == [
        "| 1 | at once | on call for payments | PagerDuty |",
        "| 2 | +10 min | team-lead | PagerDuty and Slack |",
        "| 3 | +30 min | eng-manager | phone call and Slack |",
        "| 4 | +1 h | vp-engineering | phone call |",
    ]
    assert "- Roll back to the last release: takes about 5 min; `argocd app rollback payments-api`" in guide


def test_the_template_has_the_sections_and_rules_of_the_posture() -> None:
    template = (WRITTEN / "postmortem-template.md").read_text(encoding="utf-8")
    assert [line[3:] for line in template.splitlines() if line.startswith("## ")] == [
        "Summary", "Impact", "Timeline", "Root Cause", "Contributing Factors", "Resolution", "Action Items",
        "Lessons Learned",
    ]  # fmt: skip
    assert "At least 2 action items." in template
    assert "Reviewers: Bob Okafor (team-lead) and Carol Díaz (eng-manager)." in template


def test_a_stale_and_a_missing_copy_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", EXAMPLE, "--to", str(tmp_path)]) == 0
    (tmp_path / "pagerduty.json").unlink()
    (tmp_path / "opsgenie.json").write_text("{}")
    said = "pagerduty.json: PagerDuty has no fallback: after the last repeat it pages nobody more.\n"
    assert capsys.readouterr().err == said  # by document: what one cannot say another may
    assert cli.main(["generate", EXAMPLE, "--to", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path}/pagerduty.json is missing.",
        f"{tmp_path}/opsgenie.json is stale.",
        f"Write anew with `.venv/bin/tocsin generate {EXAMPLE} --to {tmp_path}`, and commit what changed.",
    ]
    assert (tmp_path / "opsgenie.json").read_text() == "{}"  # a check writes nothing


def test_one_document_is_printed_alone_and_what_it_cannot_say_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", EXAMPLE, "--print", "pagerduty"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["escalation_policies"][0]["name"] == "payments"
    assert err == "PagerDuty has no fallback: after the last repeat it pages nobody more.\n"


def test_a_posture_that_would_be_refused_generates_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "posture.yaml").write_text("people: 7")
    assert cli.main(["generate", str(tmp_path / "posture.yaml"), "--to", str(tmp_path / "out")]) == 2
    assert "would be refused" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
