"""Calls go wrong exactly as ordered: which, how, how often, and with or without their effect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sandbox_running import ALICE, BOB, BOT, Sandbox, a_sandbox
from twilio.base.exceptions import TwilioRestException

from sandbox.faults import BadFault, Faults


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


async def order(sandbox: Sandbox, kind: str, **more: Any) -> Any:
    fault = {"target": "twilio", "method": "messages.create", "kind": kind}
    return await sandbox.post("faults", fault | more, status=201)


async def send(sandbox: Sandbox, to: str = ALICE, seconds: float = 1.0) -> tuple[int, str, Any]:
    account = "AC00000000000000000000000000000000"
    async with sandbox.http.post(
        f"{sandbox.base}/2010-04-01/Accounts/{account}/Messages.json",
        data={"To": to, "From": BOT, "Body": "hi"},
        headers={"Authorization": aiohttp.encode_basic_auth(account, "sandbox-twilio-token")},
        timeout=aiohttp.ClientTimeout(total=seconds),
    ) as answer:
        return answer.status, await answer.text(), answer.headers


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("timeout_before", 0), ("timeout_after", 1), ("reset_before", 0), ("reset_after", 1)],
)
async def test_the_caller_gets_no_answer_and_the_effect_happens_or_not(sandbox: Sandbox, kind: str, sent: int) -> None:
    await order(sandbox, kind)
    with pytest.raises((TimeoutError, aiohttp.ClientError)):
        await send(sandbox, seconds=0.3)
    assert len(sandbox.parts.phones.messages) == sent
    assert (await send(sandbox))[0] == 201


async def test_an_error_a_limit_a_status_and_garbage_look_like_the_real_ones(sandbox: Sandbox) -> None:
    await order(sandbox, "error", error="30001")
    with pytest.raises(TwilioRestException) as refused:
        await sandbox.twilio().messages.create_async(to=ALICE, from_=BOT, body="hi")
    assert (refused.value.status, refused.value.code) == (400, 30001)
    await order(sandbox, "rate_limited", retry_after=7)
    status, _, headers = await send(sandbox)
    assert (status, headers["Retry-After"]) == (429, "7")
    await order(sandbox, "http", status=502)
    status, text, headers = await send(sandbox)
    assert (status, headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert sandbox.parts.phones.messages == {}
    await order(sandbox, "garbage")
    status, text, _ = await send(sandbox)
    assert (status, text) == (200, "<html>\ufffd{not json")
    assert len(sandbox.parts.phones.messages) == 1


async def test_a_delay_only_delays(sandbox: Sandbox) -> None:
    await order(sandbox, "delay", seconds=0.2)
    with pytest.raises(TimeoutError):
        await send(sandbox, seconds=0.1)
    assert (await send(sandbox))[0] == 201


async def test_a_fault_is_spent_after_its_times_and_counts_its_hits(sandbox: Sandbox) -> None:
    fault = await order(sandbox, "http", times=2)
    assert [(await send(sandbox))[0] for _ in range(4)] == [503, 503, 201, 201]
    [shown] = (await sandbox.get("faults"))["faults"]
    assert (shown["id"], shown["times"], shown["hits"]) == (fault["id"], 0, 2)
    assert await sandbox.delete(f"faults/{fault['id']}") == {"faults": []}
    assert (await sandbox.delete(f"faults/{fault['id']}"))["error"] == "not_found"


async def test_a_fault_without_end_lasts_until_it_is_taken_out(sandbox: Sandbox) -> None:
    await order(sandbox, "http", times=None)
    assert [(await send(sandbox))[0] for _ in range(3)] == [503, 503, 503]
    await sandbox.delete("faults")
    assert (await send(sandbox))[0] == 201


async def test_a_fault_can_be_meant_for_some_arguments_and_some_methods(sandbox: Sandbox) -> None:
    await order(sandbox, "http", match={"To": ALICE}, method="messages.*", times=None)
    assert [(await send(sandbox, to))[0] for to in (ALICE, BOB)] == [503, 201]
    assert len(await sandbox.twilio().messages.list_async()) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"target": "twilio"},
        {"target": "pigeon", "kind": "error"},
        {"target": "slack", "kind": "explode"},
        {"target": "slack", "kind": ["error"]},
        {"target": "slack", "kind": "error", "times": 0},
        {"target": "slack", "kind": "error", "times": True},
        {"target": "slack", "kind": "error", "probability": 2},
        {"target": "slack", "kind": "http", "status": 200},
        {"target": "slack", "kind": "error", "match": []},
        {"target": "slack", "kind": "error", "metod": "chat.postMessage"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused_with_what_is_wrong(
    sandbox: Sandbox, wanted: dict[str, Any]
) -> None:
    refused = await sandbox.post("faults", wanted, status=400)
    assert refused["error"] == "invalid_fault"
    assert refused["message"].endswith((".", "'"))
    assert (await sandbox.get("faults"))["faults"] == []


def test_a_draw_of_lots_is_repeatable_with_a_seed_and_near_its_probability() -> None:
    def draws(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add({"target": "slack", "kind": "error", "times": None, "probability": 0.3})
        return [faults.take("slack", "chat.postMessage", {}) is not None for _ in range(1000)]

    assert draws(7) == draws(7)
    assert 250 < sum(draws(7)) < 350


def test_there_is_an_end_to_faults() -> None:
    faults = Faults()
    for _ in range(200):
        faults.add({"target": "slack", "kind": "error"})
    with pytest.raises(BadFault):
        faults.add({"target": "slack", "kind": "error"})
