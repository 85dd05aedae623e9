"""Calls by Twilio: every answer means one thing, and no other call passes for one in doubt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from wire_stub import Answer, Stub, a_stub, dead_port, half, hangs, raw, resets, says

from bot.domain.delivery import Effect, Lane, Later, Never, Row, RowState, Sent, Unknown
from clients import twilio_outcomes, twilio_voice
from clients.twilio import Twilio
from clients.twilio_voice import Calls, asks, tells

ACCOUNT = "AC" + "0" * 32
NUMBER, ALICE = "+15550100000", "+15550100001"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TWIML = twilio_voice.says("SEV1: payments API is slow")
ROW = Row(7, "page/42/voice", Effect.PAGE_VOICE, Lane.PAGES, RowState.PENDING, NOW, NOW)
DOUBT = replace(ROW, doubt=True)
MADE = {"sid": "CA1", "status": "queued"}


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with a_stub() as found:
        found.answers["Calls.json"] = says(MADE, 201)
        yield found


@pytest.fixture
async def calls(stub: Stub) -> AsyncIterator[Calls]:
    twilio = Twilio(ACCOUNT, "secret", NUMBER, stub.url)
    yield Calls(twilio)
    await twilio.close()


def call(at: datetime = NOW, sid: str = "CA9", caller: str = NUMBER) -> dict[str, Any]:
    return {"sid": sid, "status": "ringing", "from": caller, "date_created": format_datetime(at)}


def listed(*found: dict[str, Any]) -> Answer:
    return says({"calls": list(found), "next_page_uri": None, "page": 0, "page_size": 100})


async def test_a_call_that_twilio_takes_is_sent_with_its_words_and_asks_who_picks_up(calls: Calls, stub: Stub) -> None:
    assert await calls.place(ALICE, TWIML) == Sent({"sid": "CA1", "status": "queued"})
    wanted = {"To": ALICE, "From": NUMBER, "Twiml": TWIML, "Timeout": "40", "MachineDetection": "Enable"}
    assert stub.of("Calls.json") == [wanted]


async def test_with_an_address_of_ours_every_state_is_reported_there(calls: Calls, stub: Stub) -> None:
    await calls.place(ALICE, TWIML, "https://pager.example/twilio/call-status?row=7")
    [asked] = stub.of("Calls.json")
    assert asked["StatusCallback"] == "https://pager.example/twilio/call-status?row=7"
    assert stub.every("Calls.json", "StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]


@pytest.mark.parametrize("code", twilio_outcomes.NEVER)
async def test_a_number_that_cannot_be_called_is_for_good(calls: Calls, stub: Stub, code: int) -> None:
    stub.answers["Calls.json"] = says({"code": code, "message": "no", "status": 400}, 400)
    assert await calls.place(ALICE, TWIML) == Never(f"{twilio_outcomes.NEVER[code]} (Twilio {code})")


@pytest.mark.parametrize("code", twilio_outcomes.LATER)
async def test_a_limit_of_twilios_is_for_later(calls: Calls, stub: Stub, code: int) -> None:
    stub.answers["Calls.json"] = says({"code": code, "message": "slow down", "status": 429}, 429)
    assert await calls.place(ALICE, TWIML) == Later(reason=f"{twilio_outcomes.LATER[code]} (Twilio {code})")


@pytest.mark.parametrize("code", twilio_outcomes.MENDABLE)
async def test_a_refused_account_is_for_later(calls: Calls, stub: Stub, code: int) -> None:
    stub.answers["Calls.json"] = says({"code": code, "message": "who are you", "status": 401}, 401)
    assert await calls.place(ALICE, TWIML) == Later(reason=f"{twilio_outcomes.MENDABLE[code]} (Twilio {code})")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Never("Twilio answered http 400")),
        (401, Later(reason="Twilio answered http 401")),
        (429, Later(reason="Twilio answered http 429")),
        (500, Unknown("Twilio answered http 500")),
        (502, Unknown("Twilio answered http 502")),
        (503, Later(reason="Twilio answered http 503")),
        (504, Unknown("Twilio answered http 504")),
    ],
)
async def test_an_answer_without_a_code_is_read_by_its_status(
    calls: Calls, stub: Stub, status: int, outcome: object
) -> None:
    stub.answers["Calls.json"] = raw("<h1>oops</h1>", status=status)
    assert await calls.place(ALICE, TWIML) == outcome


async def test_a_call_that_rings_is_hung_up_and_one_that_is_taken_or_over_is_left(calls: Calls, stub: Stub) -> None:
    stub.answers["CA1.json"] = says({"sid": "CA1", "status": "canceled"})
    assert await calls.cancel("CA1") == Sent({"sid": "CA1", "status": "canceled"})
    assert stub.of("CA1.json") == [{"Status": "canceled"}]
    stub.answers["CA1.json"] = says({"code": 21220, "message": "Call is not in-progress", "status": 400}, 400)
    assert await calls.cancel("CA1") == Sent({"sid": "CA1", "status": "over"})
    stub.answers["CA1.json"] = says({"code": 20404, "message": "not found", "status": 404}, 404)
    assert await calls.cancel("CA1") == Sent({"sid": "CA1", "status": "over"})


async def test_a_call_that_may_have_been_hung_up_is_simply_hung_up_again(calls: Calls, stub: Stub) -> None:
    stub.answers["CA1.json"] = resets()
    assert await calls.cancel("CA1") == Later(reason="connection lost (ServerDisconnectedError)")
    stub.answers["CA1.json"] = raw("oops", status=503)
    assert await calls.cancel("CA1") == Later(reason="Twilio answered http 503")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says({}), "an answer without a sid"),
        (raw("<html>"), "an answer that is not Twilio's"),
        (resets(), "connection lost (ServerDisconnectedError)"),
        (half(), "connection lost (ClientPayloadError)"),
    ],
)
async def test_a_lost_or_senseless_answer_leaves_us_in_doubt(
    calls: Calls, stub: Stub, answer: Answer, reason: str
) -> None:
    stub.answers["Calls.json"] = answer
    assert await calls.place(ALICE, TWIML) == Unknown(reason)
    assert stub.names() == ["Calls.json"]


async def test_the_time_out_is_ours_and_holds(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.twilio.TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    stub.answers["Calls.json"] = hangs()
    twilio = Twilio(ACCOUNT, "secret", NUMBER, stub.url)
    assert await Calls(twilio).place(ALICE, TWIML) == Unknown("no answer in time")
    await twilio.close()


async def test_a_refused_connection_did_nothing() -> None:
    twilio = Twilio(ACCOUNT, "secret", NUMBER, f"http://127.0.0.1:{dead_port()}")
    assert await Calls(twilio).place(ALICE, TWIML) == Later(reason="no connection (ClientConnectorError)")
    await twilio.close()


async def test_a_call_in_doubt_is_looked_up_and_not_placed_again(calls: Calls, stub: Stub) -> None:
    stub.answers["Calls.json"] = listed(call())
    assert await calls.call_once(DOUBT, ALICE, TWIML) == Sent({"sid": "CA9", "status": "ringing"}, found=True)
    assert stub.of("Calls.json") == [{"To": ALICE, "PageSize": "100"}]


async def test_a_call_of_which_a_receipt_came_needs_no_look_up(calls: Calls, stub: Stub) -> None:
    known = replace(DOUBT, result={"sid": "CA5"})
    assert await calls.call_once(known, ALICE, TWIML) == Sent({"sid": "CA5", "status": "queued"}, found=True)
    assert stub.asked == []


@pytest.mark.parametrize(
    ("there", "rivals"),
    [
        ([], 0),
        ([call(at=NOW - timedelta(hours=1))], 0),
        ([call(sid="CA-OF-ANOTHER-ROW")], 0),
        ([call(caller=ALICE)], 0),
        ([call()], 1),
        ([call(), call(sid="CA8")], 2),
    ],
)
async def test_a_call_that_is_not_surely_this_one_does_not_pass_for_it(
    calls: Calls, stub: Stub, there: list[dict[str, Any]], rivals: int
) -> None:
    stub.answers["Calls.json"] = [listed(*there), says(MADE, 201)]
    outcome = await calls.call_once(DOUBT, ALICE, TWIML, taken={"CA-OF-ANOTHER-ROW"}, rivals=rivals)
    assert outcome == Sent({"sid": "CA1", "status": "queued"})


async def test_with_more_calls_than_rows_in_doubt_one_is_this_one(calls: Calls, stub: Stub) -> None:
    stub.answers["Calls.json"] = listed(call(NOW + timedelta(minutes=1)), call(sid="CA8"))
    outcome = await calls.call_once(DOUBT, ALICE, TWIML, rivals=1)
    assert outcome == Sent({"sid": "CA8", "status": "ringing"}, found=True)


async def test_a_call_that_may_be_another_s_on_its_way_is_neither_taken_nor_placed_again(
    calls: Calls, stub: Stub
) -> None:
    stub.answers["Calls.json"] = listed(call())
    outcome = await calls.call_once(DOUBT, ALICE, TWIML, under_way=1)
    assert outcome == Unknown("not looked up: another to this phone is on its way")
    assert len(stub.asked) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_while_nothing_can_be_looked_up_nobody_is_called_again(calls: Calls, stub: Stub, status: int) -> None:
    stub.answers["Calls.json"] = raw("oops", status=status)
    assert await calls.call_once(DOUBT, ALICE, TWIML) == Unknown(f"not looked up: Twilio answered http {status}")
    assert len(stub.asked) == 1


async def test_a_list_that_may_never_be_read_does_not_stop_a_page(calls: Calls, stub: Stub) -> None:
    stub.answers["Calls.json"] = [raw("no", status=404), says(MADE, 201)]
    assert await calls.call_once(DOUBT, ALICE, TWIML) == Sent({"sid": "CA1", "status": "queued"})


def test_a_page_with_keys_waits_for_one_of_them_and_hands_it_to_its_own_address() -> None:
    assert asks("Payments are down.", "Press 4.", "Goodbye.", "https://t.example/twilio/voice?row=7&x=1") == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="8" method="POST"'
        ' action="https://t.example/twilio/voice?row=7&amp;x=1">'
        '<Pause length="1"/><Say>Payments are down.</Say><Say>Press 4.</Say>'
        '<Pause length="1"/><Say>Payments are down.</Say><Say>Press 4.</Say>'
        "</Gather><Say>Goodbye.</Say><Hangup/></Response>"
    )


def test_a_page_without_keys_is_told_twice() -> None:
    assert tells("Payments are down.", "Text us.") == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Pause length="1"/><Say>Payments are down.</Say><Say>Text us.</Say>'
        '<Pause length="1"/><Say>Payments are down.</Say><Say>Text us.</Say><Hangup/></Response>'
    )
