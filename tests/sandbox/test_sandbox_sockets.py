"""Socket Mode: tickets, turns, acks, retries, and the ways a connection fails, seen by slack_sdk's own client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_town import Town, a_town, until

from sandbox import conduct, interact
from sandbox.seed import ALICE, APP_TOKEN, BOT_TOKEN


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        town.world.sockets.ack_seconds = 0.3
        yield town


async def url(town: Town) -> str:
    return str((await town.client(APP_TOKEN).apps_connections_open(app_token=APP_TOKEN))["url"])


@asynccontextmanager
async def raw(town: Town) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare connection whose hello was read."""
    async with town.http.ws_connect(await url(town)) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        yield socket


async def something_happens(town: Town, name: str = "eyes") -> None:
    if town.world.app.bot_user not in town.world.channels["C0PAYMENTS"].members:
        await town.slack.conversations_join(channel="C0PAYMENTS")
    ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
    await conduct.react(town.world, ALICE, "C0PAYMENTS", ts, name)


async def next_reaction(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next envelope with a reaction; everything else is acked on the way."""
    while True:
        envelope: dict[str, Any] = await socket.receive_json(timeout=5)
        if envelope["type"] == "events_api" and envelope["payload"]["event"]["type"] == "reaction_added":
            return envelope
        if "envelope_id" in envelope:
            await socket.send_json({"envelope_id": envelope["envelope_id"]})


async def test_only_an_app_token_opens_a_connection(town: Town) -> None:
    wrong = town.client(BOT_TOKEN)
    assert await town.refused(wrong.apps_connections_open(app_token=BOT_TOKEN)) == "not_allowed_token_type"
    assert await town.refused(wrong.apps_connections_open(app_token="xapp-other")) == "invalid_auth"


async def test_a_ticket_opens_one_connection(town: Town) -> None:
    address = await url(town)
    async with town.http.ws_connect(address) as socket:
        hello = await socket.receive_json()
    assert hello == {
        "type": "hello",
        "num_connections": 1,
        "debug_info": {"host": "applink-sandbox-1", "build_number": 1, "approximate_connection_time": 18060},
        "connection_info": {"app_id": "A0TOCSIN"},
    }
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await town.http.ws_connect(address)
    assert refused.value.status == 401


async def test_an_eleventh_connection_is_turned_away(town: Town) -> None:
    sockets = [await town.http.ws_connect(await url(town)) for _ in range(10)]
    await until(lambda: len(town.world.sockets.connections) == 10)
    async with town.http.ws_connect(await url(town)) as one_more:
        assert (await one_more.receive_json())["reason"] == "too_many_websockets"
        assert (await one_more.receive()).type is aiohttp.WSMsgType.CLOSE
    for socket in sockets:
        await socket.close()


async def test_each_envelope_goes_to_one_connection_in_turn(town: Town) -> None:
    heard: list[list[str]] = [[], []]
    clients = []
    for number in range(2):
        client = SocketModeClient(APP_TOKEN, web_client=town.client(APP_TOKEN))

        async def listen(client: Any, request: Any, number: int = number) -> None:
            if request.payload["event"]["type"] == "reaction_added":
                heard[number].append(request.payload["event"]["reaction"])
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        client.socket_mode_request_listeners.append(listen)
        await client.connect()
        clients.append(client)
    await until(lambda: len(town.world.sockets.connections) == 2)
    await town.slack.conversations_join(channel="C0PAYMENTS")
    for name in ("eyes", "fire", "bug", "zap"):
        await something_happens(town, name)
    await until(lambda: sum(map(len, heard)) == 4)
    assert sorted(map(len, heard)) == [2, 2]
    assert sorted(heard[0] + heard[1]) == ["bug", "eyes", "fire", "zap"]
    for client in clients:
        await client.close()


async def test_an_event_carries_what_slack_documents(town: Town) -> None:
    async with raw(town) as socket:
        await something_happens(town)
        envelope = await next_reaction(socket)
        ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
        payload = envelope["payload"]
        event = payload.pop("event")
        assert event == {
            "type": "reaction_added",
            "user": ALICE,
            "reaction": "eyes",
            "item": {"type": "message", "channel": "C0PAYMENTS", "ts": ts},
            "item_user": ALICE,
            "event_ts": event["event_ts"],
        }
        assert (envelope["accepts_response_payload"], envelope["retry_attempt"], envelope["retry_reason"]) == (
            False,
            0,
            "",
        )
        assert payload["authorizations"] == [
            {
                "enterprise_id": None,
                "team_id": "T0ACME",
                "user_id": "U0TOCSIN",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ]
        assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
            "event_callback",
            "T0ACME",
            "A0TOCSIN",
        )
        assert payload["event_id"].startswith("Ev")


async def test_an_unacked_event_comes_again_at_once_and_then_by_the_sandboxs_clock(town: Town) -> None:
    async with raw(town) as socket:
        await something_happens(town)
        attempts = [await next_reaction(socket), await next_reaction(socket)]
        for seconds in (60, 300):
            await asyncio.sleep(0.4)
            town.world.clock.advance(seconds)
            attempts.append(await next_reaction(socket))
        assert [(a["retry_attempt"], a["retry_reason"]) for a in attempts] == [
            (0, ""),
            (1, "timeout"),
            (2, "timeout"),
            (3, "timeout"),
        ]
        assert len({a["payload"]["event_id"] for a in attempts}) == 1
        assert len({a["envelope_id"] for a in attempts}) == 4


async def test_an_acked_event_does_not_come_again(town: Town) -> None:
    async with raw(town) as socket:
        await something_happens(town)
        envelope = await next_reaction(socket)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await asyncio.sleep(0.4)
        town.world.clock.advance(600)
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.4)


async def test_a_command_is_sent_once_however_it_goes(town: Town) -> None:
    async with raw(town) as socket:
        got = await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x")
        assert got["error"] == "operation_timeout"
        assert (await socket.receive_json(timeout=1))["type"] == "slash_commands"
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.5)


async def test_a_late_ack_changes_nothing(town: Town) -> None:
    async with raw(town) as socket:
        await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x")
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "too late"}})
        await socket.send_str("not json")
        await socket.send_json(["not", "an", "object"])
        await asyncio.sleep(0.1)
        shown = [m.text for m in town.world.channels["C0INCIDENTS"].ephemerals.values()]
        assert shown == ['/raw failed with the error "operation_timeout"']


async def test_a_deaf_connection_loses_what_is_sent_to_it(town: Town) -> None:
    async with raw(town) as socket:
        town.world.sockets.deafen()
        got = await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x")
        assert got["error"] == "operation_timeout"
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.2)
        town.world.sockets.deafen(deaf=False)
        slash = asyncio.create_task(interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "y"))
        envelope = await socket.receive_json(timeout=1)
        assert envelope["payload"]["text"] == "y"
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slash


async def test_an_event_can_be_sent_twice(town: Town) -> None:
    async with raw(town) as socket:
        await something_happens(town)
        first = await next_reaction(socket)
        await socket.send_json({"envelope_id": first["envelope_id"]})
        assert town.world.app_events.duplicate()
        second = await next_reaction(socket)
        assert second["payload"] == first["payload"]
        assert second["envelope_id"] != first["envelope_id"]


@pytest.mark.parametrize("cut", ["abort", "refresh_requested", "link_disabled"])
async def test_slacks_client_comes_back_after_its_connection_was_ended(town: Town, cut: str) -> None:
    client = SocketModeClient(APP_TOKEN, web_client=town.client(APP_TOKEN), ping_interval=0.3)
    await client.connect()
    first = await until(lambda: [c.id for c in town.world.sockets.connections])
    if cut == "abort":
        town.world.sockets.abort()
    else:
        town.world.sockets.disconnect(cut)
    await until(lambda: {c.id for c in town.world.sockets.connections} - set(first), 10)
    await client.close()


async def test_a_disabled_link_opens_no_connection(town: Town) -> None:
    town.world.sockets.disable()
    client = town.client(APP_TOKEN)
    assert await town.refused(client.apps_connections_open(app_token=APP_TOKEN)) == "link_disabled"
    town.world.sockets.disable(disabled=False)
    assert (await url(town)).startswith("ws://127.0.0.1:")


async def test_the_log_has_every_envelope_with_its_ack_and_no_secret(town: Town) -> None:
    async with raw(town) as socket:
        slash = asyncio.create_task(interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "hi"}})
        await slash
    entry = next(e for e in town.world.log.after(0) if e["kind"] == "envelope")
    assert (entry["method"], entry["ack"]) == ("command /raw", {"payload": {"text": "hi"}})
    everything = json.dumps(town.world.log.after(0))
    assert APP_TOKEN not in everything
    assert BOT_TOKEN not in everything
