"""`POST /webhooks/incidents`: what is accepted is committed, what is not gets a reason and changes nothing."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from web_door import Door

from bot.domain.people import EVERYTHING
from bot.usecases import pictures


async def count(door: Door) -> int:
    return len(await pictures.recent(door.night.bot, EVERYTHING, 100))


async def test_plain_text_is_a_title_and_a_description(door: Door) -> None:
    text = "Payments  API is slow\nsince the last deploy\nfor everybody\n"
    assert await door.declare(data=text, headers={"Content-Type": "text/plain"}) == (201, {"incident_id": "1"})
    incident = await door.night.incident()
    assert (incident.title, incident.description) == ("Payments API is slow", "since the last deploy\nfor everybody")
    assert (incident.severity, incident.service, incident.detected_by) == ("SEV2", "payments-api", "Webhook")


async def test_the_default_severity_pages(door: Door) -> None:
    await door.declare(data="it is slow", headers={"Content-Type": "text/plain"})
    await door.night.deliver()
    assert [who for who, _ in door.night.outside.paged()] == ["Alice"] * 3


async def test_json_says_everything(door: Door) -> None:
    sent = {
        "title": "Cards fail", "description": "since 03:00", "severity": "p1", "service": "hole-api",
        "source_link": "https://alerts.example/1", "private": True, "page": False, "unknown": {"is": "ignored"},
    }  # fmt: skip
    assert await door.declare(json=sent) == (201, {"incident_id": "1"})
    incident = await door.night.incident()
    assert (incident.severity, incident.service, incident.private) == ("SEV1", "hole-api", True)
    assert incident.source_link == "https://alerts.example/1"
    assert await door.night.bot.db.read(lambda tx: tx.pages.of(1)) == []


@pytest.mark.parametrize(
    ("word", "severity"), [("critical", "SEV1"), ("Warning", "SEV3"), ("sev-4", "SEV4"), (3, None)]
)
async def test_severities_are_read_as_senders_spell_them(door: Door, word: object, severity: str | None) -> None:
    status, answer = await door.declare(json={"title": "x", "severity": word})
    if severity is None:
        assert (status, answer["error"]) == (422, "unknown_severity")
    else:
        assert (await door.night.incident()).severity == severity


async def test_the_same_idempotency_key_answers_the_same_incident(door: Door) -> None:
    headers = {"Idempotency-Key": "deploy-17"}
    assert await door.declare(json={"title": "x"}, headers=headers) == (201, {"incident_id": "1"})
    assert await door.declare(json={"title": "another"}, headers=headers) == (201, {"incident_id": "1"})
    assert await door.declare(json={"title": "x"}, headers={"Idempotency-Key": "deploy-18"}) == (
        201,
        {"incident_id": "2"},
    )


async def test_a_dedup_key_joins_while_the_incident_is_open(door: Door) -> None:
    sent = {"title": "x", "dedup_key": "db-17"}
    assert await door.declare(json=sent) == (201, {"incident_id": "1"})
    assert await door.declare(json=sent) == (201, {"incident_id": "1"})


async def test_words_that_are_too_long_are_cut_and_nothing_is_refused(door: Door) -> None:
    title = "word " * 100
    assert await door.declare(json={"title": title, "description": "x" * 10_000}) == (201, {"incident_id": "1"})
    incident = await door.night.incident()
    assert (len(incident.title), incident.title[-1]) == (150, "…")
    assert incident.description.startswith(title.strip())
    assert len(incident.description) == 2900


async def test_characters_that_no_database_takes_are_replaced(door: Door) -> None:
    body = '{"title": "a\\u0000b\\ud800c"}'
    assert await door.declare(data=body, headers={"Content-Type": "application/json"}) == (201, {"incident_id": "1"})
    assert (await door.night.incident()).title == "a�b�c"


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("no title", {"json": {}}, 422, "title_missing"),
    ("blank title", {"json": {"title": " \n "}}, 422, "title_missing"),
    ("empty text", {"data": "", "headers": {"Content-Type": "text/plain"}}, 422, "title_missing"),
    ("unknown severity", {"json": {"title": "x", "severity": "sev9"}}, 422, "unknown_severity"),
    ("unknown service", {"json": {"title": "x", "service": "nope"}}, 422, "unknown_service"),
    ("title no text", {"json": {"title": ["x"]}}, 400, "bad_field"),
    ("flag no flag", {"json": {"title": "x", "private": "yes"}}, 400, "bad_field"),
    ("link no link", {"json": {"title": "x", "source_link": "javascript:alert(1)"}}, 400, "bad_field"),
    ("no object", {"json": ["x"]}, 400, "not_an_object"),
    ("no json", {"data": '{"title": ', "headers": {"Content-Type": "application/json"}}, 400, "not_json"),
    ("deep json", {"data": "[" * 200_000, "headers": {"Content-Type": "application/json"}}, 400, "not_json"),
    ("no utf-8", {"data": b"\xff\xfe", "headers": {"Content-Type": "text/plain"}}, 400, "not_text"),
    ("no text codec", {"data": b"x", "headers": {"Content-Type": "text/plain; charset=undefined"}}, 400, "not_text"),
    ("no gzip", {"data": b"nope", "headers": {"Content-Encoding": "gzip"}}, 400, "not_encoded"),
    ("no such charset", {"data": b"x", "headers": {"Content-Type": "text/plain; charset=none"}}, 400, "not_text"),
    ("a form", {"data": {"title": "x"}}, 415, "unsupported_type"),
    ("long key", {"json": {"title": "x"}, "headers": {"Idempotency-Key": "k" * 300}}, 400, "bad_field"),
    ("10 MB", {"data": io.BytesIO(b"x" * 10_000_000), "headers": {"Content-Type": "text/plain"}}, 413, "too_large"),
]


@pytest.mark.parametrize(("sent", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_bad_input_gets_a_reason_and_changes_nothing(
    door: Door, sent: dict[str, Any], status: int, code: str
) -> None:
    found, answer = await door.declare(**sent)
    assert (found, answer["error"]) == (status, code)
    assert answer["message"].endswith((".", "}"))
    assert await count(door) == 0


async def test_the_reason_says_where_json_ends(door: Door) -> None:
    _, answer = await door.declare(data='{"title": "x",\n}', headers={"Content-Type": "application/json"})
    assert answer["message"].startswith("The body is not JSON: ")
    assert answer["message"].endswith(" at line 2, column 1.") or answer["message"].endswith(" at line 1, column 14.")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "no_token"),
        ({"Authorization": "Bearer wrong"}, 401, "wrong_token"),
        ({"Authorization": "Bearer "}, 401, "no_token"),
        ({"Authorization": "Basic aW5jaWRlbnRzLXRva2Vu"}, 401, "no_token"),
        ({"Authorization": "Bearer alertmanager-token"}, 401, "wrong_token"),
        ({"X-Tocsin-Token": "wrong"}, 401, "wrong_token"),
        ({"X-Tocsin-Token": "é"}, 401, "wrong_token"),
        ({"X-Tocsin-Token": "incidents-token"}, 201, ""),
        ({"Authorization": "bearer incidents-token"}, 201, ""),
    ],
)
async def test_only_the_token_of_the_source_opens_the_door(
    door: Door, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await door.client.post("/webhooks/incidents?token=incidents-token", json={"title": "x"}, headers=headers)
    assert (answer.status, (await answer.json()).get("error", "")) == (status, code)
    assert await count(door) == (1 if status == 201 else 0)


async def test_simultaneous_declarations_never_collide(door: Door) -> None:
    answers = await asyncio.gather(*(door.declare(json={"title": f"number {n}"}) for n in range(20)))
    assert sorted(int(answer["incident_id"]) for _, answer in answers) == list(range(1, 21))


async def test_who_declared_is_a_machine(door: Door) -> None:
    await door.declare(json={"title": "x"})
    event = (await door.night.events())[0]
    assert (event.actor_id, event.actor_label) == (None, "Webhook")
