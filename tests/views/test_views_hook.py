"""What leaves us as JSON: documented whole, and silent about what is private."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from views_scene import ACKED_RUN, ALICE, INCIDENT, NOW, PAGING, page_job, row

from bot.domain.delivery import Effect, RowState
from bot.domain.escalation import RunKind
from bot.domain.mirror import Action, dedup_key, number_in
from bot.domain.picture import Job, Picture
from bot.views.hook import page_hook
from bot.views.pagerduty import event

DOC = (Path(__file__).parents[2] / "docs" / "paging.md").read_text(encoding="utf-8")
CANARY = replace(
    INCIDENT, private=True, title="canary-title", description="canary-text", source_link="https://canary.example/",
    detected_by="canary-person",
)  # fmt: skip


def leaves(given: Mapping[str, object], before: str = "") -> Iterator[str]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{before}{name}.")
        else:
            yield before + name


def job(picture: Picture = PAGING, *, doubt: bool = False) -> Job:
    return replace(page_job(picture), row=row(Effect.PAGE_WEBHOOK, RowState.PENDING, doubt=doubt))


def test_every_field_is_documented_and_no_other() -> None:
    table = DOC.split("| field | |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE) == list(leaves(page_hook(job(), NOW)))


def test_a_page_says_whom_what_and_what_comes_next() -> None:
    shown = page_hook(job(), NOW)
    assert shown["person"] == {
        "name": "Alice Chen", "handle": "alice", "slack_id": "U0ALICE", "email": "alice@acme.example",
    }  # fmt: skip
    assert (shown["key"], shown["sent_at"], shown["repeat"]) == ("key/page.webhook", "2026-11-21T03:20:00Z", False)
    assert shown["page"] == {
        "tier": 1, "tiers": 3, "cycle": 1,
        "otherwise": "If nobody acks by 03:25 UTC (in 5 min), Bob Okafor is paged (tier 2 of 3, cycle 1).",
    }  # fmt: skip
    assert page_hook(job(doubt=True), NOW)["repeat"] is True


def test_a_page_beside_a_policy_has_no_tier() -> None:
    told = replace(PAGING.runs[0], run=replace(PAGING.runs[0].run, kind=RunKind.NOTIFY))
    page = page_hook(job(replace(PAGING, runs=(told,))), NOW)["page"]
    assert isinstance(page, dict)
    assert [page[one] for one in ("tier", "tiers", "cycle")] == [None, None, None]


@pytest.mark.parametrize("action", Action)
def test_a_private_incident_s_words_leave_by_no_system(action: Action) -> None:
    picture = replace(PAGING, incident=CANARY)
    out = json.dumps([page_hook(job(picture), NOW), event(action, picture, NOW)])
    assert ("canary" in out, "INC-42" in out) == (False, True)


def test_pagerduty_is_told_what_it_needs_within_its_limits() -> None:
    shown = event("trigger", replace(PAGING, incident=replace(INCIDENT, title="x" * 5000, description="y" * 9000)), NOW)
    payload = shown["payload"]
    assert (len(payload["summary"]), payload["severity"], payload["class"]) == (1024, "critical", "SEV1")
    assert len(payload["custom_details"]["description"]) == 2000
    assert [one["text"] for one in shown["links"]] == ["Open it in Slack", "Runbook"]
    assert datetime.fromisoformat(payload["timestamp"]) == NOW


def test_a_drill_wakes_nobody_through_pagerduty_as_if_it_were_real() -> None:
    payload = event("trigger", replace(PAGING, incident=replace(INCIDENT, drill=True)), NOW)["payload"]
    assert (payload["severity"], payload["summary"].startswith("DRILL SEV1 INC-42")) == ("info", True)


def test_what_follows_says_only_what_changed() -> None:
    assert event("resolve", replace(PAGING, runs=(ACKED_RUN,)), NOW) == {
        "event_action": "resolve",
        "dedup_key": f"tocsin/INC-42/{int(INCIDENT.declared_at.timestamp())}",
        "client": "Tocsin",
    }


def test_a_key_is_known_again_and_never_for_another_database_s_incident() -> None:
    assert number_in(dedup_key(INCIDENT)) == 42
    other = replace(INCIDENT, declared_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert dedup_key(other) != dedup_key(INCIDENT)
    for key in ("", "tocsin/INC-/1", "tocsin/INC-1/", "x/INC-1/1", "tocsin/INC-1/1/2", "tocsin/INC-٤/1"):
        assert number_in(key) is None


def test_a_page_without_a_person_is_a_bug() -> None:
    with pytest.raises(ValueError):
        page_hook(replace(job(), person=None), NOW)
    assert page_hook(replace(job(), person=ALICE), NOW)["type"] == "page"
