"""What Twilio is asked for where it cannot call us: newest first, no further back than wanted, through every page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from wire_stub import Answer, Stub, a_stub, raw, resets, says

from bot.domain.delivery import Later, Unknown
from bot.domain.receipts import Report
from clients.twilio import Twilio
from clients.twilio_reading import Inbound, Reading

ACCOUNT = "AC" + "0" * 32
NUMBER, ALICE = "+15550100000", "+15550100001"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with a_stub() as found:
        yield found


@pytest.fixture
async def reading(stub: Stub) -> AsyncIterator[Reading]:
    twilio = Twilio(ACCOUNT, "secret", NUMBER, stub.url)
    yield Reading(twilio)
    await twilio.close()


def text(sid: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    usual = {"sid": sid, "from": ALICE, "to": NUMBER, "body": "ack", "direction": "inbound", "status": "received"}
    return {**usual, "date_created": format_datetime(at), "error_code": None, **more}


def call(sid: str, status: str, **more: Any) -> dict[str, Any]:
    return {"sid": sid, "from": NUMBER, "to": ALICE, "status": status, "date_created": format_datetime(NOW), **more}


def page(key: str, *rows: dict[str, Any], more: str | None = None) -> Answer:
    return says({key: list(rows), "next_page_uri": more, "page": 0, "page_size": 100})


async def test_replies_come_in_the_order_in_which_they_were_sent(reading: Reading, stub: Stub) -> None:
    stub.answers["Messages.json"] = page("messages", text("SM2", NOW + MINUTE, body="note x"), text("SM1"))
    assert await reading.inbound(NOW) == [
        Inbound("SM1", ALICE, "ack", NOW),
        Inbound("SM2", ALICE, "note x", NOW + MINUTE),
    ]
    assert stub.of("Messages.json") == [{"To": NUMBER, "DateSent>": "2026-11-21", "PageSize": "100"}]


async def test_the_day_before_is_asked_for_shortly_after_midnight(reading: Reading, stub: Stub) -> None:
    stub.answers["Messages.json"] = page("messages")
    await reading.inbound(NOW.replace(hour=0, minute=1))
    assert stub.of("Messages.json")[0]["DateSent>"] == "2026-11-20"


async def test_what_is_too_old_and_what_is_ours_is_left_out(reading: Reading, stub: Stub) -> None:
    stub.answers["Messages.json"] = page(
        "messages",
        text("SM4", direction="outbound-reply"),
        text("SM3", status="receiving"),
        text("SM2"),
        text("SM1", NOW - 3 * MINUTE),
        text("SM0", NOW),
    )
    found = await reading.inbound(NOW)
    assert isinstance(found, list)
    assert [one.sid for one in found] == ["SM2"]


async def test_every_page_is_read_until_one_holds_what_is_too_old(reading: Reading, stub: Stub) -> None:
    following = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1"
    stub.answers["Messages.json"] = [
        page("messages", text("SM3"), more=following),
        page("messages", text("SM2"), text("SM1", NOW - 9 * MINUTE), more=following),
        page("messages", text("SM0"), more=following),
    ]
    found = await reading.inbound(NOW)
    assert isinstance(found, list)
    assert [one.sid for one in found] == ["SM2", "SM3"]
    assert len(stub.asked) == 2


async def test_what_became_of_our_messages_is_told_with_its_reason(reading: Reading, stub: Stub) -> None:
    stub.answers["Messages.json"] = page(
        "messages",
        text("SM2", status="undelivered", error_code=30003, direction="outbound-api"),
        text("SM1", status="delivered", direction="outbound-api"),
    )
    assert await reading.messages(NOW) == [
        Report("SM2", "undelivered", "the phone is switched off or out of reach (Twilio 30003)"),
        Report("SM1", "delivered"),
    ]
    assert stub.of("Messages.json") == [{"From": NUMBER, "PageSize": "100"}]


async def test_what_became_of_our_calls_is_told_with_who_picked_up_and_how_long(reading: Reading, stub: Stub) -> None:
    stub.answers["Calls.json"] = page(
        "calls",
        call("CA3", "completed", answered_by="machine_start", duration="31"),
        call("CA2", "completed", answered_by="human", duration="4"),
        call("CA1", "in-progress", answered_by=None, duration=None),
    )
    assert await reading.calls(NOW) == [
        Report("CA3", "completed", "", "machine_start", 31),
        Report("CA2", "completed", "", "human", 4),
        Report("CA1", "in-progress"),
    ]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (raw("oops", status=503), Later(reason="Twilio answered http 503")),
        (raw("oops", status=500), Unknown("Twilio answered http 500")),
        (raw("<html>"), Unknown("an answer that is not Twilio's")),
        (says({"ok": True, "surprise": 1, "more": 2}), Unknown("an answer that is not Twilio's")),
        (resets(), Unknown("connection lost (ServerDisconnectedError)")),
    ],
)
async def test_a_list_that_cannot_be_read_is_a_failure_and_no_empty_list(
    reading: Reading, stub: Stub, answer: Answer, failure: object
) -> None:
    stub.answers["Messages.json"] = stub.answers["Calls.json"] = answer
    assert [await reading.inbound(NOW), await reading.messages(NOW), await reading.calls(NOW)] == [failure] * 3
