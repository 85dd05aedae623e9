"""An unmodified Bolt app lives in the sandbox: commands, modals, buttons, shortcuts, home tab and events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_town import Town, a_town, until

from sandbox import conduct, interact
from sandbox.seed import ALICE, APP_TOKEN, BOB, CAROL

BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*INC-1*"}},
    {
        "type": "actions",
        "block_id": "do",
        "elements": [
            {"type": "button", "action_id": "ack", "value": "1", "text": {"type": "plain_text", "text": "Ack"}},
            {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Why?"}, "value": "why"}],
            },
            {"type": "users_select", "action_id": "assign"},
        ],
    },
]


def modal(title: str = "Declare", **more: Any) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "plain_text_input", "action_id": "title"}
    option = {"text": {"type": "plain_text", "text": "SEV2"}, "value": "sev2"}
    select = {"type": "static_select", "action_id": "severity", "options": [option]}
    blocks = [
        {"type": "input", "block_id": "title", "label": {"type": "plain_text", "text": "Title"}, "element": text},
        {
            "type": "input",
            "block_id": "severity",
            "optional": True,
            "label": {"type": "plain_text", "text": "Severity"},
            "element": select,
        },
    ]
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Declare"},
        "blocks": blocks,
        **more,
    }


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_town() as town:
        yield town


class App:
    """A Bolt app whose listeners the tests add."""

    def __init__(self, town: Town) -> None:
        self.bolt = AsyncApp(client=town.slack, request_verification_enabled=False)
        self.handler = AsyncSocketModeHandler(self.bolt, APP_TOKEN, ping_interval=5)
        self.heard: list[dict[str, Any]] = []

    async def keep(self, body: dict[str, Any]) -> None:
        self.heard.append(body)


@pytest.fixture
async def app(town: Town) -> AsyncIterator[App]:
    app = App(town)
    await app.handler.connect_async()
    await until(lambda: town.world.sockets.connections)
    yield app
    await asyncio.wait_for(app.handler.close_async(), 3)


async def test_a_command_reaches_the_app_and_its_ack_is_shown_to_the_person_alone(town: Town, app: App) -> None:
    async def listener(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack(text="Declared.")

    app.bolt.command("/incident")(listener)
    got = await interact.slash(town.world, ALICE, "C0INCIDENTS", "/incident", "declare for @bob in #payments")
    assert got["ack"] == {"text": "Declared."}
    body = app.heard[0]
    assert body["text"] == "declare for <@U0BOB|bob> in <#C0PAYMENTS|payments>"
    assert (body["user_id"], body["channel_name"], body["team_id"]) == (ALICE, "incidents", "T0ACME")
    shown = list(town.world.channels["C0INCIDENTS"].ephemerals.values())
    assert [(m.text, m.ephemeral_to, m.user) for m in shown] == [("Declared.", ALICE, "U0TOCSIN")]


async def test_a_command_that_does_not_escape_arrives_as_typed(town: Town, app: App) -> None:
    async def listener(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    app.bolt.command("/raw")(listener)
    await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "page @bob & <co>")
    assert app.heard[0]["text"] == "page @bob & <co>"


async def test_a_command_nobody_acks_tells_the_person_of_a_time_out(town: Town, app: App) -> None:
    town.world.sockets.ack_seconds = 0.2
    got = await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x")
    assert got == {"ack": None, "ms": None, "error": "operation_timeout"}
    shown = list(town.world.channels["C0INCIDENTS"].ephemerals.values())
    assert [m.text for m in shown] == ['/raw failed with the error "operation_timeout"']


async def test_a_command_without_a_connection_fails_at_once(town: Town) -> None:
    got = await interact.slash(town.world, ALICE, "C0INCIDENTS", "/raw", "x")
    assert got["error"] == "dispatch_failed"


async def test_a_modal_is_opened_filled_refused_and_accepted(town: Town, app: App) -> None:
    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata="kept"))
        await ack()

    async def submitted(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        app.heard.append(body)
        title = view["state"]["values"]["title"]["title"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Say what is wrong."})
        else:
            await ack()

    app.bolt.command("/incident")(command)
    app.bolt.view("declare")(submitted)
    await interact.slash(town.world, ALICE, "C0INCIDENTS", "/incident", "declare")
    view_id = town.world.stacks[ALICE][0]

    empty = await interact.submit(town.world, ALICE, view_id, {})
    assert (empty["sent"], empty["errors"]) == (False, {"title": "Please complete this required field."})
    assert app.heard == []

    refused = await interact.submit(town.world, ALICE, view_id, {"title": "bad"})
    assert (refused["closed"], refused["errors"]) == (False, {"title": "Say what is wrong."})

    taken = await interact.submit(town.world, ALICE, view_id, {"title": "API is slow", "severity": "sev2"})
    assert (taken["closed"], taken["errors"]) == (True, {})
    assert town.world.stacks[ALICE] == []
    view = app.heard[-1]["view"]
    assert view["private_metadata"] == "kept"
    assert view["state"]["values"] == {
        "title": {"title": {"type": "plain_text_input", "value": "API is slow"}},
        "severity": {
            "severity": {
                "type": "static_select",
                "selected_option": {
                    "text": {"type": "plain_text", "text": "SEV2", "emoji": True},
                    "value": "sev2",
                },
            }
        },
    }


async def test_an_unacked_modal_stays_open_and_says_so(town: Town, app: App) -> None:
    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    app.bolt.command("/incident")(command)
    await interact.slash(town.world, ALICE, "C0INCIDENTS", "/incident", "declare")
    town.world.sockets.ack_seconds = 0.2
    view_id = town.world.stacks[ALICE][0]
    got = await interact.submit(town.world, ALICE, view_id, {"title": "x"})
    assert (got["error"], got["closed"]) == ("operation_timeout", False)
    assert town.world.views[view_id].notice == "We had some trouble connecting. Try again?"


async def test_modals_are_pushed_updated_and_cleared_by_the_ack_of_a_submission(town: Town, app: App) -> None:
    steps = iter(
        [
            {"response_action": "push", "view": modal("Second")},
            {"response_action": "update", "view": modal("Changed")},
            {"response_action": "clear"},
        ]
    )

    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal("First"))
        await ack()

    async def submitted(ack: Any) -> None:
        await ack(**next(steps))

    app.bolt.command("/incident")(command)
    app.bolt.view("declare")(submitted)
    await interact.slash(town.world, ALICE, "C0INCIDENTS", "/incident", "declare")

    def titles() -> list[str]:
        return [town.world.views[i].payload["title"]["text"] for i in town.world.stacks[ALICE]]

    seen = [titles()]
    for _ in range(3):
        await interact.submit(town.world, ALICE, town.world.stacks[ALICE][-1], {"title": "x"})
        seen.append(titles())
    assert seen == [["First"], ["First", "Second"], ["First", "Changed"], []]


async def test_closing_a_modal_tells_an_app_that_asked_for_it(town: Town, app: App) -> None:
    async def command(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))
        await ack()

    async def closed(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    app.bolt.command("/incident")(command)
    app.bolt.view_closed("declare")(closed)
    await interact.slash(town.world, ALICE, "C0INCIDENTS", "/incident", "declare")
    await interact.close(town.world, ALICE, town.world.stacks[ALICE][0])
    assert [(b["type"], b["is_cleared"]) for b in app.heard] == [("view_closed", False)]
    assert town.world.stacks[ALICE] == []


async def test_elements_of_a_message_send_what_was_chosen(town: Town, app: App) -> None:
    async def acted(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    for name in ("ack", "more", "assign"):
        app.bolt.action(name)(acted)
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ts = (await town.slack.chat_postMessage(channel=room, text="INC-1", blocks=BUTTONS))["ts"]
    for action, value in (("ack", None), ("more", "why"), ("assign", BOB)):
        got = await interact.press(town.world, ALICE, action, channel=room, ts=ts, value=value)
        assert got["ack"] is None and got["ms"] < 3000
    first, second, third = (b["actions"][0] for b in app.heard)
    assert (first["type"], first["action_id"], first["block_id"], first["value"]) == ("button", "ack", "do", "1")
    assert second["selected_option"]["value"] == "why"
    assert third["selected_user"] == BOB
    body = app.heard[2]
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": room, "is_ephemeral": False}
    assert body["channel"] == {"id": room, "name": "room"}
    assert body["state"] == {"values": {"do": {"assign": {"type": "users_select", "selected_user": BOB}}}}
    assert body["message"]["ts"] == ts


async def test_an_app_answers_by_response_url(town: Town, app: App) -> None:
    async def acted(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Only you see this.", replace_original=False)
        await respond(text="Acked by Alice.", replace_original=True)

    app.bolt.action("ack")(acted)
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ts = (await town.slack.chat_postMessage(channel=room, text="INC-1", blocks=BUTTONS))["ts"]
    await interact.press(town.world, ALICE, "ack", channel=room, ts=ts)
    channel = town.world.channels[room]
    await until(lambda: channel.messages[ts].text == "Acked by Alice.")
    assert channel.messages[ts].blocks == []
    assert [(m.text, m.ephemeral_to) for m in channel.ephemerals.values()] == [("Only you see this.", ALICE)]


async def test_what_one_person_sees_alone_is_replaced_and_deleted_by_response_url(town: Town, app: App) -> None:
    bodies: list[dict[str, Any]] = []

    async def acted(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        bodies.append(body)
        if len(bodies) == 1:
            await respond(text="Sure?", blocks=BUTTONS, replace_original=True)
        else:
            await respond(delete_original=True)

    app.bolt.action("ack")(acted)
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ts = (await town.slack.chat_postEphemeral(channel=room, user=ALICE, text="x", blocks=BUTTONS))["message_ts"]
    alone = town.world.channels[room].ephemerals
    await interact.press(town.world, ALICE, "ack", channel=room, ts=ts)
    await until(lambda: alone[ts].text == "Sure?")
    await interact.press(town.world, ALICE, "ack", channel=room, ts=ts)
    await until(lambda: not alone)
    assert bodies[0]["container"]["is_ephemeral"] is True
    with pytest.raises(conduct.Refused, match="no such message"):
        await interact.press(town.world, BOB, "ack", channel=room, ts=ts)


async def test_shortcuts_reach_the_app(town: Town, app: App) -> None:
    async def used(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    app.bolt.shortcut("declare")(used)
    app.bolt.shortcut("add")(used)
    ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
    await interact.shortcut(town.world, ALICE, "declare")
    await interact.shortcut(town.world, ALICE, "add", channel="C0PAYMENTS", ts=ts)
    assert [b["type"] for b in app.heard] == ["shortcut", "message_action"]
    assert app.heard[1]["message"]["text"] == "I am on call for payments this week."
    assert app.heard[1]["message_ts"] == ts


async def test_the_home_tab_is_published_and_its_buttons_work(town: Town, app: App) -> None:
    async def opened(event: dict[str, Any], client: Any) -> None:
        app.heard.append(event)
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    async def acted(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    app.bolt.event("app_home_opened")(opened)
    app.bolt.action("ack")(acted)
    await interact.home(town.world, CAROL)
    view = await until(lambda: town.world.homes.get(CAROL))
    await interact.press(town.world, CAROL, "ack", view_id=view.id)
    assert app.heard[0]["tab"] == "home"
    assert app.heard[1]["container"] == {"type": "view", "view_id": view.id}
    assert app.heard[1]["view"]["type"] == "home"


async def test_external_selects_are_filled_by_the_app(town: Town, app: App) -> None:
    blocks = [
        {
            "type": "actions",
            "block_id": "b",
            "elements": [{"type": "external_select", "action_id": "service", "min_query_length": 0}],
        }
    ]

    async def suggest(ack: Any, payload: dict[str, Any]) -> None:
        names = [n for n in ("payments-api", "ledger") if payload["value"] in n]
        await ack(options=[{"text": {"type": "plain_text", "text": n}, "value": n} for n in names])

    async def acted(ack: Any, body: dict[str, Any]) -> None:
        app.heard.append(body)
        await ack()

    app.bolt.options("service")(suggest)
    app.bolt.action("service")(acted)
    room = await town.room()
    await town.slack.conversations_invite(channel=room, users=[ALICE])
    ts = (await town.slack.chat_postMessage(channel=room, text="x", blocks=blocks))["ts"]
    offered = await interact.options(town.world, ALICE, "service", "led", channel=room, ts=ts)
    assert [o["value"] for o in offered["options"]] == ["ledger"]
    await interact.press(town.world, ALICE, "service", channel=room, ts=ts, value="ledger")
    assert app.heard[0]["actions"][0]["selected_option"]["value"] == "ledger"
    with pytest.raises(conduct.Refused, match="not offered"):
        await interact.press(town.world, ALICE, "service", channel=room, ts=ts, value="unheard-of")


async def test_a_listener_that_works_before_it_answers_acks_events_only_when_done(town: Town) -> None:
    bolt = AsyncApp(client=town.slack, request_verification_enabled=False, process_before_response=True)
    tries: list[int] = []

    async def flaky(event: dict[str, Any]) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not saved")

    bolt.event("reaction_added")(flaky)
    town.world.sockets.ack_seconds = 0.3
    handler = AsyncSocketModeHandler(bolt, APP_TOKEN)
    await handler.connect_async()
    await until(lambda: town.world.sockets.connections)
    await town.slack.conversations_join(channel="C0PAYMENTS")
    ts = next(iter(town.world.channels["C0PAYMENTS"].messages))
    await conduct.react(town.world, ALICE, "C0PAYMENTS", ts, "eyes")
    await until(lambda: len(tries) == 2)
    sent = [e for e in town.world.log.after(0) if e["method"] == "event reaction_added"]
    assert [e["attempt"] for e in sent] == [0, 1]
    await asyncio.wait_for(handler.close_async(), 3)
