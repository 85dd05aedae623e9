"""`POST /webhooks/alertmanager`: alert by alert, never by the group's status; one bad entry loses no other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from web_door import Door

from bot.domain.alert import AlertStatus, Signal
from bot.domain.incident import State
from web.alertmanager import BadEntry, read
from web.reading import Rejected

PAYLOADS = Path(__file__).parents[1] / "payloads" / "alertmanager"


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def one(**fields: Any) -> dict[str, Any]:
    """A payload of one alert."""
    alert = {"status": "firing", "labels": {"alertname": "Down"}, "annotations": {}, "fingerprint": "f1", **fields}
    return {"version": "4", "groupKey": "g", "status": "firing", "alerts": [alert]}


def test_a_real_firing_alert_is_read_whole() -> None:
    signals, bad = read(payload("firing"))
    assert bad == []
    assert signals == [
        Signal(
            source="alertmanager",
            dedup_key="71eace9b0ea8024c",
            status=AlertStatus.FIRING,
            summary="127.0.0.1:9555 is down",
            description="value 0",
            severity="SEV1",
            service="payments",
            labels=payload("firing")["alerts"][0]["labels"],
            link="http://vm:9190/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
            runbook="https://wiki.example.com/rb",
            starts_at=datetime(2026, 11, 20, 22, 12, 25, 632000, UTC),
            ends_at=None,
            group=payload("firing")["groupKey"],
        )
    ]


def test_each_alert_of_a_group_has_its_own_status() -> None:
    signals, bad = read(payload("group2"))
    assert bad == []
    assert [(s.labels["instance"], s.status.value) for s in signals] == [
        ("a", "resolved"),
        ("b", "firing"),
        ("c", "firing"),
    ]
    assert signals[0].starts_at == datetime(2026, 11, 20, 22, 13, 20, 283232, UTC)  # nanoseconds are cut
    assert signals[0].ends_at == datetime(2026, 11, 20, 22, 13, 24, tzinfo=UTC)


def test_what_is_missing_is_made_of_the_labels() -> None:
    signals, _ = read(one(fingerprint=None, labels={"instance": "db-1", "alertname": "Down"}, annotations=None))
    assert (signals[0].dedup_key, signals[0].summary) == ("alertname=Down\ninstance=db-1", "Down on db-1")


@pytest.mark.parametrize(
    ("severity", "ours"),
    [("critical", "SEV1"), ("Page", "SEV1"), ("warning", "SEV3"), ("p2", "SEV2"), ("none", "SEV4"), ("odd", None)],
)
def test_severities_are_read_as_alerts_spell_them(severity: str, ours: str | None) -> None:
    signals, _ = read(one(labels={"alertname": "Down", "severity": severity}))
    assert signals[0].severity == ours


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("text", "an alert must be an object"),
        ({"status": "firing"}, "it has neither labels nor a fingerprint"),
        ({"status": "odd", "labels": {"a": "b"}}, 'status must be "firing" or "resolved"'),
        ({"status": None, "labels": {"a": "b"}}, 'status must be "firing" or "resolved"'),
        ({"status": "firing", "labels": ["a"]}, "labels must be an object of texts"),
        ({"status": "firing", "labels": {"a": 1}}, "labels must be an object of texts"),
        ({"status": "firing", "labels": {"a": "b"}, "startsAt": "soon"}, "startsAt is no time"),
        ({"status": "firing", "labels": {"a": "b"}, "startsAt": "9999-12-31T23:59:59-12:00"}, "startsAt is no time"),
        ({"status": "firing", "labels": {"a": "b"}, "endsAt": "2026-01-01T00:00:00"}, "endsAt has no zone"),
    ],
)
def test_a_bad_entry_is_named_and_loses_no_other(entry: object, reason: str) -> None:
    good = payload("firing")["alerts"]
    signals, bad = read({"version": "4", "alerts": [entry, *good]})
    assert (len(signals), bad) == (1, [BadEntry(0, reason)])


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "wrong_version"), ({"version": "3", "alerts": []}, "wrong_version"), ({"version": "4"}, "bad_field")],
)
def test_what_is_no_payload_of_version_4_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(given)
    assert caught.value.code == code


async def test_firing_opens_and_pages_resolved_closes_after_the_quiet_time(door: Door) -> None:
    assert await door.alerts(payload("firing")) == (
        200,
        {
            "alerts": [{"fingerprint": "71eace9b0ea8024c", "action": "declared", "incident_id": "1"}],
            "bad": [],
        },
    )
    await door.night.deliver()
    incident = await door.night.incident()
    assert (incident.severity, incident.title, incident.detected_by) == (
        "SEV1",
        "127.0.0.1:9555 is down",
        "Alertmanager",
    )
    status, answer = await door.alerts(payload("firing"))
    assert (status, answer["alerts"][0]["action"]) == (200, "repeated")
    status, answer = await door.alerts(payload("resolved"))
    assert (status, answer["alerts"][0]["action"]) == (200, "resolved")
    await door.night.pass_minutes(3)
    assert (await door.night.incident()).state is State.RESOLVED


async def test_a_group_is_one_incident_that_stays_while_one_fires(door: Door) -> None:
    status, answer = await door.alerts(payload("group1"))
    assert (status, [row["incident_id"] for row in answer["alerts"]]) == (200, ["1", "1", "1"])
    await door.alerts(payload("group2"))
    await door.night.pass_minutes(10)
    assert (await door.night.incident()).open


async def test_the_answer_names_what_could_not_be_read(door: Door) -> None:
    mixed = payload("firing")
    mixed["alerts"].append({"status": "firing"})
    status, answer = await door.alerts(mixed)
    assert (status, answer["bad"]) == (200, [{"index": 1, "reason": "it has neither labels nor a fingerprint"}])
    assert answer["alerts"][0]["incident_id"] == "1"
    status, answer = await door.alerts({"version": "4", "alerts": [{"status": "firing"}]})
    assert (status, answer["error"]) == (422, "no_alert_readable")


async def test_nothing_to_read_is_no_error(door: Door) -> None:
    assert await door.alerts({"version": "4", "alerts": []}) == (200, {"alerts": [], "bad": []})


async def test_an_alert_that_began_long_ago_is_declared_now(door: Door) -> None:
    long_ago = (door.night.now - timedelta(days=3)).isoformat()
    await door.alerts(one(startsAt=long_ago))
    assert (await door.night.incident()).declared_at == door.night.now
