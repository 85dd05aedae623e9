"""Twilio: every answer means one thing, a text is found again by its words, and time-outs hold."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from wire_stub import Answer, Stub, a_stub, dead_port, half, hangs, raw, resets, says

from bot.domain.delivery import Effect, Lane, Later, Never, Row, RowState, Sent, Unknown
from clients import twilio_outcomes
from clients.faults import TOO_LATE, begun_before
from clients.twilio import Twilio, rewriter

ACCOUNT = "AC" + "0" * 32
NUMBER, ALICE = "+15550100000", "+15550100001"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TEXT = "SEV1 INC-42 payments API slow. Reply ACK 42 or DECLINE 42."
ROW = Row(1, "page/42", Effect.PAGE_SMS, Lane.PAGES, RowState.PENDING, NOW, NOW)
DOUBT = replace(ROW, doubt=True)
MADE = {"sid": "SM1", "status": "queued"}


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with a_stub() as found:
        found.answers["Messages.json"] = says(MADE, 201)
        yield found


@pytest.fixture
async def twilio(stub: Stub) -> AsyncIterator[Twilio]:
    made = Twilio(ACCOUNT, "secret", NUMBER, stub.url)
    yield made
    await made.close()


def message(body: str = TEXT, at: datetime = NOW, sid: str = "SM9", sender: str = NUMBER) -> dict[str, Any]:
    return {"sid": sid, "status": "sent", "body": body, "from": sender, "date_created": format_datetime(at)}


def listed(*messages: dict[str, Any]) -> Answer:
    return says({"messages": list(messages), "next_page_uri": None, "page": 0, "page_size": 100})


async def test_a_text_that_twilio_takes_is_sent(twilio: Twilio, stub: Stub) -> None:
    outcome = await twilio.send_sms(ALICE, TEXT, "https://pager.example/twilio/status?row=7")
    assert outcome == Sent({"sid": "SM1", "status": "queued"})
    wanted = {"To": ALICE, "From": NUMBER, "Body": TEXT, "StatusCallback": "https://pager.example/twilio/status?row=7"}
    assert stub.of("Messages.json") == [wanted]


async def test_without_an_address_of_ours_no_receipt_is_asked_for(twilio: Twilio, stub: Stub) -> None:
    await twilio.send_sms(ALICE, TEXT)
    assert stub.of("Messages.json") == [{"To": ALICE, "From": NUMBER, "Body": TEXT}]


@pytest.mark.parametrize("code", twilio_outcomes.NEVER)
async def test_a_number_that_cannot_be_texted_is_for_good(twilio: Twilio, stub: Stub, code: int) -> None:
    stub.answers["Messages.json"] = says({"code": code, "message": "no", "status": 400}, 400)
    assert await twilio.send_sms(ALICE, TEXT) == Never(f"{twilio_outcomes.NEVER[code]} (Twilio {code})")


@pytest.mark.parametrize("code", twilio_outcomes.LATER)
async def test_a_limit_of_twilios_is_for_later(twilio: Twilio, stub: Stub, code: int) -> None:
    stub.answers["Messages.json"] = says({"code": code, "message": "slow down", "status": 429}, 429)
    assert await twilio.send_sms(ALICE, TEXT) == Later(reason=f"{twilio_outcomes.LATER[code]} (Twilio {code})")


@pytest.mark.parametrize("code", twilio_outcomes.MENDABLE)
async def test_a_refused_account_is_for_later_and_said_loudly(
    twilio: Twilio, stub: Stub, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    stub.answers["Messages.json"] = says({"code": code, "message": "who are you", "status": 401}, 401)
    assert await twilio.send_sms(ALICE, TEXT) == Later(reason=f"{twilio_outcomes.MENDABLE[code]} (Twilio {code})")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Never("Twilio answered http 400")),
        (401, Later(reason="Twilio answered http 401")),
        (403, Later(reason="Twilio answered http 403")),
        (404, Never("Twilio answered http 404")),
        (408, Later(reason="Twilio answered http 408")),
        (429, Later(reason="Twilio answered http 429")),
        (500, Unknown("Twilio answered http 500")),
        (502, Unknown("Twilio answered http 502")),
        (503, Later(reason="Twilio answered http 503")),
        (504, Unknown("Twilio answered http 504")),
        (302, Unknown("Twilio answered http 302")),
    ],
)
async def test_an_answer_without_a_code_is_read_by_its_status(
    twilio: Twilio, stub: Stub, status: int, outcome: object
) -> None:
    stub.answers["Messages.json"] = raw("<h1>oops</h1>", status=status)
    assert await twilio.send_sms(ALICE, TEXT) == outcome


@pytest.mark.parametrize("code", [99999, 63001])
async def test_a_code_nobody_knows_is_read_by_its_status(twilio: Twilio, stub: Stub, code: int) -> None:
    stub.answers["Messages.json"] = says({"code": code, "message": "?", "status": 400}, 400)
    assert await twilio.send_sms(ALICE, TEXT) == Never(f"Twilio {code}")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says({}), "an answer without a sid"),
        (raw("<html>"), "an answer that is not Twilio's"),
        (says([1]), "an answer that is not Twilio's"),
        (resets(), "connection lost (ServerDisconnectedError)"),
        (half(), "connection lost (ClientPayloadError)"),
    ],
)
async def test_a_lost_or_senseless_answer_leaves_us_in_doubt(
    twilio: Twilio, stub: Stub, answer: Answer, reason: str
) -> None:
    stub.answers["Messages.json"] = answer
    assert await twilio.send_sms(ALICE, TEXT) == Unknown(reason)
    assert stub.names() == ["Messages.json"]


async def test_the_time_out_is_ours_and_holds(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clients.twilio.TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    stub.answers["Messages.json"] = hangs()
    twilio = Twilio(ACCOUNT, "secret", NUMBER, stub.url)
    assert await twilio.send_sms(ALICE, TEXT) == Unknown("no answer in time")
    await twilio.close()


async def test_a_refused_connection_did_nothing() -> None:
    twilio = Twilio(ACCOUNT, "secret", NUMBER, f"http://127.0.0.1:{dead_port()}")
    assert await twilio.send_sms(ALICE, TEXT) == Later(reason="no connection (ClientConnectorError)")
    await twilio.close()


async def test_no_text_is_begun_once_another_may_send_it(twilio: Twilio, stub: Stub) -> None:
    with begun_before(0.0):
        assert await twilio.send_sms(ALICE, TEXT) == Later(reason=TOO_LATE)
    assert stub.of("Messages.json") == []


async def test_a_text_in_doubt_is_looked_up_and_not_sent_again(twilio: Twilio, stub: Stub) -> None:
    stub.answers["Messages.json"] = listed(message())
    outcome = await twilio.text_once(DOUBT, ALICE, TEXT)
    assert outcome == Sent({"sid": "SM9", "status": "sent"}, found=True)
    assert stub.of("Messages.json") == [{"To": ALICE, "PageSize": "100"}]


@pytest.mark.parametrize(
    "there",
    [
        message("something else"),
        message(at=NOW - timedelta(hours=1)),
        message(sid="SM-OF-ANOTHER-ROW"),
        message(sender=ALICE),
    ],
)
async def test_a_text_that_is_not_this_one_does_not_pass_for_it(
    twilio: Twilio, stub: Stub, there: dict[str, Any]
) -> None:
    stub.answers["Messages.json"] = [listed(there), says(MADE, 201)]
    outcome = await twilio.text_once(DOUBT, ALICE, TEXT, taken={"SM-OF-ANOTHER-ROW"})
    assert outcome == Sent({"sid": "SM1", "status": "queued"})


async def test_a_text_of_which_a_receipt_came_needs_no_look_up(twilio: Twilio, stub: Stub) -> None:
    known = replace(DOUBT, result={"sid": "SM5"})
    assert await twilio.text_once(known, ALICE, TEXT) == Sent({"sid": "SM5", "status": "sent"}, found=True)
    assert stub.asked == []


async def test_where_as_many_rows_are_in_doubt_as_texts_are_found_it_is_sent_again(twilio: Twilio, stub: Stub) -> None:
    stub.answers["Messages.json"] = [listed(message()), says(MADE, 201)]
    assert await twilio.text_once(DOUBT, ALICE, TEXT, rivals=1) == Sent({"sid": "SM1", "status": "queued"})
    stub.answers["Messages.json"] = listed(message(), message(sid="SM8"))
    outcome = await twilio.text_once(DOUBT, ALICE, TEXT, rivals=1)
    assert isinstance(outcome, Sent)
    assert outcome.found


async def test_a_text_that_may_be_another_s_on_its_way_is_neither_taken_nor_sent_again(
    twilio: Twilio, stub: Stub
) -> None:
    stub.answers["Messages.json"] = listed(message())
    outcome = await twilio.text_once(DOUBT, ALICE, TEXT, under_way=1)
    assert outcome == Unknown("not looked up: another to this phone is on its way")
    assert len(stub.asked) == 1


async def test_words_before_ours_and_a_changed_end_do_not_hide_a_text(twilio: Twilio, stub: Stub) -> None:
    stub.answers["Messages.json"] = listed(message("Sent from your Twilio trial account - " + TEXT + " In 3 min."))
    outcome = await twilio.text_once(DOUBT, ALICE, TEXT + " In 2 min.", start=TEXT)
    assert outcome == Sent({"sid": "SM9", "status": "sent"}, found=True)


@pytest.mark.parametrize("status", [500, 503])
async def test_while_nothing_can_be_looked_up_nothing_is_sent_again(twilio: Twilio, stub: Stub, status: int) -> None:
    stub.answers["Messages.json"] = raw("oops", status=status)
    assert await twilio.text_once(DOUBT, ALICE, TEXT) == Unknown(f"not looked up: Twilio answered http {status}")
    assert len(stub.asked) == 1


async def test_a_list_that_may_never_be_read_does_not_stop_a_page(twilio: Twilio, stub: Stub) -> None:
    stub.answers["Messages.json"] = [raw("no", status=404), says(MADE, 201)]
    assert await twilio.text_once(DOUBT, ALICE, TEXT) == Sent({"sid": "SM1", "status": "queued"})


async def test_a_row_without_doubt_is_sent_at_once(twilio: Twilio, stub: Stub) -> None:
    await twilio.text_once(ROW, ALICE, TEXT)
    assert stub.of("Messages.json") == [{"To": ALICE, "From": NUMBER, "Body": TEXT}]


def test_only_scheme_and_host_of_twilios_address_are_replaced() -> None:
    rewrite = rewriter("http://127.0.0.1:8900")
    assert rewrite("https://api.twilio.com/2010-04-01/x.json?a=1") == "http://127.0.0.1:8900/2010-04-01/x.json?a=1"
    assert rewriter("")("https://api.twilio.com/x") == "https://api.twilio.com/x"


def test_a_receipts_code_has_words_where_we_know_some() -> None:
    assert twilio_outcomes.reason_of(30003) == "the phone is switched off or out of reach (Twilio 30003)"
    assert twilio_outcomes.reason_of(12345) == "Twilio 12345"
