"""Text messages and calls, spoken to as the twilio library does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sandbox_running import ALICE, BOB, BOT, Bot, Sandbox, a_bot, a_sandbox, until
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from sandbox.carrier import segments
from sandbox.phones import Call, Sms
from sandbox.twiml import BadTwiml, read

ASK = """<Response>
  <Gather numDigits="1" action="/keys"><Say>Payments is down. Press 4.</Say></Gather><Say>Bye</Say>
</Response>"""


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with a_bot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: Bot) -> AsyncIterator[Sandbox]:
    async with a_sandbox(inbound_sms=f"{bot.url}/sms", inbound_voice=f"{bot.url}/voice") as sandbox:
        yield sandbox


async def state_of(sandbox: Sandbox, sid: str, *states: str) -> Sms | Call:
    book = sandbox.parts.phones
    thing = book.messages.get(sid) or book.calls[sid]
    await until(lambda: thing.status in states)
    return thing


# --- text messages out


async def test_a_message_is_queued_then_sent_then_delivered_and_shows_on_the_phone(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    sent = await client.messages.create_async(to=ALICE, from_=BOT, body="INC-1 payments down")
    assert (sent.status, sent.direction, sent.error_code) == ("queued", "outbound-api", None)
    await state_of(sandbox, sent.sid, "delivered")
    again = await client.messages(sent.sid).fetch_async()
    assert (again.status, again.to, again.body) == ("delivered", ALICE, "INC-1 payments down")
    assert again.date_sent is not None and again.date_sent.tzinfo is not None
    [shown] = (await sandbox.phone(ALICE))["messages"]
    assert shown["states"] == ["queued", "sent", "delivered"]
    assert (shown["direction"], shown["received"], shown["body"]) == ("in", True, "INC-1 payments down")
    assert (await sandbox.phone(BOB))["messages"] == []


async def test_every_state_is_reported_by_a_signed_callback(sandbox: Sandbox, bot: Bot) -> None:
    url = f"{bot.url}/status?outbox=7&x=a%2Bb"
    sent = await sandbox.twilio().messages.create_async(to=ALICE, from_=BOT, body="hi", status_callback=url)
    await until(lambda: len(bot.forms("/status")) == 3)
    assert [form["MessageStatus"] for form in bot.forms("/status")] == ["queued", "sent", "delivered"]
    validator = RequestValidator("sandbox-twilio-token")
    for _path, form, signature in bot.requests:
        assert form["MessageSid"] == sent.sid
        assert validator.validate(url, form, signature)
        assert not validator.validate(url + "0", form, signature)


@pytest.mark.parametrize(
    ("mode", "states", "code", "received"),
    [
        ("undelivered", ["queued", "sent", "undelivered"], 30003, False),
        ("fail", ["queued", "failed"], 30008, False),
        ("silent", ["queued", "sent"], None, False),
    ],
)
async def test_a_phone_may_refuse_what_comes(
    sandbox: Sandbox, bot: Bot, mode: str, states: list[str], code: int | None, received: bool
) -> None:
    await sandbox.post("phone", {"number": ALICE, "sms": mode})
    client = sandbox.twilio()
    sent = await client.messages.create_async(to=ALICE, from_=BOT, body="hi", status_callback=f"{bot.url}/s")
    await until(lambda: len(bot.forms("/s")) == len(states))
    assert [form["MessageStatus"] for form in bot.forms("/s")] == states
    found = await client.messages(sent.sid).fetch_async()
    assert (found.status, found.error_code) == (states[-1], code)
    assert (await sandbox.phone(ALICE))["messages"][0]["received"] is received


async def test_a_number_nobody_has_is_undelivered(sandbox: Sandbox) -> None:
    sent = await sandbox.twilio().messages.create_async(to="+15550109999", from_=BOT, body="hi")
    sms = await state_of(sandbox, sent.sid, "undelivered")
    assert isinstance(sms, Sms)
    assert sms.error_code == 30005


@pytest.mark.parametrize(
    ("callbacks", "told"),
    [
        ("out_of_order", ["delivered", "sent", "queued"]),
        ("twice", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
    ],
)
async def test_callbacks_come_as_they_are_switched(sandbox: Sandbox, bot: Bot, callbacks: str, told: list[str]) -> None:
    await sandbox.post("switches", {"callbacks": callbacks})
    await sandbox.twilio().messages.create_async(to=ALICE, from_=BOT, body="hi", status_callback=f"{bot.url}/s")
    await until(lambda: len(bot.forms("/s")) == len(told))
    assert [form["MessageStatus"] for form in bot.forms("/s")] == told


async def test_late_callbacks_wait_for_the_clock(sandbox: Sandbox, bot: Bot) -> None:
    await sandbox.post("switches", {"callbacks": "late", "callback_delay_seconds": 120})
    sent = await sandbox.twilio().messages.create_async(to=ALICE, from_=BOT, body="hi", status_callback=f"{bot.url}/s")
    await state_of(sandbox, sent.sid, "delivered")
    await asyncio.sleep(0.05)
    assert bot.forms("/s") == []
    await sandbox.post("clock", {"advance": 121})
    await until(lambda: len(bot.forms("/s")) == 3)


async def test_a_callback_that_is_not_on_loopback_is_never_called(sandbox: Sandbox) -> None:
    sent = await sandbox.twilio().messages.create_async(
        to=ALICE, from_=BOT, body="hi", status_callback="http://192.0.2.1/s"
    )
    await state_of(sandbox, sent.sid, "delivered")
    await until(lambda: sum(e["target"] == "callback" for e in sandbox.parts.journal.after(0)) == 3)
    answers = {e["answer"] for e in sandbox.parts.journal.after(0) if e["target"] == "callback"}
    assert answers == {"Not called: the sandbox calls addresses on loopback only."}


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"From": BOT, "Body": "x"}, 400, 21604),
        ({"To": "hello", "From": BOT, "Body": "x"}, 400, 21211),
        ({"To": "+1٢٣٤٥٦٧٨٩", "From": BOT, "Body": "x"}, 400, 21211),
        ({"To": BOT, "From": BOT, "Body": "x"}, 400, 21266),
        ({"To": ALICE, "Body": "x"}, 400, 21603),
        ({"To": ALICE, "From": "+15550108888", "Body": "x"}, 400, 21606),
        ({"To": ALICE, "From": BOT}, 400, 21602),
        ({"To": ALICE, "From": BOT, "Body": "x" * 1601}, 400, 21617),
        ({"To": ALICE, "From": BOT, "Body": "x", "StatusCallback": "not a url"}, 400, 21609),
        ({"To": ALICE, "MessagingServiceSid": "MG1", "Body": "x"}, 404, 21701),
        ({}, 400, 21604),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused_with_twilios_code(
    sandbox: Sandbox, form: dict[str, str], status: int, code: int
) -> None:
    found, body = await plain(sandbox, "POST", "/Messages.json", form)
    assert (found, body["code"], body["status"]) == (status, code, status)
    assert sandbox.parts.phones.messages == {}


async def plain(
    sandbox: Sandbox, method: str, path: str, form: dict[str, str] | None = None, token: str = ""
) -> tuple[int, dict[str, object]]:
    """A request as curl makes it."""
    account = "AC00000000000000000000000000000000"
    auth = {"Authorization": aiohttp.encode_basic_auth(account, token or "sandbox-twilio-token")}
    url = f"{sandbox.base}/2010-04-01/Accounts/{account}{path}"
    async with sandbox.http.request(method, url, data=form, headers=auth) as answer:
        return answer.status, await answer.json()


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await sandbox.twilio("wrong").messages.create_async(to=ALICE, from_=BOT, body="hi")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    found, body = await plain(sandbox, "GET", "/Messages/SM00.json")
    assert (found, body["code"]) == (404, 20404)
    found, body = await plain(sandbox, "GET", "/Conferences.json")
    assert (found, body["code"]) == (404, 20404)


async def test_messages_are_listed_newest_first_by_filter_and_page(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    for n in range(7):
        await client.messages.create_async(to=ALICE if n % 2 else BOB, from_=BOT, body=f"m{n}")
    await sandbox.post("sms", {"from": ALICE, "body": "ACK"})
    everything = await client.messages.list_async(page_size=3)
    assert [m.body for m in everything] == ["ACK", "m6", "m5", "m4", "m3", "m2", "m1", "m0"]
    inbound = await client.messages.list_async(to=BOT)
    assert [(m.body, m.direction, m.status) for m in inbound] == [("ACK", "inbound", "received")]
    assert [m.body for m in await client.messages.list_async(to=ALICE, limit=2)] == ["m5", "m3"]
    now = sandbox.parts.clock.now()
    assert await client.messages.list_async(date_sent_after=now + timedelta(minutes=1)) == []
    assert len(await client.messages.list_async(date_sent_after=now - timedelta(minutes=1))) == 8
    assert len(await client.messages.list_async(date_sent=now.date())) == 8


# --- text messages in


async def test_what_a_person_texts_reaches_the_bot_signed_and_its_answer_reaches_the_phone(
    sandbox: Sandbox, bot: Bot
) -> None:
    bot.answer = lambda _path, _form: "<Response><Message>Acknowledged &amp; noted.</Message></Response>"
    await sandbox.post("sms", {"from": ALICE, "body": "ack 42"})
    await until(lambda: len(sandbox.parts.phones.messages) == 2)
    [(path, form, signature)] = bot.requests
    assert (path, form["From"], form["To"], form["Body"]) == ("/sms", ALICE, BOT, "ack 42")
    assert form["SmsStatus"] == "received"
    assert RequestValidator("sandbox-twilio-token").validate(f"{bot.url}/sms", form, signature)
    reply = list(sandbox.parts.phones.messages.values())[-1]
    await state_of(sandbox, reply.sid, "delivered")
    assert (reply.to, reply.body, reply.direction) == (ALICE, "Acknowledged & noted.", "outbound-reply")


async def test_stop_is_heeded_until_start(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    await sandbox.post("sms", {"from": ALICE, "body": " stop "})
    with pytest.raises(TwilioRestException) as refused:
        await client.messages.create_async(to=ALICE, from_=BOT, body="hi")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    await client.messages.create_async(to=BOB, from_=BOT, body="hi")
    await sandbox.post("sms", {"from": ALICE, "body": "START"})
    sent = await client.messages.create_async(to=ALICE, from_=BOT, body="hi")
    await state_of(sandbox, sent.sid, "delivered")


# --- calls


async def ring(sandbox: Sandbox, bot: Bot, **more: object) -> str:
    events = ["initiated", "ringing", "answered", "completed"]
    call = await sandbox.twilio().calls.create_async(
        to=ALICE,
        from_=BOT,
        url=f"{bot.url}/twiml",
        status_callback=f"{bot.url}/status",
        status_callback_event=events,
        **more,
    )
    assert call.status == "queued" and call.sid
    return str(call.sid)


def asking(path: str, form: dict[str, str]) -> str:
    return ASK if path == "/twiml" else f"<Response><Say>Pressed {form.get('Digits')}.</Say></Response>"


async def test_a_call_rings_is_answered_speaks_and_hands_over_the_key(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = asking
    sid = await ring(sandbox, bot, machine_detection="Enable")
    await state_of(sandbox, sid, "ringing")
    await sandbox.post("call", {"sid": sid, "action": "answer"})
    await until(lambda: sandbox.parts.phones.calls[sid].awaits_keys)
    await sandbox.post("call", {"sid": sid, "action": "keys", "digits": "4"})
    call = await state_of(sandbox, sid, "completed")
    assert isinstance(call, Call)
    assert [line["text"] for line in call.spoken] == ["Payments is down. Press 4.", "4", "Pressed 4."]
    [keys] = bot.forms("/keys")
    assert (keys["Digits"], keys["CallStatus"], keys["AnsweredBy"]) == ("4", "in-progress", "human")
    await until(lambda: len(bot.forms("/status")) == 4)
    told = [form["CallStatus"] for form in bot.forms("/status")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]
    validator = RequestValidator("sandbox-twilio-token")
    for path, form, signature in bot.requests:
        assert validator.validate(bot.url + path, form, signature)
    fetched = await sandbox.twilio().calls(sid).fetch_async()
    assert (fetched.status, fetched.answered_by) == ("completed", "human")


@pytest.mark.parametrize(("action", "ends"), [("busy", "busy"), ("hangup", "busy"), ("no_answer", "no-answer")])
async def test_a_call_that_is_not_taken_says_how(sandbox: Sandbox, bot: Bot, action: str, ends: str) -> None:
    sid = await ring(sandbox, bot)
    await state_of(sandbox, sid, "ringing")
    await sandbox.post("call", {"sid": sid, "action": action})
    await state_of(sandbox, sid, ends)
    await until(lambda: len(bot.forms("/status")) == 3)
    assert bot.forms("/status")[-1]["CallStatus"] == ends
    assert bot.forms("/twiml") == []


async def test_nobody_answers_within_the_ringing_time_of_the_moved_clock(sandbox: Sandbox, bot: Bot) -> None:
    sid = await ring(sandbox, bot, timeout=30)
    await state_of(sandbox, sid, "ringing")
    await sandbox.post("clock", {"advance": 29})
    await asyncio.sleep(0.05)
    assert sandbox.parts.phones.calls[sid].status == "ringing"
    await sandbox.post("clock", {"advance": 2})
    await state_of(sandbox, sid, "no-answer")


async def test_voicemail_hears_everything_and_presses_nothing(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = asking
    sid = await ring(sandbox, bot, machine_detection="Enable")
    await state_of(sandbox, sid, "ringing")
    await sandbox.post("call", {"sid": sid, "action": "voicemail"})
    await until(lambda: len(sandbox.parts.phones.calls[sid].spoken) == 2)
    await sandbox.post("clock", {"advance": 20})
    call = await state_of(sandbox, sid, "completed")
    assert isinstance(call, Call)
    assert (call.answered_by, (call.seconds or 0) >= 20) == ("machine_start", True)
    said = [line["text"] for line in call.spoken]
    assert said == ["Voicemail answers.", "Payments is down. Press 4.", "Bye"]
    assert bot.forms("/keys") == []


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_what_is_said_takes_its_time_unless_somebody_hangs_up(sandbox: Sandbox, bot: Bot, hangs_up: bool) -> None:
    await sandbox.post("phone", {"number": ALICE, "calls": "answer"})
    bot.answer = lambda _path, _form: f"<Response><Say>{'Down. ' * 70}</Say><Hangup/></Response>"
    sid = await ring(sandbox, bot)
    await until(lambda: sandbox.parts.phones.calls[sid].spoken)
    assert sandbox.parts.phones.calls[sid].status == "in-progress"
    if hangs_up:
        await sandbox.post("call", {"sid": sid, "action": "hangup"})
    else:
        await sandbox.post("clock", {"advance": 29.9})
    call = await state_of(sandbox, sid, "completed")
    assert isinstance(call, Call)
    assert ((call.seconds or 0) < 29) is hangs_up


async def test_hanging_up_ends_a_call_and_nothing_can_be_done_with_it_afterwards(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = asking
    sid = await ring(sandbox, bot)
    await state_of(sandbox, sid, "ringing")
    refused = await sandbox.post("call", {"sid": sid, "action": "keys", "digits": "4"}, status=400)
    assert refused == {"error": "invalid_action", "message": "Answer the call before you press keys."}
    await sandbox.post("call", {"sid": sid, "action": "answer"})
    await until(lambda: sandbox.parts.phones.calls[sid].awaits_keys)
    await sandbox.post("call", {"sid": sid, "action": "hangup"})
    await state_of(sandbox, sid, "completed")
    refused = await sandbox.post("call", {"sid": sid, "action": "answer"}, status=400)
    assert refused == {"error": "invalid_action", "message": "This call is over (completed)."}


async def test_a_phone_can_be_set_to_treat_calls_by_itself(sandbox: Sandbox, bot: Bot) -> None:
    for mode, ends in [("busy", "busy"), ("voicemail", "completed"), ("answer", "completed"), ("fail", "failed")]:
        await sandbox.post("phone", {"number": ALICE, "calls": mode})
        await state_of(sandbox, await ring(sandbox, bot), ends)


async def test_twilios_side_cancels_a_ringing_call_and_ends_an_answered_one(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = asking
    client = sandbox.twilio()
    sid = await ring(sandbox, bot)
    await state_of(sandbox, sid, "ringing")
    await client.calls(sid).update_async(status="canceled")
    await state_of(sandbox, sid, "canceled")
    sid = await ring(sandbox, bot)
    await state_of(sandbox, sid, "ringing")
    await sandbox.post("call", {"sid": sid, "action": "answer"})
    await until(lambda: sandbox.parts.phones.calls[sid].awaits_keys)
    await client.calls(sid).update_async(status="completed")
    await state_of(sandbox, sid, "completed")
    with pytest.raises(TwilioRestException) as refused:
        await client.calls(sid).update_async(status="completed")
    assert refused.value.code == 21220
    assert [c.status for c in await client.calls.list_async(status="canceled")] == ["canceled"]


async def test_a_call_can_carry_its_twiml_and_a_bot_that_fails_ends_it(sandbox: Sandbox, bot: Bot) -> None:
    client = sandbox.twilio()
    await sandbox.post("phone", {"number": ALICE, "calls": "answer"})
    twiml = "<Response><Say>One</Say><Pause/><Say>Two</Say><Hangup/><Say>Never</Say></Response>"
    call = await client.calls.create_async(to=ALICE, from_=BOT, twiml=twiml)
    done = await state_of(sandbox, call.sid, "completed")
    assert isinstance(done, Call)
    assert [line["text"] for line in done.spoken] == ["One", "Two"]
    bot.answer = lambda _path, _form: "not xml"
    done = await state_of(sandbox, await ring(sandbox, bot), "completed")
    assert isinstance(done, Call)
    assert [line["by"] for line in done.spoken] == ["network"]
    with pytest.raises(TwilioRestException) as refused:
        await client.calls.create_async(to=ALICE, from_=BOT)
    assert refused.value.code == 21205


async def test_twiml_that_redirects_to_itself_comes_to_an_end(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = lambda _path, _form: "<Response><Redirect>/twiml</Redirect></Response>"
    await sandbox.post("phone", {"number": ALICE, "calls": "answer"})
    await state_of(sandbox, await ring(sandbox, bot), "completed")
    assert len(bot.forms("/twiml")) == 51


async def test_a_person_can_call_the_bot(sandbox: Sandbox, bot: Bot) -> None:
    bot.answer = lambda _path, _form: "<Response><Say>Nobody is on call.</Say></Response>"
    call = await sandbox.post("call", {"action": "dial", "from": ALICE})
    done = await state_of(sandbox, call["sid"], "completed")
    assert isinstance(done, Call)
    assert [line["text"] for line in done.spoken] == ["Nobody is on call."]
    assert bot.forms("/voice")[0]["Direction"] == "inbound"


async def test_the_account_and_its_number_are_shown_and_the_inbound_address_can_be_set(
    sandbox: Sandbox, bot: Bot
) -> None:
    client = sandbox.twilio()
    account = await client.api.accounts("AC00000000000000000000000000000000").fetch_async()
    assert (account.status, account.auth_token) == ("active", None)
    [number] = await client.incoming_phone_numbers.list_async()
    assert (number.phone_number, number.sms_url) == (BOT, f"{bot.url}/sms")
    await number.update_async(sms_url=f"{bot.url}/other")
    await sandbox.post("sms", {"from": BOB, "body": "hello"})
    await until(lambda: bot.forms("/other"))


# --- without a server


def test_twiml_with_entities_or_unknown_elements_is_refused() -> None:
    for text in (
        '<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>',
        "<Reply/>",
        "<Response><Dance/></Response>",
        "<Response>",
        "",
        "x" * 70_000,
    ):
        with pytest.raises(BadTwiml):
            read(text)


def test_a_long_text_takes_several_segments() -> None:
    assert [segments(t) for t in ("", "x" * 160, "x" * 161, "x" * 307, "ü" * 70, "ü" * 71)] == [1, 1, 2, 3, 1, 2]
