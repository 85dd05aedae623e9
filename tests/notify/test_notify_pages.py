"""Pages by Slack, SMS and mail, against the sandbox: sent once, found again, and marked where they may be a repeat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from live_slack import ALICE, NOBODY, Live, in_doubt, job, live, now, page, picture

from bot.domain.delivery import EFFECT_OF, Effect, Later, Never, Sent, Unknown
from bot.domain.picture import Job
from bot.domain.rules import PERSONAL
from clients.twilio import Twilio
from clients.twilio_voice import Calls
from notify.email import MOST_DOUBTS, TWICE_IN_DOUBT, EmailPage
from notify.phone import PATIENT, SOON
from notify.registry import Clients, configured, handlers
from notify.slack import SlackPage
from notify.sms import SmsPage
from notify.voice import VoicePage
from sandbox.twilio import ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER

REPEAT = "repeat"


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        yield found


def a_page(effect: Effect, **fields: object) -> Job:
    return job(effect, **{"person": ALICE, "page": page(), **fields})


async def test_a_page_by_slack_opens_the_direct_message_and_says_which_it_was(there: Live) -> None:
    outcome = await SlackPage(there.slack)(a_page(Effect.PAGE_SLACK), now())
    dm = there.world.dm(ALICE.slack_id or "")
    assert dm is not None
    [message] = there.said(dm.id)
    assert outcome == Sent({"channel": dm.id, "ts": message.ts, "dm_channel": dm.id, "version": 1})
    assert there.keys(dm.id) == ["key/page.slack"]


async def test_a_direct_message_that_is_known_is_not_opened_again(there: Live) -> None:
    dm = there.world.open_dm(ALICE.slack_id or "")
    person = replace(ALICE, dm_channel=dm.id)
    assert isinstance(await SlackPage(there.slack)(a_page(Effect.PAGE_SLACK, person=person), now()), Sent)
    assert there.calls("conversations.open") == []


async def test_a_direct_message_that_is_gone_is_opened_anew(there: Live) -> None:
    person = replace(ALICE, dm_channel="D0OFTHEOLDBOT")
    outcome = await SlackPage(there.slack)(a_page(Effect.PAGE_SLACK, person=person), now())
    dm = there.world.dm(ALICE.slack_id or "")
    assert dm is not None
    assert outcome == Sent({"channel": dm.id, "ts": there.said(dm.id)[0].ts, "dm_channel": dm.id, "version": 1})


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
async def test_a_page_by_slack_that_went_out_unheard_is_found_and_not_sent_twice(
    there: Live, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.slack_wire.CALL_SECONDS", 0.2)
    given, notifier = a_page(Effect.PAGE_SLACK), SlackPage(there.slack)
    there.fault("chat.postMessage", kind, seconds=0.5)
    assert isinstance(await notifier(given, now()), Unknown)
    outcome = await notifier(in_doubt(given), now())
    dm = there.world.dm(ALICE.slack_id or "")
    assert dm is not None
    [message] = there.said(dm.id)
    assert outcome == Sent({"channel": dm.id, "ts": message.ts, "dm_channel": dm.id}, found=True)


async def test_a_page_by_slack_that_is_not_found_goes_out_marked_as_a_possible_repeat(there: Live) -> None:
    given, notifier = a_page(Effect.PAGE_SLACK), SlackPage(there.slack)
    there.fault("chat.postMessage", "reset_before")
    assert isinstance(await notifier(given, now()), Unknown)
    assert isinstance(await notifier(in_doubt(given), now()), Sent)
    dm = there.world.dm(ALICE.slack_id or "")
    assert dm is not None
    assert [REPEAT in message.text for message in there.said(dm.id)] == [True]


async def test_a_direct_message_that_cannot_be_opened_now_is_opened_later(there: Live) -> None:
    there.fault("conversations.open", "reset_before")
    outcome = await SlackPage(there.slack)(a_page(Effect.PAGE_SLACK), now())
    assert outcome == Later(reason="connection lost (ServerDisconnectedError)")


async def test_a_page_by_sms_is_sent_once_and_says_where_receipts_go(there: Live) -> None:
    outcome = await SmsPage(there.twilio, "https://pager.example")(a_page(Effect.PAGE_SMS), now())
    assert isinstance(outcome, Sent)
    assert sorted(outcome.ref) == ["sid", "status"]
    [text] = there.texts("+15550100001")
    assert text.startswith("SEV1 INC-42 Payments API is slow")
    [asked] = [call for call in there.calls("messages.create") if call["To"] == "+15550100001"]
    assert asked["StatusCallback"] == "https://pager.example/twilio/status?row=7"


async def test_a_page_by_sms_that_went_out_unheard_is_found_though_its_words_changed(there: Live) -> None:
    given, notifier = a_page(Effect.PAGE_SMS), SmsPage(there.twilio)
    there.fault("*", "reset_after", target="twilio")
    assert isinstance(await notifier(given, now()), Unknown)
    later = replace(in_doubt(given), picture=picture(room_channel="C0ROOM42"))
    outcome = await notifier(later, now() + timedelta(minutes=1))
    assert isinstance(outcome, Sent)
    assert outcome.found
    assert len(there.texts("+15550100001")) == 1


async def test_a_page_by_sms_that_is_not_found_goes_out_marked_as_a_possible_repeat(there: Live) -> None:
    given, notifier = a_page(Effect.PAGE_SMS), SmsPage(there.twilio)
    there.fault("*", "reset_before", target="twilio")
    assert isinstance(await notifier(given, now()), Unknown)
    assert isinstance(await notifier(in_doubt(given), now()), Sent)
    assert [REPEAT in text for text in there.texts("+15550100001")] == [True]


async def test_an_earlier_page_of_the_same_incident_does_not_pass_for_this_one(there: Live) -> None:
    notifier = SmsPage(there.twilio)
    earlier = a_page(Effect.PAGE_SMS)
    sent = await notifier(earlier, now())
    assert isinstance(sent, Sent)
    delivered = replace(earlier.row, id=6, result=sent.ref)
    outcome = await notifier(replace(in_doubt(a_page(Effect.PAGE_SMS)), others=(delivered,)), now())
    assert isinstance(outcome, Sent)
    assert not outcome.found
    assert len(there.texts("+15550100001")) == 2


async def test_a_call_speaks_the_page_twice_and_names_the_addresses_for_keys_and_receipts(there: Live) -> None:
    given = a_page(Effect.PAGE_VOICE)
    outcome = await VoicePage(Calls(there.twilio), "https://pager.example")(given, now())
    assert isinstance(outcome, Sent)
    assert sorted(outcome.ref) == ["seconds", "sid", "status"]
    [asked] = there.calls("calls.create")
    assert asked["To"] == "+15550100001"
    assert asked["StatusCallback"] == "https://pager.example/twilio/call-status?row=7"
    assert 'action="https://pager.example/twilio/voice?row=7"' in asked["Twiml"]
    assert asked["Twiml"].count("SEV1 critical: Payments API is slow. Incident 42.") == 2


async def test_without_an_address_of_ours_a_call_asks_for_a_text_message(there: Live) -> None:
    await VoicePage(Calls(there.twilio))(a_page(Effect.PAGE_VOICE), now())
    [asked] = there.calls("calls.create")
    assert "StatusCallback" not in asked
    assert asked["Twiml"].count("send the text message ACK 42 to this number") == 2


@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
async def test_a_call_that_was_placed_unheard_is_found_and_not_placed_twice(
    there: Live, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.twilio.TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    twilio = Twilio(ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER, there.world.base_url)
    given, notifier = a_page(Effect.PAGE_VOICE), VoicePage(Calls(twilio))
    there.fault("calls.create", kind, target="twilio", seconds=0.6)
    assert isinstance(await notifier(given, now()), Unknown)
    outcome = await notifier(in_doubt(given), now())
    assert isinstance(outcome, Sent)
    assert outcome.found
    assert len(there.running.parts.phones.calls) == 1
    await twilio.close()


async def test_a_call_that_is_not_found_is_placed_and_says_that_it_may_be_a_repeat(there: Live) -> None:
    given, notifier = a_page(Effect.PAGE_VOICE), VoicePage(Calls(there.twilio))
    there.fault("calls.create", "reset_before", target="twilio")
    assert isinstance(await notifier(given, now()), Unknown)
    assert isinstance(await notifier(in_doubt(given), now()), Sent)
    assert REPEAT in there.calls("calls.create")[-1]["Twiml"]


@pytest.mark.parametrize("settled", [True, False])
async def test_a_call_for_another_incident_does_not_pass_for_this_one(there: Live, settled: bool) -> None:
    notifier = VoicePage(Calls(there.twilio))
    other = a_page(Effect.PAGE_VOICE)
    sent = await notifier(other, now())
    assert isinstance(sent, Sent)
    theirs = replace(other.row, id=6, incident_id=41, result=sent.ref if settled else {}, doubt=not settled)
    outcome = await notifier(replace(in_doubt(a_page(Effect.PAGE_VOICE)), others=(theirs,)), now())
    assert isinstance(outcome, Sent)
    assert not outcome.found
    assert len(there.running.parts.phones.calls) == 2


@pytest.mark.parametrize(("wait", "tries"), [(0, 1), (9, 1), (11, 1), (0, 9)])
async def test_a_call_that_is_placed_while_another_is_looked_up_does_not_pass_for_it(
    there: Live, wait: int, tries: int
) -> None:
    """Its row bears no name yet. It is waited for, unless it goes later or we have waited long enough."""
    notifier = VoicePage(Calls(there.twilio))
    other = a_page(Effect.PAGE_VOICE)
    assert isinstance(await notifier(other, now()), Sent)
    theirs = replace(other.row, id=6, incident_id=41, not_before=now() + timedelta(seconds=wait))
    given = in_doubt(replace(other, others=(theirs,)))
    outcome = await notifier(replace(given, row=replace(given.row, tries=tries)), now())
    if tries > PATIENT:
        assert (isinstance(outcome, Sent), len(there.running.parts.phones.calls)) == (True, 2)
    elif wait > SOON.total_seconds():
        assert isinstance(outcome, Sent) and outcome.found
    else:
        assert outcome == Unknown("not looked up: another to this phone is on its way")


async def test_a_page_by_mail_arrives_with_the_id_of_its_row(there: Live) -> None:
    given = a_page(Effect.PAGE_EMAIL)
    message_id = there.mailer.message_id(given.row)
    assert await EmailPage(there.mailer)(given, now()) == Sent({"message_id": message_id})
    [mail] = there.running.parts.mailbox.shown()
    assert (mail["to"], mail["message_id"]) == (["alice@acme.example"], message_id)
    assert mail["subject"] == "[SEV1] INC-42 Payments API is slow"


async def test_a_repeated_mail_bears_the_same_id_and_says_that_it_may_be_a_repeat(there: Live) -> None:
    given, notifier = a_page(Effect.PAGE_EMAIL), EmailPage(there.mailer)
    first, again = await notifier(given, now()), await notifier(in_doubt(given), now())
    assert first == again
    assert [REPEAT in mail["text"] for mail in there.running.parts.mailbox.shown()] == [False, True]


async def test_no_third_mail_follows_two_that_may_have_arrived(there: Live) -> None:
    given = a_page(Effect.PAGE_EMAIL, data={"doubts": MOST_DOUBTS})
    assert await EmailPage(there.mailer)(in_doubt(given), now()) == Never(TWICE_IN_DOUBT)
    assert there.running.parts.mailbox.shown() == []


async def test_somebody_without_an_address_is_refused_at_once(there: Live) -> None:
    made = handlers(Clients(there.slack, there.twilio, there.mailer))
    personal = [EFFECT_OF[one] for one in PERSONAL if one in EFFECT_OF]
    outcomes = [await made[effect](a_page(effect, person=NOBODY), now()) for effect in personal]
    assert outcomes == [Never("no_address")] * len(personal)


async def test_slack_being_away_does_not_touch_a_page_by_sms(there: Live) -> None:
    there.fault("*", "reset_before", times=None)
    assert isinstance(await SmsPage(there.twilio)(a_page(Effect.PAGE_SMS), now()), Sent)


async def test_a_notifier_that_is_not_configured_refuses_so_that_the_next_is_tried(there: Live) -> None:
    clients = Clients(there.slack)
    assert configured(clients) == {"slack"}
    made = handlers(clients)
    assert await made[Effect.PAGE_SMS](a_page(Effect.PAGE_SMS), now()) == Never("not configured")
    assert await made[Effect.PAGE_EMAIL](a_page(Effect.PAGE_EMAIL), now()) == Never("not configured")
