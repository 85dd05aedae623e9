"""Twilio's callbacks: let in by signature alone; an SMS acts once; a stranger changes nothing."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer
from web_door import TWILIO_TOKEN, Door

from bot.domain.delivery import Effect
from bot.domain.incident import State
from bot.domain.people import Source
from web.parts import Parts
from web.server import build

ALICE = "+15550100001"


def sms(body: str, sender: str = ALICE, sid: str = "SM1") -> dict[str, str]:
    return {"From": sender, "To": "+15550100000", "Body": body, "MessageSid": sid, "NumMedia": "0"}


async def test_an_ack_by_sms_takes_the_incident_once_and_is_answered_by_a_message(door: Door) -> None:
    await door.night.declare()
    for _ in range(2):
        answer = await door.twilio("/twilio/sms", sms("ack 1"))
        assert (answer.status, answer.content_type) == (200, "text/xml")
        assert await answer.text() == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    await door.night.deliver()
    picture = await door.night.picture()
    assert picture.incident.state is State.IN_PROGRESS
    assert [one.ack_source for one in picture.responders if one.ack_source] == [Source.SMS.value]
    assert door.night.outside.effects().count(Effect.SMS_SAY) == 1


async def test_a_stranger_changes_nothing_and_is_not_answered(door: Door) -> None:
    await door.night.declare()
    before = await door.night.events()
    assert (await door.twilio("/twilio/sms", sms("ack 1", "+15559999999"))).status == 200
    await door.night.deliver()
    assert await door.night.events() == before
    assert Effect.SMS_SAY not in door.night.outside.effects()


@pytest.mark.parametrize("wrong", ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_wrong_signature_is_refused(door: Door, wrong: str) -> None:
    await door.night.declare()
    answer = await door.client.post("/twilio/sms", data=sms("ack 1"), headers={"X-Twilio-Signature": wrong})
    assert (answer.status, (await answer.json())["error"]) == (403, "wrong_signature")
    assert (await door.night.incident()).state is not State.IN_PROGRESS


async def test_a_signature_covers_address_and_every_field(door: Door) -> None:
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(TWILIO_TOKEN).compute_signature(f"{door.public_url}/twilio/sms", sms("ack 1"))
    for path, form in (
        ("/twilio/sms?x=1", sms("ack 1")),
        ("/twilio/sms", sms("ack 2")),
        ("/twilio/status", sms("ack 1")),
    ):
        answer = await door.client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status == 403


async def test_a_token_of_another_account_is_refused(door: Door) -> None:
    assert (await door.twilio("/twilio/sms", sms("ack 1"), token="another")).status == 403


async def test_receipts_are_kept_once(door: Door) -> None:
    await door.night.declare()
    [row] = await door.night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_SMS]))
    form = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    for _ in range(2):
        assert (await door.twilio(f"/twilio/status?row={row.id}", form)).status == 204
    kept = await door.night.bot.db.read(lambda tx: tx.receipts.of_incident(1))
    assert [(one.outbox_id, one.ref, one.state) for one in kept] == [(row.id, "SM9", "delivered")]


async def test_what_is_missing_or_no_form_is_refused(door: Door) -> None:
    assert (await door.twilio("/twilio/sms", {"Body": "ack"})).status == 400
    assert (await door.twilio("/twilio/status", {"Body": "ack"})).status == 400
    answer = await door.client.post("/twilio/sms", json={})
    assert answer.status == 415


async def test_without_twilio_the_door_is_closed(door: Door) -> None:
    app = build(Parts(door.night.bot, {}))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        for path in ("/twilio/sms", "/twilio/status"):
            answer = await client.post(path, data=sms("ack 1"))
            assert (answer.status, (await answer.json())["error"]) == (403, "closed")
