"""Keys of a call come in by Twilio's signature, are done once, and are answered in words."""

from __future__ import annotations

import pytest
from night import without
from web_door import Door

from bot.domain.delivery import Effect, Row
from bot.domain.incident import State
from bot.domain.timeline import Kind
from bot.ports import DatabaseUnavailable
from bot.usecases import responders


def pressed(key: str, call: str = "CA1") -> dict[str, str]:
    return {"CallSid": call, "CallStatus": "in-progress", "Digits": key, "To": "+15550100001", "From": "+15550100000"}


def ended(status: str, call: str = "CA1", **more: str) -> dict[str, str]:
    return {"CallSid": call, "CallStatus": status, "To": "+15550100001", "From": "+15550100000", **more}


async def call_of(door: Door) -> Row:
    """An incident is declared and Alice's phone rings."""
    door.night = without(door.night, notifiers=frozenset({"slack", "sms", "voice", "email"}))
    await door.night.declare()
    await door.night.pass_minutes(2)
    [row] = await door.night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_VOICE]))
    return row


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("4", "You acked incident 1 Payments API is slow. You have it: nobody else is paged."),
        ("6", "You declined incident 1. Bob Okafor is paged instead."),
        ("8", "Incident 1 is escalated: Bob Okafor is paged tier 2."),
    ],
)
async def test_a_key_is_answered_in_words_and_ends_the_call(door: Door, key: str, words: str) -> None:
    row = await call_of(door)
    answer = await door.twilio(f"/twilio/voice?row={row.id}", pressed(key))
    assert (answer.status, answer.content_type) == (200, "text/xml")
    said = await answer.text()
    assert said.endswith("<Hangup/></Response>")
    assert said.split("<Say>")[1].split("</Say>")[0] == words


async def test_star_says_the_page_again_and_listens_at_the_same_address(door: Door) -> None:
    row = await call_of(door)
    said = await (await door.twilio(f"/twilio/voice?row={row.id}", pressed("*"))).text()
    assert said.count("Payments API is slow. Incident 1.") == 2
    assert f'action="https://tocsin.example/twilio/voice?row={row.id}"' in said


async def test_a_key_that_means_nothing_is_told_and_the_page_goes_on(door: Door) -> None:
    row = await call_of(door)
    said = await (await door.twilio(f"/twilio/voice?row={row.id}", pressed("5"))).text()
    assert said.count("5 means nothing here. This is Tocsin, calling Alice Chen.") == 2


async def test_a_page_that_is_over_says_so(door: Door) -> None:
    row = await call_of(door)
    await responders.ack(door.night.bot, 1, door.night.by("bob"), door.night.now)
    said = await (await door.twilio(f"/twilio/voice?row={row.id}", pressed("*"))).text()
    assert "This page is over: acknowledged before it was sent. Nothing is asked of you." in said


async def test_a_repeated_key_is_done_once_and_answered_alike(door: Door) -> None:
    row = await call_of(door)
    said = [await (await door.twilio(f"/twilio/voice?row={row.id}", pressed("8"))).text() for _ in range(2)]
    assert said[0] == said[1]
    assert (await door.night.kinds()).count(Kind.ESCALATED) == 1


async def test_while_the_database_is_away_the_person_is_asked_to_press_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await call_of(door)

    async def away(*_: object) -> None:
        raise DatabaseUnavailable("The disk that holds the database is full.")

    monkeypatch.setattr("bot.usecases.calls.press", away)
    answer = await door.twilio(f"/twilio/voice?row={row.id}", pressed("4"))
    assert answer.status == 200
    said = await answer.text()
    assert "That could not be saved. Please press the key again." in said
    assert f'action="https://tocsin.example/twilio/voice?row={row.id}"' in said


@pytest.mark.parametrize("wrong", ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_forged_key_is_refused(door: Door, wrong: str) -> None:
    row = await call_of(door)
    answer = await door.client.post(
        f"/twilio/voice?row={row.id}", data=pressed("4"), headers={"X-Twilio-Signature": wrong}
    )
    assert (answer.status, (await answer.json())["error"]) == (403, "wrong_signature")
    assert (await door.night.incident()).state is State.ASSIGNED


async def test_a_signature_for_one_row_opens_no_other(door: Door) -> None:
    from twilio.request_validator import RequestValidator
    from web_door import TWILIO_TOKEN

    row = await call_of(door)
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(
        f"{door.public_url}/twilio/voice?row={row.id + 1}", pressed("4")
    )
    answer = await door.client.post(
        f"/twilio/voice?row={row.id}", data=pressed("4"), headers={"X-Twilio-Signature": signature}
    )
    assert answer.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "10.0.0.7:8080"},
        {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "inner.example", "X-Forwarded-Port": "8080"},
        {"Forwarded": "host=inner.example;proto=http"},
    ],
)
async def test_behind_a_proxy_the_public_address_counts_whatever_the_headers_say(
    door: Door, headers: dict[str, str]
) -> None:
    from twilio.request_validator import RequestValidator
    from web_door import TWILIO_TOKEN

    row = await call_of(door)
    path = f"/twilio/voice?row={row.id}"
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(f"{door.public_url}{path}", pressed("4"))
    answer = await door.client.post(path, data=pressed("4"), headers={"X-Twilio-Signature": signature, **headers})
    assert answer.status == 200
    assert (await door.night.incident()).state is State.IN_PROGRESS


async def test_who_calls_the_number_hears_what_it_is_for(door: Door) -> None:
    said = await (await door.twilio("/twilio/voice", {"CallSid": "CA9", "Direction": "inbound"})).text()
    assert "This number pages people." in said


async def test_a_row_that_is_no_call_is_answered_politely_and_changes_nothing(door: Door) -> None:
    await call_of(door)
    said = await (await door.twilio("/twilio/voice?row=999999", pressed("4"))).text()
    assert "This page is over" in said
    assert (await door.night.incident()).state is State.ASSIGNED


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/twilio/voice?row=x", pressed("4")),
        ("/twilio/voice?row=", pressed("4")),
        ("/twilio/voice?row=1", {"CallSid": "CA1"}),
        ("/twilio/call-status", ended("busy")),
        ("/twilio/call-status?row=-1", ended("busy")),
        ("/twilio/call-status?row=1", {"CallSid": "CA1"}),
        ("/twilio/status?row=99999999999999999999", {"MessageSid": "SM1", "MessageStatus": "sent"}),
    ],
)
async def test_what_is_missing_is_refused(door: Door, path: str, form: dict[str, str]) -> None:
    answer = await door.twilio(path, form)
    assert (answer.status, (await answer.json())["error"]) == (400, "bad_field")


async def test_a_call_that_reaches_voicemail_pages_the_next_person_at_once(door: Door) -> None:
    row = await call_of(door)
    form = ended("completed", AnsweredBy="machine_start", CallDuration="31")
    assert (await door.twilio(f"/twilio/call-status?row={row.id}", form)).status == 204
    await door.night.deliver()
    assert ("Bob", "sms") in door.night.outside.paged()
    failed = [event.data["reason"] for event in await door.night.events() if event.kind is Kind.PAGE_FAILED]
    assert failed == ["voicemail"]


async def test_call_receipts_out_of_order_and_doubled_page_once(door: Door) -> None:
    row = await call_of(door)
    for status in ("no-answer", "ringing", "initiated", "no-answer"):
        assert (await door.twilio(f"/twilio/call-status?row={row.id}", ended(status))).status == 204
    await door.night.deliver()
    assert (await door.night.kinds()).count(Kind.ESCALATED) == 1


async def test_a_forged_receipt_moves_nothing(door: Door) -> None:
    row = await call_of(door)
    answer = await door.client.post(f"/twilio/call-status?row={row.id}", data=ended("busy"))
    assert answer.status == 403
    await door.night.deliver()
    assert ("Bob", "sms") not in door.night.outside.paged()


async def test_a_receipt_of_an_unknown_row_is_taken_and_changes_nothing(door: Door) -> None:
    assert (await door.twilio("/twilio/call-status?row=424242", ended("busy"))).status == 204


async def test_an_sms_that_was_not_delivered_says_why_in_words(door: Door) -> None:
    await call_of(door)
    [sms] = await door.night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_SMS]))
    form = {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert (await door.twilio(f"/twilio/status?row={sms.id}", form)).status == 204
    failed = [event.data["reason"] for event in await door.night.events() if event.kind is Kind.PAGE_FAILED]
    assert failed == ["the phone is switched off or out of reach (Twilio 30003)"]
