"""Programs declare and alert over HTTP: accepted means saved and paged; what is wrong is said and changes nothing."""

from __future__ import annotations

from town.town import Town
from town.waiting import eventually

from bot.domain.incident import ClosedAs, State


def test_a_text_declares_by_the_postures_defaults_and_pages(town: Town) -> None:
    status, answer = town.webhook("incidents", "Payments API is slow\nSince the deploy at 02:50")
    assert (status, answer) == (201, {"incident_id": "1"})
    town.card_shows("Since the deploy at 02:50")
    town.card_shows("*Detected by* Webhook")
    eventually(lambda: len(town.alice.phone.pages) == 1)
    incident = town.incident()
    assert (incident.severity, incident.service, incident.reporter_id) == ("SEV2", "payments-api", None)


def test_json_declares_once_for_each_key_and_joins_what_is_open(town: Town) -> None:
    body = {"title": "Checkout is down", "severity": "critical", "service": "checkout", "dedup_key": "checkout-5xx"}
    answers = [
        town.webhook("incidents", body),
        town.webhook("incidents", body),
        town.webhook("incidents", {"title": "Another"}, Idempotency_Key="one"),
        town.webhook("incidents", {"title": "Another"}, Idempotency_Key="one"),
        town.webhook("incidents", {"title": "Quiet", "page": False, "private": True}),
    ]
    assert [(status, answer["incident_id"]) for status, answer in answers] == [
        (201, "1"), (201, "1"), (201, "2"), (201, "2"), (201, "3"),
    ]  # fmt: skip
    assert town.incident(1).severity == "SEV1"
    assert (town.incident(3).private, town.incident(3).state) == (True, State.PENDING)
    eventually(lambda: len(town.alice.phone.pages) == 2)
    town.carol.types("/incident resolve INC-1 rolled back")
    assert town.webhook("incidents", body)[1] == {"incident_id": "4"}
    assert town.webhook("incidents", {"title": "Another"}, Idempotency_Key="one")[1] == {"incident_id": "2"}


def test_the_same_request_many_times_at_once_is_one_incident(town: Town) -> None:
    body = {"title": "Checkout is down", "dedup_key": "checkout-5xx"}
    answers = town.outside.at_once(*8 * [lambda: town.webhook("incidents", body)])
    assert answers == 8 * [(201, {"incident_id": "1"})]
    town.card()
    assert town.numbers() == [1]


def test_what_is_wrong_gets_a_reason_and_changes_nothing(town: Town) -> None:
    megabytes = b'{"title": "' + b"x" * 10_000_000 + b'"}'
    tried = {
        "too_large": town.webhook("incidents", megabytes),
        "no_token": town.bot.http("POST", "/webhooks/incidents", "{}", {"Content-Type": "application/json"}),
        "wrong_token": town.webhook("incidents", {"title": "hello"}, token="not-the-token-of-this"),
        "not_json": town.webhook("incidents", b"{'title': 1}"),
        "not_an_object": town.webhook("incidents", [1, 2]),
        "bad_field": town.webhook("incidents", {"title": {"deep": 1}}),
        "title_missing": town.webhook("incidents", {"title": "  "}),
        "unknown_severity": town.webhook("incidents", {"title": "hello", "severity": "sev9"}),
        "unknown_service": town.webhook("incidents", {"title": "hello", "service": "nope"}),
        "wrong_version": town.webhook("alertmanager", {"version": "3", "alerts": []}),
        "wrong_signature": town.bot.http(
            "POST", "/twilio/sms", "From=%2B15550100001&Body=ack&MessageSid=SM1",
            {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "made up"},
        ),
    }  # fmt: skip
    assert {code: answer["error"] for code, (_, answer) in tried.items()} == {code: code for code in tried}
    assert [status for status, _ in tried.values()] == [413, 401, 401, 400, 400, 400, 422, 422, 422, 400, 403]
    assert tried["unknown_service"][1]["message"].startswith("There is no service “nope”. Use checkout,")
    assert town.numbers() == []
    assert town.bot.http("GET", "/webhooks/incidents")[0] == 405


def _alert(name: str, status: str = "firing", **labels: str) -> dict[str, object]:
    return {
        "status": status,
        "labels": {"alertname": name, "severity": "critical", "service": "checkout", **labels},
        "annotations": {"summary": f"{name} on checkout", "description": "5xx over 5 %"},
        "startsAt": "2026-11-20T03:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.acme.example/graph?g0.expr=up",
        "fingerprint": f"{name}{labels.get('instance', '')}".lower(),
    }


def _group(*alerts: object, key: str = '{}:{service="checkout"}') -> dict[str, object]:
    return {"version": "4", "groupKey": key, "status": "firing", "receiver": "tocsin", "alerts": list(alerts)}


def test_alerts_of_a_group_are_one_incident_that_resolves_when_all_stay_resolved(town: Town) -> None:
    high, slow = _alert("HighErrorRate"), _alert("SlowRequests")
    status, answer = town.webhook("alertmanager", _group(high, slow, {"status": "odd"}))
    assert status == 200
    assert [(one["action"], one["incident_id"]) for one in answer["alerts"]] == [("declared", "1"), ("joined", "1")]
    assert [one["index"] for one in answer["bad"]] == [2]
    room = town.room()
    town.card_shows("SEV1 critical")
    town.card_shows("2 still firing")
    eventually(lambda: len(town.alice.phone.pages) == 1)

    # One resolves: nothing ends. Both do, one comes back, and then both stay away for the quiet period.
    gone = [_alert(name, "resolved") for name in ("HighErrorRate", "SlowRequests")]
    town.webhook("alertmanager", _group(gone[0]))
    town.card_shows("1 still firing")
    town.webhook("alertmanager", _group(gone[1]))
    town.clock.passes(minutes=1)
    town.webhook("alertmanager", _group(slow))
    town.clock.passes(minutes=5)
    assert town.incident().open
    town.webhook("alertmanager", _group(gone[1]))
    town.clock.passes(minutes=2)
    room.hears("*INC-1 is resolved* by Alertmanager after")
    incident = town.incident()
    assert (incident.state, incident.closed_as) == (State.RESOLVED, ClosedAs.RESOLVED)
    room.file("postmortem-inc-1.md")


def test_an_alert_that_fires_again_after_it_was_resolved_is_a_new_incident(town: Town) -> None:
    town.webhook("alertmanager", _group(_alert("HighErrorRate")))
    town.card()
    town.carol.types("/incident resolve INC-1 rolled back")
    assert town.webhook("alertmanager", _group(_alert("HighErrorRate", "resolved")))[1]["alerts"] == [
        {"fingerprint": "higherrorrate", "action": "ignored", "incident_id": None}
    ]
    again = town.webhook("alertmanager", _group(_alert("HighErrorRate")))[1]["alerts"]
    assert again == [{"fingerprint": "higherrorrate", "action": "declared", "incident_id": "2"}]
    town.card(2)


def test_an_incident_that_a_person_declared_is_not_resolved_by_alerts(town: Town) -> None:
    town.declares("sev2 checkout is slow")
    town.webhook("alertmanager", _group(_alert("HighErrorRate")))
    town.webhook("alertmanager", _group(_alert("HighErrorRate", "resolved")))
    town.clock.passes(minutes=10)
    eventually(lambda: not town.incident(2).open)
    assert town.incident(1).open


def test_health_and_metrics_are_told_to_whoever_asks(town: Town) -> None:
    town.declares()
    assert town.bot.http("GET", "/healthz") == (200, {"status": "ok"})
    status, answer = town.bot.http("GET", "/readyz")
    assert (status, {part["state"] for part in answer["parts"].values()}) == (200, {"ok"})
    assert 'tocsin_incidents{state="ASSIGNED"} 1.0' in town.bot.http("GET", "/metrics")[1]
