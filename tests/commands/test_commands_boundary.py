"""When something breaks: nothing is confirmed that was not saved, everybody is told, nothing reaches Bolt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from commands_town import USERS, Town
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.incident import State
from bot.ports import Database, DatabaseUnavailable, Tx
from bot.views import names
from commands import boundary, registry
from commands.boundary import Boundary
from sandbox import elements, interact, modals, payloads

T = TypeVar("T")


class Faulty:
    """The real database, whose next writes go wrong or slowly."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        if self.error is not None:
            raise self.error
        if self.gate is not None:
            await self.gate.wait()
        return await self._db.write(work)


@pytest.fixture
def faulty(town: Town) -> tuple[Boundary, Faulty]:
    """The town's boundary on a database that can break. Its listeners are called as Bolt calls them."""
    db = Faulty(town.night.bot.db)
    return Boundary(replace(town.night.bot, db=db), town.live.slack), db


async def send(edge: Boundary, body: dict[str, Any]) -> BoltResponse:
    """One envelope, as the socket hands it to Bolt."""
    return await registry.build_app(edge).async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


def slash(text: str, channel: str = "C0GENERAL") -> dict[str, Any]:
    return {
        "command": "/incident", "text": text, "user_id": USERS["dave"], "user_name": "dave", "channel_id": channel,
        "team_id": "T0ACME", "trigger_id": f"1.{text}", "response_url": "",
    }  # fmt: skip


def reaction(ts: str, channel: str, name: str = "eyes") -> dict[str, Any]:
    event = {
        "type": "reaction_added", "user": USERS["alice"], "reaction": name, "event_ts": "9.1",
        "item": {"type": "message", "channel": channel, "ts": ts},
    }  # fmt: skip
    return {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev1", "event": event}


def ack_pressed(town: Town, channel: str, ts: str) -> dict[str, Any]:
    """Alice presses Ack on her page."""
    alice = town.world.users[USERS["alice"]]
    message = town.world.message(channel, ts)
    assert message is not None
    block, element = elements.find(message.blocks, names.ACK)
    return payloads.message_actions(town.world, alice, message, elements.action(block, element, {}, None, "9.1"))


def said(response: BoltResponse) -> str:
    assert response.status == 200
    return str(json.loads(response.body)["text"] if response.body.startswith("{") else response.body)


async def test_a_database_that_cannot_write_confirms_nothing(town: Town, faulty: tuple[Boundary, Faulty]) -> None:
    edge, db = faulty
    db.error = DatabaseUnavailable("The disk that holds the database is full.")
    answer = said(await send(edge, slash("declare sev2 it is slow")))
    assert answer == "Nothing was saved: it could not be written in time. Please try again."
    assert await town.slash("dave", "list") == "No incidents are open."


async def test_a_commit_that_was_cut_off_is_called_a_doubt(faulty: tuple[Boundary, Faulty]) -> None:
    edge, db = faulty
    db.error = DatabaseUnavailable("The connection to the database broke.", unknown=True)
    answer = said(await send(edge, slash("declare sev2 it is slow")))
    assert answer == "I could not confirm that this was saved. Look at the incident before you repeat it."


async def test_a_slow_commit_is_acked_as_a_doubt_and_told_when_it_is_settled(
    town: Town, faulty: tuple[Boundary, Faulty], monkeypatch: pytest.MonkeyPatch
) -> None:
    edge, db = faulty
    monkeypatch.setattr(boundary, "COMMIT_SECONDS", 0.05)
    db.gate = asyncio.Event()
    answer = said(await send(edge, slash("declare sev2 it is slow")))
    assert answer == "I could not confirm that this was saved. Look at the incident before you repeat it."
    db.gate.set()
    await edge.tasks.drain(5)
    assert town.direct("dave") == [
        "INC-1 (it is slow) is declared as SEV2. Paged now: Alice Chen. The war room opens now; you are invited."
    ]


async def test_sending_the_same_line_again_declares_once(town: Town) -> None:
    first = said(await send(town.edge, slash("declare sev2 it is slow")))
    again = said(await send(town.edge, slash("declare sev2 it is slow")))
    assert (first, again) == (
        "INC-1 (it is slow) is declared as SEV2. Paged now: Alice Chen. The war room opens now; you are invited.",
        "This is already INC-1 (it is slow); nothing new was declared.",
    )


async def test_a_bug_gives_a_reference_that_the_log_has(
    faulty: tuple[Boundary, Faulty], caplog: pytest.LogCaptureFixture
) -> None:
    edge, db = faulty
    db.error = ZeroDivisionError("a bug of ours")
    answer = said(await send(edge, slash("declare sev2 it is slow")))
    logged = next(record.getMessage() for record in caplog.records if record.exc_info)
    reference = logged.split()[-1]
    assert answer == (
        "Something went wrong on our side and nothing was saved. Try again; if it happens again, tell an admin the"
        f" reference {reference}."
    )


async def test_an_event_that_was_not_saved_is_not_acked(town: Town, faulty: tuple[Boundary, Faulty]) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    channel, ts = await town.page()
    edge, db = faulty
    db.error = DatabaseUnavailable("The database is locked by another program.")
    assert (await send(edge, reaction(ts, channel))).status == 503
    db.error = None
    assert (await send(edge, reaction(ts, channel))).status == 200
    assert (await town.night.incident()).state is State.IN_PROGRESS


async def test_a_press_that_was_not_saved_is_not_acked_and_the_next_one_counts(
    town: Town, faulty: tuple[Boundary, Faulty]
) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    channel, ts = await town.page()
    edge, db = faulty
    db.error = DatabaseUnavailable("The disk is full.")
    press = ack_pressed(town, channel, ts)
    assert (await send(edge, press)).status == 503
    db.error = None
    assert (await send(edge, press)).status == 200
    assert (await town.night.incident()).state is State.IN_PROGRESS


async def test_the_same_event_twice_acts_once(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    await town.deliver()
    channel, ts = await town.page()
    assert (await send(town.edge, reaction(ts, channel))).status == 200
    before = await town.night.events()
    assert (await send(town.edge, reaction(ts, channel))).status == 200
    assert await town.night.events() == before


async def test_a_form_that_is_not_saved_stays_open_with_the_reason(town: Town, faulty: tuple[Boundary, Faulty]) -> None:
    await town.slash("dave", "declare")
    view = modals.stack(town.world, USERS["dave"])[-1]
    view.values = {names.IN_TITLE: {names.INPUT: {"type": "plain_text_input", "value": "it is slow"}}}
    edge, db = faulty
    db.error = DatabaseUnavailable("The database is locked by another program.")
    body = payloads.submission(town.world, town.world.users[USERS["dave"]], view)
    response = await send(edge, body)
    assert json.loads(response.body) == {
        "response_action": "errors",
        "errors": {"title": "Nothing was saved: it could not be written in time. Please try again."},
    }


async def test_what_nobody_listens_to_is_acked(town: Town) -> None:
    unknown: list[dict[str, Any]] = [
        {"type": "event_callback", "event": {"type": "pin_added"}},
        {"type": "block_actions", "user": {"id": USERS["dave"]}, "actions": [{"action_id": "x", "block_id": "b"}]},
        {"type": "view_submission", "user": {"id": USERS["dave"]}, "view": {"type": "modal", "callback_id": "x"}},
        {"type": "shortcut", "callback_id": "x", "user": {"id": USERS["dave"]}},
        {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "", "user": {"id": USERS["dave"]}},
    ]
    assert [(await send(town.edge, body | {"team_id": "T0ACME"})).status for body in unknown] == [200] * 5


@pytest.mark.parametrize("value", ["", "x", "1:2:3", "1:x"])
async def test_a_button_with_a_value_of_nobodys_is_acked_and_changes_nothing(town: Town, value: str) -> None:
    action = {"action_id": names.ACK, "block_id": "b", "value": value, "type": "button"}
    body = {"type": "block_actions", "team_id": "T0ACME", "user": {"id": USERS["dave"]}, "actions": [action]}
    assert (await send(town.edge, body)).status == 200


async def test_a_form_whose_trigger_expired_says_so(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    town.live.fault("views.open", "error", error="expired_trigger_id", times=1)
    assert await town.slash("dave", "resolve 1") == ""
    assert town.whispers("dave")[-1] == "The form could not be opened in time. Nothing was changed; please try again."


async def test_an_ack_counts_though_the_directory_does_not_answer(town: Town) -> None:
    await town.slash("dave", "declare sev2 it is slow")
    town.live.fault("users.info", "http", status=502)
    town.world.users["U0NEW"] = replace(town.world.users[USERS["bob"]], id="U0NEW", name="newcomer")
    town.world.channels["C0GENERAL"].members.append("U0NEW")
    found = await interact.slash(town.world, "U0NEW", "C0GENERAL", "/incident", "ack 1")
    assert found["ack"]["text"] == "You acked INC-1 (it is slow). You have it: nobody else is paged."
