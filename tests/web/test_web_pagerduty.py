"""PagerDuty's webhook: let in by its signature alone; a person's ack counts once, and nothing else does."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pagerduty_double import SECRET, payload, signed
from web_door import Door

from bot.domain.incident import State
from bot.domain.mirror import dedup_key
from web.parts import Parts
from web.server import build

BOB = {"type": "user_reference", "summary": "Bob Okafor", "id": "PLH1HKV"}
PATH = "/webhooks/pagerduty"


@asynccontextmanager
async def opened(door: Door, secret: str = SECRET) -> AsyncIterator[TestClient[Any, Any]]:
    app = build(Parts(door.night.bot, pagerduty_secret=secret))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


async def ack(door: Door, event: str = "01A", agent: dict[str, Any] | None = BOB, **more: str) -> bytes:
    return payload(dedup_key(await door.night.incident()), event, agent, **more)


async def test_an_ack_there_is_an_ack_here_once(door: Door) -> None:
    await door.night.declare()
    body = await ack(door)
    async with opened(door) as client:
        said = [await (await client.post(PATH, data=body, headers=signed(body))).json() for _ in range(2)]
    assert said == [{"result": "acked"}, {"result": "ignored"}]
    assert (await door.night.incident()).assignee_id == door.night.people["bob"].id


async def test_while_secrets_rotate_either_signature_opens(door: Door) -> None:
    await door.night.declare()
    body = await ack(door)
    async with opened(door) as client:
        answer = await client.post(PATH, data=body, headers=signed(body, "another-secret", SECRET))
        assert await answer.json() == {"result": "acked"}


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (None, "incident.acknowledged"),
        ({"type": "service_reference", "summary": "Bob Okafor"}, "incident.acknowledged"),
        ({"type": "inbound_integration_reference", "summary": "Tocsin"}, "incident.acknowledged"),
        (BOB, "incident.resolved"),
        (BOB, "incident.triggered"),
        (BOB, "pagey.ping"),
    ],
)
async def test_what_is_no_person_s_ack_changes_nothing(door: Door, agent: dict[str, Any] | None, kind: str) -> None:
    await door.night.declare()
    body = await ack(door, agent=agent, kind=kind)
    async with opened(door) as client:
        answer = await client.post(PATH, data=body, headers=signed(body))
        assert (answer.status, await answer.json()) == (200, {"result": "ignored"})
    assert (await door.night.incident()).state is State.ASSIGNED


async def test_no_mutated_signature_opens(door: Door) -> None:
    await door.night.declare()
    body = await ack(door)
    right = signed(body)["X-PagerDuty-Signature"]
    dice = random.Random(7)
    wrong = ["", "v1=", "v1", ",", right[3:], right.upper(), right + "0", right[:-1], "v0" + right[2:], f"{right} x"]
    for _ in range(60):
        at = dice.randrange(3, len(right))
        wrong.append(
            right[:at] + dice.choice([one for one in "0123456789abcdef" if one != right[at]]) + right[at + 1 :]
        )
    async with opened(door) as client:
        for given in wrong:
            answer = await client.post(PATH, data=body, headers={**signed(body), "X-PagerDuty-Signature": given})
            assert (answer.status, (await answer.json())["error"]) == (403, "wrong_signature")
        for changed in (body + b" ", body.replace(b"Bob", b"Rob"), b""):
            answer = await client.post(PATH, data=changed, headers={**signed(body), "X-PagerDuty-Signature": right})
            assert answer.status == 403
    assert (await door.night.incident()).state is State.ASSIGNED


STRANGE: list[Any] = [
    {}, [], 7, {"event": 1}, {"event": {"event_type": "incident.acknowledged", "agent": [], "data": 7}},
    {"event": {"event_type": "incident.acknowledged", "agent": BOB, "id": 7, "data": {"incident_key": {}}}},
]  # fmt: skip


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, *[json.dumps(one).encode() for one in STRANGE]]
)
async def test_strange_bodies_are_refused_or_ignored_and_break_nothing(door: Door, body: bytes) -> None:
    await door.night.declare()
    before = await door.night.events()
    async with opened(door) as client:
        answer = await client.post(PATH, data=body, headers=signed(body))
        assert answer.status in (200, 400)
    assert await door.night.events() == before


async def test_without_a_secret_the_door_is_closed(door: Door) -> None:
    async with opened(door, "") as client:
        answer = await client.post(PATH, data=b"{}", headers=signed(b"{}", ""))
        assert (answer.status, (await answer.json())["error"]) == (403, "closed")
