"""The edge of the Web API: tokens, scopes, arguments by content type, warnings, faults, limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_town import EVERYTHING, Town, a_town

from sandbox import webapi
from sandbox.seed import ALICE, APP_TOKEN, BOT_TOKEN

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


async def post(town: Town, method: str, **request: Any) -> Any:
    async with town.http.post(town.api + method, **request) as answer:
        return await answer.json()


async def test_tokens_are_of_a_kind(town: Town) -> None:
    assert (await town.slack.auth_test())["user_id"] == "U0TOCSIN"
    assert await town.refused(town.client("xoxb-other").auth_test()) == "invalid_auth"
    assert await town.refused(town.client(APP_TOKEN).auth_test()) == "not_allowed_token_type"
    assert (await post(town, "auth.test"))["error"] == "not_authed"
    town.world.tokens[BOT_TOKEN].revoked = True
    assert await town.refused(town.slack.auth_test()) == "token_revoked"


async def test_auth_test_names_the_app(town: Town) -> None:
    answer = await town.slack.auth_test()
    assert answer.data == {
        "ok": True,
        "url": "https://acme.slack.com/",
        "team": "Acme",
        "user": "tocsin",
        "team_id": "T0ACME",
        "user_id": "U0TOCSIN",
        "bot_id": "B0TOCSIN",
        "is_enterprise_install": False,
    }


async def test_a_method_that_is_not_there_is_unknown(town: Town) -> None:
    assert await town.refused(town.slack.api_call("chat.fly")) == "unknown_method"


async def test_every_method_refuses_a_bot_without_its_scopes() -> None:
    async with a_town(replace(EVERYTHING, bot_scopes=frozenset())) as town:
        for name, method in webapi.METHODS.items():
            if method.kind != "bot" or not method.scopes:
                continue
            status, headers, body = await webapi.call(town.world, BOT_TOKEN, name, {})
            assert (status, body["error"], body["needed"]) == (200, "missing_scope", ",".join(method.scopes))
            assert body["provided"] == ""
            assert headers["X-Accepted-OAuth-Scopes"] == ",".join(method.scopes)


async def test_scopes_are_told_in_headers(town: Town) -> None:
    answer = await town.slack.chat_postMessage(channel=ALICE, text="hi")
    assert answer.headers["X-Accepted-OAuth-Scopes"] == "chat:write"
    assert answer.headers["X-OAuth-Scopes"] == ",".join(sorted(EVERYTHING.bot_scopes))
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


async def test_a_scope_for_public_channels_does_not_open_private_ones() -> None:
    few = frozenset({"channels:manage", "channels:read", "channels:history"})
    async with a_town(replace(EVERYTHING, bot_scopes=few)) as town:
        refused = await town.answer(town.slack.conversations_create(name="secret", is_private=True))
        assert (refused["error"], refused["needed"]) == ("missing_scope", "groups:write")
        listed = town.slack.conversations_list(types="public_channel,private_channel")
        assert await town.refused(listed) == "missing_scope"


async def test_arguments_come_as_forms_json_or_query(town: Town) -> None:
    sent = {"channel": ALICE, "text": "hi"}
    blocks = '[{"type":"divider"}]'
    by_form = await post(town, "chat.postMessage", data=sent | {"token": BOT_TOKEN, "blocks": blocks})
    by_json = await post(town, "chat.postMessage", json=sent | {"blocks": [{"type": "divider"}]}, headers=BEARER)
    by_query = await post(town, "chat.postMessage", params=sent | {"blocks": blocks}, headers=BEARER)
    assert [a["ok"] for a in (by_form, by_json, by_query)] == [True, True, True]
    assert {a["message"]["blocks"][0]["type"] for a in (by_form, by_json, by_query)} == {"divider"}


async def test_a_token_inside_a_json_body_does_not_count(town: Town) -> None:
    body = {"channel": ALICE, "text": "hi", "token": BOT_TOKEN}
    assert (await post(town, "chat.postMessage", json=body))["error"] == "not_authed"


async def test_bodies_that_are_not_what_they_say(town: Town) -> None:
    async def error(data: bytes, kind: str | None) -> str:
        headers = BEARER | ({"Content-Type": kind} if kind else {})
        skip = ["Content-Type"] if kind is None else []
        answer = await post(town, "auth.test", data=data, headers=headers, skip_auto_headers=skip)
        return str(answer.get("error"))

    assert await error(b"{", "application/json") == "invalid_json"
    assert await error(b"[]", "application/json") == "json_not_object"
    assert await error(b"<a/>", "application/xml") == "invalid_post_type"
    assert await error(b"a=b", None) == "missing_post_type"


async def test_methods_that_read_take_no_json(town: Town) -> None:
    answer = await post(town, "users.info", json={"user": ALICE}, headers=BEARER)
    assert answer["error"] == "user_not_found"
    assert (await post(town, "users.info", data={"user": ALICE}, headers=BEARER))["user"]["name"] == "alice"


async def test_charsets_are_warned_about(town: Town) -> None:
    json_type = {"Content-Type": "application/json"} | BEARER
    answer = await post(town, "chat.postMessage", data=b'{"channel":"U0ALICE","text":"x"}', headers=json_type)
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"] == {"warnings": ["missing_charset"]}
    form_type = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"} | BEARER
    answer = await post(town, "chat.postMessage", data=b"channel=U0ALICE&text=x", headers=form_type)
    assert answer["warning"] == "superfluous_charset"


async def test_a_missing_argument_is_named(town: Town) -> None:
    answer = await town.answer(town.slack.api_call("conversations.info"))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {"messages": ["[ERROR] missing required field: channel"]}


async def test_an_administrator_may_forbid_a_method(town: Town) -> None:
    town.world.switches.restricted = ["conversations.create"]
    assert await town.refused(town.slack.conversations_create(name="x")) == "restricted_action"
    town.world.switches.restricted = []
    assert await town.room("x")


async def test_one_message_a_second_in_each_channel_after_a_short_burst(town: Town) -> None:
    town.world.switches.rate_limits = True
    for _ in range(3):
        await town.slack.chat_postMessage(channel=ALICE, text="x")
    refused = await town.answer(town.slack.chat_postMessage(channel=ALICE, text="x"))
    assert (refused.status_code, refused["error"], refused.headers["Retry-After"]) == (429, "ratelimited", "1")
    assert (await town.slack.chat_postMessage(channel="U0BOB", text="x"))["ok"]


async def test_tiers_limit_calls_a_minute(town: Town) -> None:
    town.world.switches.rate_limits = True
    for _ in range(20):
        await town.slack.users_list()
    refused = await town.answer(town.slack.users_list())
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (await town.slack.users_info(user=ALICE))["ok"]


async def test_slack_is_as_slow_as_ordered(town: Town) -> None:
    town.world.switches.latency_ms = 150
    began = asyncio.get_running_loop().time()
    await town.slack.auth_test()
    assert asyncio.get_running_loop().time() - began >= 0.15


async def test_ordered_faults_spoil_calls_before_or_after_the_effect(town: Town) -> None:
    def order(kind: str, **more: Any) -> None:
        town.world.faults.add({"target": "slack", "method": "chat.postMessage", "kind": kind, **more})

    def posts() -> int:
        return len(town.world.channels["D0ALICE"].messages)

    async def say() -> Any:
        return await town.slack.chat_postMessage(channel=ALICE, text="x")

    order("error", error="fatal_error")
    assert await town.refused(say()) == "fatal_error"
    order("rate_limited", retry_after=7)
    assert (await town.answer(say())).headers["Retry-After"] == "7"
    order("reset_before")
    with pytest.raises(aiohttp.ClientError):
        await say()
    assert posts() == 0
    order("reset_after")
    with pytest.raises(aiohttp.ClientError):
        await say()
    assert posts() == 1
    statuses = [e["status"] for e in town.world.log.after(0) if e["method"] == "chat.postMessage"]
    assert statuses == [200, 429, None, None]


async def test_the_log_has_arguments_and_answer_of_every_call(town: Town) -> None:
    await town.slack.chat_postMessage(channel=ALICE, text="hi")
    entry = town.world.log.after(0)[-1]
    assert (entry["kind"], entry["target"], entry["method"], entry["status"]) == (
        "call",
        "slack",
        "chat.postMessage",
        200,
    )
    assert entry["arguments"] == {"channel": ALICE, "text": "hi"}
    assert entry["answer"]["message"]["text"] == "hi"


async def test_api_test_echoes(town: Town) -> None:
    assert (await town.slack.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await town.refused(town.slack.api_test(error="my_error")) == "my_error"
